"""Which mailbox a URL opens, and what a URL that opens none is told."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.adapters.imap_mailbox import ImapMailbox
from shared.adapters.maildir_mailbox import MaildirMailbox
from shared.ports import Mailbox, Unusable
from shared.runtime.settings import Settings, SettingsError
from shared.runtime.wiring import open_mailbox


def opened(url: str) -> Mailbox | None:
    return open_mailbox(Settings(mailbox_url=SecretStr(url)))


async def test_the_scheme_chooses(tmp_path: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / part).mkdir()
    assert opened("") is None
    assert isinstance(opened(f"maildir:{tmp_path}"), MaildirMailbox)
    assert isinstance(opened(f"maildir://{tmp_path}"), MaildirMailbox)
    imap = opened("imaps://a:b@imap.city.example/INBOX")
    assert isinstance(imap, ImapMailbox)
    await imap.close()


@pytest.mark.parametrize("url", ["mbox:/var/mail/a", "maildir:", "imaps://host/INBOX", "imaps://user:secret@", "nonsense"])
def test_a_url_that_opens_nothing_is_told_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match=r"HUIYING_MAILBOX_URL: .*imaps://USER:PASSWORD@HOST/FOLDER") as told:
        opened(url)
    assert "secret" not in str(told.value)


def test_a_folder_that_is_no_maildir_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no Maildir"):
        opened(f"maildir:{tmp_path}")
