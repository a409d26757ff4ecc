"""A real IMAP server for tests: Dovecot on a free port of loopback, with mail of its own, stopped by its process id."""

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.servers.certificate import make_certificate

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PASSWORD = "geheim:@/%"
"""With signs that a URL must carry in another form."""
PATIENCE = 10.0

CONFIGURATION = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
{more}
"""


def need_dovecot() -> None:
    """Skips the test where there is no Dovecot, with a sentence; where CI is set it fails instead."""
    if PROGRAM is None:
        missing = "needs the IMAP server Dovecot (Debian: dovecot-imapd)"
        if os.environ.get("CI"):
            pytest.fail(missing, pytrace=False)
        pytest.skip(missing)


class Dovecot:
    """Any user may sign in with PASSWORD and has a mailbox of their own. `capability` replaces what the server says that it can do."""

    def __init__(self, *, capability: str = "", tls: bool = False) -> None:
        need_dovecot()
        self._kept = tempfile.TemporaryDirectory(prefix="dovecot")
        self.folder = Path(self._kept.name)
        self.port = _free_port()
        self.certificate, more = self.folder / "certificate.pem", "ssl = no"
        if tls:
            make_certificate(self.certificate)
            more = f"ssl = yes\nssl_cert = <{self.certificate}\nssl_key = <{self.certificate}"
        if capability:
            more += f"\nprotocol imap {{\n  imap_capability = {capability}\n}}"
        self._write(more, tls)
        self.start()

    def _write(self, more: str, tls: bool) -> None:
        """As root the mail belongs to nobody: Dovecot serves none of root's."""
        user = "nobody" if os.geteuid() == 0 else getpass.getuser()
        found = pwd.getpwnam(user)
        facts = {"folder": self.folder, "user": user, "group": grp.getgrgid(found.pw_gid).gr_name, "password": PASSWORD.replace("%", "%%")}
        ports = {"plain": 0, "secure": self.port} if tls else {"plain": self.port, "secure": 0}
        (self.folder / "dovecot.conf").write_text(CONFIGURATION.format(more=more, **facts, **ports))
        (self.folder / "mail").mkdir()
        self.folder.chmod(0o755)
        os.chown(self.folder / "mail", found.pw_uid, found.pw_gid)

    def start(self) -> None:
        """Returns when it answers. Raises RuntimeError with its words when it does not start."""
        command = [str(PROGRAM), "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(f"dovecot ended: {self._process.stderr.read().decode() if self._process.stderr else ''}")
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                if self.certificate.exists() or probe.recv(4) == b"* OK":
                    return
            time.sleep(0.01)
        raise TimeoutError("dovecot does not answer")

    def stop(self) -> None:
        """At once, with everybody who is connected."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def close(self) -> None:
        self.stop()
        self._kept.cleanup()

    def connect(self, user: str) -> imaplib.IMAP4:
        """A mail program of this user."""
        context = ssl.create_default_context(cafile=str(self.certificate)) if self.certificate.exists() else None
        client = imaplib.IMAP4_SSL("localhost", self.port, ssl_context=context) if context else imaplib.IMAP4("127.0.0.1", self.port)
        client.login(user, PASSWORD)
        return client

    def deliver(self, user: str, raw: bytes, folder: str = "INBOX") -> None:
        client = self.connect(user)
        status, said = client.append(folder, "", "", raw)
        assert status == "OK", said
        client.logout()

    def lies_in(self, user: str, folder: str) -> list[bytes]:
        """The messages of a folder, oldest first; none when there is no such folder."""
        client = self.connect(user)
        status, _ = client.select(folder, readonly=True)
        found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1] if status == "OK" else []
        client.logout()
        return [part[1] for part in found if isinstance(part, tuple)]

    def files(self, user: str) -> list[Path]:
        """The files of the messages in the inbox, in no order."""
        return [path for part in ("new", "cur") for path in (self.folder / "mail" / user / part).iterdir()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
