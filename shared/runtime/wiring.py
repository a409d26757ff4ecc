"""Chooses the adapters by the scheme of a URL and builds the world of each service. The only importer of adapters, lazily."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from shared.ports import Attachments, Clock, Collection, EventLog, Mailbox, Notifier, Scanner, Store, Unusable
from shared.ports.moving import FilesSource, FilesTarget, LogSource, LogTarget, Source, StoreSource, StoreTarget, Target
from shared.runtime.settings import Settings, SettingsError
from shared.toml_file import FileFault, first_fault, read_toml

if TYPE_CHECKING:
    from shared.adapters.kafka_cluster import Cluster
    from shared.adapters.mongo_place import Place

MONGO = ("mongodb", "mongodb+srv")
KAFKA = ("kafka", "kafkas")


def open_store(url: str, service: str, collections: Iterable[Collection]) -> Store:
    """The documents of one service. Raises SettingsError for a scheme without an adapter, Unusable for a newer store."""
    scheme, rest = _split(url, "HUIYING_STORE_URL")
    if scheme == "sqlite":
        from shared.adapters.sqlite_store import SqliteStore

        return SqliteStore(_folder(rest) / f"{service}.db", tuple(collections))
    if scheme in MONGO:
        from shared.adapters.mongo_store import MongoStore

        return MongoStore(_mongo_place(url, service, "HUIYING_STORE_URL"), tuple(collections))
    raise SettingsError(f"HUIYING_STORE_URL: no adapter for '{scheme}:'; there are sqlite:FOLDER and mongodb://HOST/NAME")


def open_log(settings: Settings) -> EventLog:
    """The event log. Raises SettingsError for a URL that cannot be used, Unusable for a newer log."""
    scheme, rest = _split(settings.log, "HUIYING_LOG_URL")
    if scheme == "sqlite":
        from shared.adapters.sqlite_log import SqliteLog

        path = Path(rest)
        _folder(str(path.parent))
        return SqliteLog(path)
    if scheme in KAFKA:
        from shared.adapters.kafka_cluster import Topics
        from shared.adapters.kafka_log import KafkaLog

        return KafkaLog(_kafka_cluster(settings), Topics(settings.log_partitions, settings.log_replicas, settings.log_days))
    raise SettingsError(f"HUIYING_LOG_URL: no adapter for '{scheme}:'; there are sqlite:FILE and kafka://HOST:PORT/TOPIC")


def open_files(url: str) -> Attachments:
    scheme, rest = _split(url, "HUIYING_FILES_URL")
    if scheme == "folder":
        from shared.adapters.folder_attachments import FolderAttachments

        return FolderAttachments(_folder(rest))
    if scheme in MONGO:
        from shared.adapters.gridfs_attachments import GridfsAttachments

        return GridfsAttachments(_mongo_place(url, "files", "HUIYING_FILES_URL"))
    raise SettingsError(f"HUIYING_FILES_URL: no adapter for '{scheme}:'; there are folder:FOLDER and mongodb://HOST/NAME")


def open_source(settings: Settings, services: Sequence[str]) -> Source:
    """All that these services keep, to be moved from there. Nothing is made. Raises SettingsError, Unusable when it is not there."""
    stores = {service: _store_source(settings.store, service) for service in services}
    return Source(places_of(settings), stores, _log_source(settings), _files_source(settings.files))


def open_target(settings: Settings, collections: Mapping[str, Sequence[Collection]]) -> Target:
    """Where the stores of these services, the log and the attachments are moved to. Raises SettingsError, Unusable."""
    stores = {service: _store_target(settings.store, service, own) for service, own in collections.items()}
    return Target(places_of(settings), stores, _log_target(settings), _files_target(settings.files))


def places_of(settings: Settings) -> str:
    """Where store, log and attachments are, without passwords and options."""
    return ", ".join(place_of(url) for url in (settings.store, settings.log, settings.files))


def place_of(url: str) -> str:
    scheme, _, rest = url.partition(":")
    if scheme in (*MONGO, *KAFKA):
        return re.sub(r"//[^/]*@", "//", url).partition("?")[0].rstrip("/")
    return f"{scheme}:{Path(rest.removeprefix('//')).resolve()}"


def _store_source(url: str, service: str) -> StoreSource:
    if url.partition(":")[0] in MONGO:
        from shared.adapters.mongo_moving import MongoStoreSource

        return MongoStoreSource(_mongo_place(url, service, "HUIYING_STORE_URL"))
    from shared.adapters.sqlite_store_moving import SqliteStoreSource

    return SqliteStoreSource(Path(_split(url, "HUIYING_STORE_URL")[1]) / f"{service}.db")


def _store_target(url: str, service: str, collections: Sequence[Collection]) -> StoreTarget:
    if url.partition(":")[0] in MONGO:
        from shared.adapters.mongo_moving import MongoStoreTarget

        return MongoStoreTarget(_mongo_place(url, service, "HUIYING_STORE_URL"), collections)
    from shared.adapters.sqlite_store_moving import SqliteStoreTarget

    return SqliteStoreTarget(_folder(_split(url, "HUIYING_STORE_URL")[1]) / f"{service}.db", collections)


def _log_source(settings: Settings) -> LogSource:
    if settings.log.partition(":")[0] in KAFKA:
        from shared.adapters.kafka_moving import KafkaLogSource

        return KafkaLogSource(_kafka_cluster(settings))
    from shared.adapters.sqlite_log_moving import SqliteLogSource

    return SqliteLogSource(Path(_split(settings.log, "HUIYING_LOG_URL")[1]))


def _log_target(settings: Settings) -> LogTarget:
    if settings.log.partition(":")[0] in KAFKA:
        from shared.adapters.kafka_moving import KafkaLogTarget

        return KafkaLogTarget(_kafka_cluster(settings))
    from shared.adapters.sqlite_log_moving import SqliteLogTarget

    return SqliteLogTarget(Path(_split(settings.log, "HUIYING_LOG_URL")[1]))


def _files_source(url: str) -> FilesSource:
    if url.partition(":")[0] in MONGO:
        from shared.adapters.gridfs_moving import GridfsMoving

        return GridfsMoving(_mongo_place(url, "files", "HUIYING_FILES_URL"))
    from shared.adapters.folder_moving import FolderSource

    return FolderSource(Path(_split(url, "HUIYING_FILES_URL")[1]))


def _files_target(url: str) -> FilesTarget:
    if url.partition(":")[0] in MONGO:
        from shared.adapters.gridfs_moving import GridfsMoving

        return GridfsMoving(_mongo_place(url, "files", "HUIYING_FILES_URL"))
    from shared.adapters.folder_moving import FolderTarget

    return FolderTarget(_folder(_split(url, "HUIYING_FILES_URL")[1]))


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


def _mongo_place(url: str, part: str, variable: str) -> "Place":
    from shared.adapters.mongo_place import read_place

    try:
        return read_place(url, part)
    except ValueError as fault:
        raise SettingsError(f"{variable}: {fault}") from fault


def _kafka_cluster(settings: Settings) -> "Cluster":
    from shared.adapters.kafka_cluster import read_cluster

    try:
        return read_cluster(settings.log, settings.log_mechanism, settings.log_authorities, settings.log_certificate)
    except ValueError as fault:
        raise SettingsError(f"HUIYING_LOG_URL: {fault}") from fault


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
