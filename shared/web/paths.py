"""Paths inside our own pages: where a redirect may lead, and which requests want JSON."""

from urllib.parse import urlsplit

from fastapi import Request

PROGRAMS = "/api/"
"""Below it programs ask and get JSON."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Those that change nothing."""


def is_api(request: Request) -> bool:
    """Whether the answer is for a program (JSON) and not for a person (a page)."""
    path: str = request.scope["path"]
    return path.startswith(PROGRAMS)


def local_path(value: str, default: str = "/") -> str:
    """`value` when it is a path of ours, else `default`: no redirect ever leads to another host."""
    safe = value.startswith("/") and not value.startswith("//") and "\\" not in value and value.isprintable()
    if not safe or urlsplit(value).netloc:
        return default
    return value


def path_of(request: Request) -> str:
    """The path with its query, as it stands in the address line."""
    query = request.scope["query_string"].decode("latin-1")
    path: str = request.scope["path"]
    return f"{path}?{query}" if query else path
