"""The settings: one frozen object read once from variables that begin with HUIYING_; an unknown one is an error."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

PREFIX = "HUIYING_"
OF_TESTS = "HUIYING_TEST_"
"""Variables that say to the tests which servers to use; the services leave them alone."""


class SettingsError(Exception):
    """A setting is unknown or wrong; the message names the variable and says what it may be."""


class OwnSettings(BaseModel):
    """Base of one service's own numbers; its variables begin with HUIYING_<SERVICE>_."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Settings(OwnSettings):
    """What all services share. Each field is the variable HUIYING_<FIELD>; its description stands in docs/settings.md."""

    mode: Literal["trial", "production"] = Field(
        "trial", description="production refuses keys made by the system itself and cookies over plain HTTP"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8012, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    data: Path = Field(Path("data"), description="folder for everything the embedded mode keeps")
    store_url: SecretStr = Field(
        SecretStr(""),
        description="documents: sqlite:FOLDER, or mongodb://USER:PASSWORD@HOST/NAME?OPTIONS (or mongodb+srv:), where each service has the "
        "database NAME_SERVICE; empty means the data folder",
    )
    log_url: SecretStr = Field(
        SecretStr(""),
        description="event log: sqlite:FILE, or kafka://HOST:PORT,HOST:PORT/TOPIC; kafkas: with TLS; USER:PASSWORD@ before the hosts for "
        "SASL; empty means log.db in the data folder",
    )
    log_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="how the password in a kafka: URL is shown to the brokers"
    )
    log_authorities: Path | None = Field(
        None, description="PEM file of those who may sign the brokers' certificates; empty means whom the system trusts"
    )
    log_certificate: Path | None = Field(None, description="PEM file with our own certificate and key, where the brokers ask for one")
    log_partitions: int = Field(12, ge=1, le=1_000, description="parts of a Kafka topic; as many instances of a service can share the work")
    log_replicas: int = Field(3, ge=1, le=7, description="brokers that keep each part of a Kafka topic")
    log_days: int = Field(30, ge=1, le=3_650, description="days that a Kafka topic keeps an event; the documents keep what came of it")
    files_url: SecretStr = Field(
        SecretStr(""),
        description="attachments: folder:FOLDER, or mongodb://… as in STORE_URL (GridFS); empty means files in the data folder",
    )
    notify_url: SecretStr = Field(
        SecretStr(""), description="mail out: smtp://USER:PASSWORD@HOST:PORT or smtps://…; empty means that nobody is told by e-mail"
    )
    mail_address: str = Field(
        "", description="the address that mail goes out from and answers come back to, such as 12345@city.example; needed with NOTIFY_URL"
    )
    sms_gateway: Path | None = Field(None, description="TOML file that says how to send an SMS over HTTP; docs/running.md has its form")
    hooks_inside: bool = Field(False, description="true lets webhooks go to addresses inside the city's own network")
    mailbox_url: SecretStr = Field(
        SecretStr(""), description="mail in: imaps://USER:PASSWORD@HOST/FOLDER, imap://… or maildir:FOLDER; empty means none"
    )
    scanner_url: str = Field("", description="scanner of attachments: clamd://HOST:PORT or clamd:SOCKET; empty means none")
    public_url: str = Field(
        "", description="the address people use, such as https://12345.example.org; empty means the address listened on"
    )
    timezone: str = Field(
        "Asia/Shanghai", description="the city's time zone; days and dates follow it, and calendar.toml names the same for office hours"
    )
    city_zh: str = Field("示例市", description="the city's name on Chinese pages")
    city_en: str = Field("Sample City", description="the city's name on English pages")
    hotline: str = Field("12345", description="the telephone number people may call instead")
    language: Literal["zh-CN", "en"] = Field("zh-CN", description="language of pages when the reader asks for none that we have")
    places: Path | None = Field(None, description="the city's own places.toml; empty means the sample city")
    gazetteer: Path | None = Field(
        None, description="the city's own gazetteer.csv; empty means that of the sample city, or none where PLACES is set"
    )
    models: Path | None = Field(None, description="folder of models that `huiying learn` made; empty means those that ship")
    session_key: SecretStr | None = Field(
        None, description="secret that signs sessions, tokens and forms, 32 characters or more; made in the data folder when empty"
    )
    contacts_key: SecretStr | None = Field(
        None, description="secret of intake alone: encrypts contacts, makes query codes; made in the data folder when empty"
    )
    session_minutes: int = Field(480, ge=5, le=1440, description="minutes until an officer has to sign in again")
    rate_limits: Literal["on", "off"] = Field("on", description="off only for tests and measurements")
    trusted_proxies: str = Field("", description="addresses, separated by commas, whose X-Forwarded-For and -Proto are believed")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level of the JSON log on standard error")
    max_body_mb: int = Field(64, ge=1, le=512, description="largest request body, in MB")

    @property
    def store(self) -> str:
        return self.store_url.get_secret_value() or f"sqlite:{self.data}"

    @property
    def log(self) -> str:
        return self.log_url.get_secret_value() or f"sqlite:{self.data / 'log.db'}"

    @property
    def files(self) -> str:
        return self.files_url.get_secret_value() or f"folder:{self.data / 'files'}"

    @property
    def address(self) -> str:
        """Where people reach the system, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings(environment: Mapping[str, str], own: Mapping[str, type[OwnSettings]]) -> tuple[Settings, dict[str, OwnSettings]]:
    """The shared settings and each service's own (by service name). Raises SettingsError naming the variable at fault."""
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if _is_ours(name)}
    found = {service: _take(given, f"{service}_", model) for service, model in own.items()}
    common = _take(given, "", Settings)
    if given:
        raise SettingsError(f"unknown setting {PREFIX}{min(given).upper()}; docs/settings.md lists those there are")
    return common, found  # type: ignore[return-value]


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) and not name.startswith(OF_TESTS)


def _take(given: dict[str, str], prefix: str, model: type[OwnSettings]) -> OwnSettings:
    values = {name: given.pop(prefix + name) for name in model.model_fields if prefix + name in given}
    try:
        return model.model_validate({name: value for name, value in values.items() if value != ""})
    except ValidationError as fault:
        first = fault.errors()[0]
        name = f"{PREFIX}{prefix}{first['loc'][0]}".upper()
        raise SettingsError(f"{name}: {first['msg']}") from fault
