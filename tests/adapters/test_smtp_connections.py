"""Connections to a mail server: those that cannot be had, encryption, signing in, and how the server is named."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.adapters import smtp_connections
from shared.adapters.smtp_connections import MailServer, Patience, read_mail_server
from shared.adapters.smtp_notifier import SmtpNotifier
from shared.ports import Unavailable
from shared.ports.outside import Outgoing
from tests.adapters.going import Going
from tests.adapters.post_office import SILENCE, PostOffice, open_office

HASTE = Patience(connect=2.0, command=0.3, message=0.3)
SENDER = "12345@city.example"
MESSAGE = Outgoing("01940000-0000-7000-8000-000000000001", "wang@home.example", "答复", "已答复。")


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    async with open_office() as opened:
        yield opened


def notifier(office: PostOffice, **changes) -> SmtpNotifier:
    server = MailServer("127.0.0.1", office.port, **{"tls": "never", **changes})
    return SmtpNotifier(server, SENDER, "示例市 12345", HASTE)


async def test_a_server_that_is_not_there(free_port):
    with pytest.raises(Unavailable, match=f"127.0.0.1:{free_port}"):
        await SmtpNotifier(MailServer("127.0.0.1", free_port), SENDER, "", HASTE).send(MESSAGE, Going())


@pytest.mark.parametrize("greeting", [b"554 no mail here\r\n", b"421 busy\r\n", b"220 hello\r\n", b"\x00\xff\r\n", b""])
async def test_a_server_that_greets_and_hangs_up(greeting):
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        sender = SmtpNotifier(MailServer("127.0.0.1", server.sockets[0].getsockname()[1]), SENDER, "", HASTE)
        with pytest.raises(Unavailable):
            await sender.send(MESSAGE, Going())


async def test_a_server_that_says_nothing_at_all():
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    async with server:
        address = MailServer("127.0.0.1", server.sockets[0].getsockname()[1])
        with pytest.raises(Unavailable):
            await SmtpNotifier(address, SENDER, "", Patience(0.2, 0.2, 0.2)).send(MESSAGE, Going())


@pytest.fixture
def certificate(tmp_path):
    """A certificate of 127.0.0.1 in a file, and the server's context with it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(1), now + timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    (tmp_path / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    return tmp_path / "certificate.pem", context


@pytest.mark.parametrize("tls", ["offered", "require"])
async def test_the_line_is_encrypted_where_that_is_offered(certificate, tls, monkeypatch):
    path, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    async with open_office(certificate=context) as office:
        sender = notifier(office, tls=tls)
        await sender.send(MESSAGE, Going())
        await sender.close()
        assert len(office.mails) == 1
        assert len(office.connections) == 2, "aiosmtpd counts the encrypted one anew"


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(certificate):
    async with open_office(certificate=certificate[1]) as office:
        with pytest.raises(Unavailable, match="certificate"):
            await notifier(office, tls="offered").send(MESSAGE, Going())
        assert office.mails == []


async def test_required_encryption_that_is_not_offered(office):
    with pytest.raises(Unavailable):
        await notifier(office, tls="require").send(MESSAGE, Going())
    assert office.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(("password", "fits"), [("right", True), ("wrong", False)])
async def test_it_signs_in(password, fits):
    async with open_office(password="right") as office:
        sender = notifier(office, user="huiying", password=password)
        if fits:
            await sender.send(MESSAGE, Going())
        else:
            with pytest.raises(Unavailable) as told:
                await sender.send(MESSAGE, Going())
            assert password not in str(told.value)
        await sender.close()
        assert len(office.mails) == fits


def test_the_address_of_a_server():
    assert read_mail_server("smtp://mail.example") == MailServer("mail.example", 25)
    assert read_mail_server("smtps://u%40x:p%2Fw@mail.example") == MailServer("mail.example", 465, "u@x", "p/w", "from_start")
    assert read_mail_server("smtp://mail.example:2525?tls=require") == MailServer("mail.example", 2525, tls="require")
    assert read_mail_server("smtp://127.0.0.1:25?tls=never").tls == "never"


def test_a_password_goes_over_an_open_line_only_where_that_is_said():
    assert read_mail_server("smtp://mail.example").tls == "offered"
    assert read_mail_server("smtp://user:secret@mail.example") == MailServer("mail.example", 587, "user", "secret", "require")
    assert read_mail_server("smtp://user:secret@mail.example?tls=never").tls == "never"


async def test_a_server_that_does_not_say_goodbye_holds_nobody_up(office, monkeypatch):
    monkeypatch.setattr(smtp_connections, "LEAVE", 0.05)
    sender = notifier(office)
    await sender.send(MESSAGE, Going())
    office.faults["QUIT"] = [SILENCE]
    await sender.close()
    assert len(office.mails) == 1


@pytest.mark.parametrize(
    "url",
    ["smtp:", "smtp:///x", "http://mail.example", "smtps://mail.example?tls=never", "smtp://h?tls=maybe", "smtp://h?x=1", "smtp://h:x"],
)
def test_an_address_that_is_none_is_told_without_its_password(url):
    with pytest.raises(ValueError, match=r".") as told:
        read_mail_server(url.replace("//", "//user:secret@"))
    assert "secret" not in str(told.value)
