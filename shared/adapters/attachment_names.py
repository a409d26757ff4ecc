"""What an attachment may be named, whatever keeps it."""

import re

_NAME = re.compile(r"[a-z0-9-]{1,100}(\.[a-z0-9]{1,10})?")


def is_plain(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def check_name(name: str) -> str:
    """The name. Raises ValueError for one that is no plain one."""
    if not is_plain(name):
        raise ValueError(f"{name!r}: a name is small letters, digits and hyphens, with one ending at most")
    return name
