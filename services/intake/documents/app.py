"""Apps as they are kept: other programs that file complaints and are told of them. Neither a key nor a secret lies open here."""

from shared.documents import Kind
from shared.events import Moment, Value
from shared.ports import Index


class AppStep(Value):
    """What an administrator did to an app."""

    at: Moment
    login: str
    step: str


class App(Value):
    """`key_hash` is the hash of the API key; `hook` where notices are posted, signed with `secret`, which is sealed."""

    id: str
    name: str
    key_hash: str
    hook: str | None = None
    secret: str | None = None
    active: bool = True
    registered_at: Moment
    steps: tuple[AppStep, ...] = ()


APP: Kind[App] = Kind("app", App, ("key_hash", "registered_at"), (Index(("key_hash",), unique=True), Index(("registered_at",))))
