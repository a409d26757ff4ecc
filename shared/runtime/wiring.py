"""Chooses the adapters by the scheme of a URL and builds the world of each service. The only importer of adapters, lazily."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from shared.ports import Attachments, Clock, Collection, EventLog, Mailbox, Notifier, Scanner, Store, Unusable
from shared.runtime.settings import Settings, SettingsError
from shared.toml_file import FileFault, first_fault, read_toml


MONGO = ("mongodb", "mongodb+srv")


def open_store(url: str, service: str, collections: Iterable[Collection]) -> Store:
    """The documents of one service. Raises SettingsError for a scheme without an adapter, Unusable for a newer store."""
    scheme, rest = _split(url, "HUIYING_STORE_URL")
    if scheme == "sqlite":
        from shared.adapters.sqlite_store import SqliteStore

        return SqliteStore(_folder(rest) / f"{service}.db", tuple(collections))
    if scheme in MONGO:
        from shared.adapters.mongo_store import MongoStore, read_place

        try:
            return MongoStore(read_place(url, service), tuple(collections))
        except ValueError as fault:
            raise SettingsError(f"HUIYING_STORE_URL: {fault}") from fault
    raise SettingsError(f"HUIYING_STORE_URL: no adapter for '{scheme}:'; there are sqlite:FOLDER and mongodb://HOST/NAME")


def open_log(settings: Settings) -> EventLog:
    """The event log. Raises SettingsError for a URL that cannot be used, Unusable for a newer log."""
    scheme, rest = _split(settings.log, "HUIYING_LOG_URL")
    if scheme == "sqlite":
        from shared.adapters.sqlite_log import SqliteLog

        path = Path(rest)
        _folder(str(path.parent))
        return SqliteLog(path)
    if scheme in ("kafka", "kafkas"):
        from shared.adapters.kafka_cluster import Topics, read_cluster
        from shared.adapters.kafka_log import KafkaLog

        try:
            cluster = read_cluster(settings.log, settings.log_mechanism, settings.log_authorities, settings.log_certificate)
        except ValueError as fault:
            raise SettingsError(f"HUIYING_LOG_URL: {fault}") from fault
        return KafkaLog(cluster, Topics(settings.log_partitions, settings.log_replicas, settings.log_days))
    raise SettingsError(f"HUIYING_LOG_URL: no adapter for '{scheme}:'; there are sqlite:FILE and kafka://HOST:PORT/TOPIC")


def open_files(url: str) -> Attachments:
    scheme, rest = _split(url, "HUIYING_FILES_URL")
    if scheme == "folder":
        from shared.adapters.folder_attachments import FolderAttachments

        return FolderAttachments(_folder(rest))
    if scheme in MONGO:
        from shared.adapters.gridfs_attachments import GridfsAttachments
        from shared.adapters.mongo_store import read_place

        try:
            return GridfsAttachments(read_place(url, "files"))
        except ValueError as fault:
            raise SettingsError(f"HUIYING_FILES_URL: {fault}") from fault
    raise SettingsError(f"HUIYING_FILES_URL: no adapter for '{scheme}:'; there are folder:FOLDER and mongodb://HOST/NAME")


def open_notifiers(settings: Settings) -> dict[str, Notifier]:
    """The ways to tell people something, by channel; a channel that is not set up is not there. Raises SettingsError or FileFault."""
    from shared.adapters.open_network import Reach
    from shared.adapters.webhook_notifier import WebhookNotifier

    reach = Reach(inside=settings.hooks_inside, here=settings.mode == "trial")
    notifiers: dict[str, Notifier] = {"webhook": WebhookNotifier(reach)}
    if settings.notify_url.get_secret_value():
        notifiers["email"] = _open_mail(settings)
    if settings.sms_gateway:
        notifiers["sms"] = _open_sms(settings.sms_gateway)
    return notifiers


def _open_mail(settings: Settings) -> Notifier:
    from shared.adapters.smtp_connections import read_mail_server
    from shared.adapters.smtp_notifier import SmtpNotifier

    try:
        server = read_mail_server(settings.notify_url.get_secret_value())
    except ValueError as fault:
        raise SettingsError(f"HUIYING_NOTIFY_URL: {fault}") from fault
    try:
        return SmtpNotifier(server, settings.mail_address, f"{settings.city_zh} {settings.hotline}")
    except ValueError as fault:
        raise SettingsError(f"HUIYING_MAIL_ADDRESS: needed with HUIYING_NOTIFY_URL, to send from; {fault}") from fault


def _open_sms(path: Path) -> Notifier:
    from shared.adapters.sms_notifier import Gateway, SmsNotifier

    file = read_toml(path, FileFault)
    try:
        return SmsNotifier(Gateway.model_validate(file.data))
    except ValidationError as fault:
        raise FileFault(file.name, 1, first_fault(fault)) from fault


def open_mailbox(settings: Settings) -> Mailbox | None:
    """The mailbox that complaints arrive in, or None when there is none. Raises Unusable for a folder that is no Maildir."""
    url = settings.mailbox_url.get_secret_value()
    if not url:
        return None
    scheme, _, rest = url.partition(":")
    if scheme == "maildir" and rest:
        from shared.adapters.maildir_mailbox import MaildirMailbox

        return MaildirMailbox(Path(rest.removeprefix("//")))
    if scheme in ("imap", "imaps"):
        from shared.adapters.imap_mailbox import ImapMailbox
        from shared.adapters.imap_session import read_account

        try:
            return ImapMailbox(read_account(url))
        except ValueError as fault:
            raise SettingsError(f"HUIYING_MAILBOX_URL: {fault}") from fault
    raise SettingsError(f"HUIYING_MAILBOX_URL: no adapter for '{scheme}:'; there are imaps://USER:PASSWORD@HOST/FOLDER and maildir:FOLDER")


def open_scanner(settings: Settings) -> Scanner | None:
    """The scanner of attachments, or None when there is none."""
    if not settings.scanner_url:
        return None
    from shared.adapters.clamd_scanner import ClamdScanner

    try:
        return ClamdScanner(settings.scanner_url)
    except ValueError as fault:
        raise SettingsError(f"HUIYING_SCANNER_URL: '{settings.scanner_url}' cannot be used: {fault}") from fault


def open_clock() -> Clock:
    from shared.adapters.system_clock import SystemClock

    return SystemClock()


def check_data_folder(settings: Settings) -> None:
    """Makes the data folder; raises Unusable in words when it cannot be written."""
    _folder(str(settings.data))


def _split(url: str, variable: str) -> tuple[str, str]:
    scheme, colon, rest = url.partition(":")
    if not colon or not rest:
        raise SettingsError(f"{variable} is not a URL such as sqlite:FOLDER")
    return scheme, rest.removeprefix("//")


def _folder(path: str) -> Path:
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise Unusable(f"the folder {folder} cannot be made: {fault.strerror}; choose another with HUIYING_DATA") from fault
    return folder
