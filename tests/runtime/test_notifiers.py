"""Notifiers are chosen by the settings, and what is wrong with a setting is said in a sentence without its secrets."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.runtime.settings import Settings, SettingsError
from shared.runtime.wiring import open_notifiers
from shared.toml_file import FileFault

GATEWAY = """
url = "https://sms.example/send"

[headers]
Authorization = "Bearer hush"

[body]
mobile = "{local}"
content = "{text}"
"""


def settings(**given) -> Settings:
    return Settings.model_validate(given)


async def test_only_what_is_set_up_is_there(tmp_path):
    (tmp_path / "sms.toml").write_text(GATEWAY)
    everything = settings(notify_url=SecretStr("smtp://mail.example"), mail_address="12345@city.example", sms_gateway=tmp_path / "sms.toml")
    for given, channels in ((settings(), {"webhook"}), (everything, {"webhook", "email", "sms"})):
        notifiers = open_notifiers(given)
        assert set(notifiers) == channels
        for notifier in notifiers.values():
            await notifier.close()


@pytest.mark.parametrize("address", ["", "nobody"])
def test_mail_needs_an_address_to_go_out_from(address):
    with pytest.raises(SettingsError, match="HUIYING_MAIL_ADDRESS"):
        open_notifiers(settings(notify_url=SecretStr("smtp://mail.example"), mail_address=address))


@pytest.mark.parametrize("url", ["smtp://user:hush@", "imap://user:hush@mail.example", "smtp://user:hush@mail.example:port"])
def test_a_mail_server_that_is_none_is_told_without_the_password(url):
    with pytest.raises(SettingsError, match="HUIYING_NOTIFY_URL") as told:
        open_notifiers(settings(notify_url=SecretStr(url), mail_address="12345@city.example"))
    assert "hush" not in str(told.value)


@pytest.mark.parametrize(
    "text", ["url = ", GATEWAY.replace("{text}", "hello"), GATEWAY.replace("mobile", "method = 1\nmobile") + "bad = 1\n[x]\n"]
)
def test_a_gateway_file_with_a_mistake_is_told_without_its_secrets(tmp_path, text):
    (tmp_path / "sms.toml").write_text(text)
    with pytest.raises(FileFault, match=r"sms\.toml:") as told:
        open_notifiers(settings(sms_gateway=tmp_path / "sms.toml"))
    assert "hush" not in str(told.value)


async def test_the_gateway_of_the_guide_works(tmp_path):
    guide = (Path(__file__).parents[2] / "docs/running.md").read_text(encoding="utf-8")
    (tmp_path / "sms.toml").write_text(next(block for block in re.findall(r"```toml\n(.*?)```", guide, re.DOTALL) if "{text}" in block))
    await open_notifiers(settings(sms_gateway=tmp_path / "sms.toml"))["sms"].close()


def test_a_gateway_file_that_is_missing(tmp_path):
    with pytest.raises(FileFault, match="cannot be read"):
        open_notifiers(settings(sms_gateway=tmp_path / "sms.toml"))
