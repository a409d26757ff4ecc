"""Other apps: where their hook may lead, and how what is posted there is signed."""

import hashlib
import hmac
import ipaddress
import re
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, StringConstraints

from services.intake.model.submission import clean_line

AppName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), BeforeValidator(clean_line)]

LONGEST_HOOK = 500
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_\-]*[a-z0-9_])?", re.ASCII)
_INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa")
"""Ends of names that mean the house one is in, never the open network (RFC 6761, RFC 6762, RFC 8375, and habits)."""


def hook_fault(url: str, *, trial: bool, inside: bool) -> str | None:
    """Why no notices are posted to this URL, as a key of words; None when they may be.

    https to a public host. With `inside` a host of the city's own network as well; in a `trial` also http to this machine.
    """
    if len(url) > LONGEST_HOOK or not url.isprintable() or " " in url:
        return "fault.hook_unreadable"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "fault.hook_unreadable"
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc or parts.fragment:
        return "fault.hook_unreadable"
    return _host_fault(parts, trial=trial, inside=inside)


def _host_fault(parts: SplitResult, *, trial: bool, inside: bool) -> str | None:
    address = _address(parts.hostname or "")
    if address is None and not _is_name(parts.hostname or ""):
        return "fault.hook_unreadable"
    here = address.is_loopback if address else parts.hostname == "localhost"
    if here:
        return None if trial else "fault.hook_inside"
    if parts.scheme != "https":
        return "fault.hook_not_https"
    public = address.is_global and not address.is_multicast if address else not _means_inside(parts.hostname or "")
    return None if public or inside else "fault.hook_inside"


def _address(host: str) -> Any:
    """The host as an address: an IPv4 one that stands in an IPv6 one is that one."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_name(host: str) -> bool:
    """Whether it is a plain DNS name. One that ends in a number would be read as an address by many resolvers (127.1, 0x7f000001)."""
    labels = host.removesuffix(".").split(".")
    return all(map(_LABEL.fullmatch, labels)) and not re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1])


def _means_inside(host: str) -> bool:
    name = host.removesuffix(".")
    return "." not in name or name.endswith(tuple(f".{end}" for end in _INSIDE))


def signature(secret: str, at: int, body: str) -> str:
    """The hexadecimal HMAC-SHA256 of "<unix seconds>.<body>": the moment is signed too, so that nothing old can be sent again."""
    return hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()


def signature_header(secret: str, at: int, body: str) -> str:
    """The value of Huiying-Signature."""
    return f"t={at},v1={signature(secret, at, body)}"
