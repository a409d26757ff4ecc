"""Databases of their own on the server of MongoDB's protocol that the tests share, and proxies on the way to it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pymongo
from pymongo.uri_parser import parse_uri

from shared.adapters.mongo_store import MongoStore, Place
from shared.ports import Collection
from tests.contracts.examples import COLLECTIONS
from tests.servers.mongo import help_updates, named_server
from tests.servers.proxy import Proxy

QUICK = "timeoutMS=1500&serverSelectionTimeoutMS=700&connectTimeoutMS=700"
"""Options of a URL by which an outage is told sooner than in service."""


class Databases:
    """Places under one prefix, prepared once each."""

    def __init__(self, url: str) -> None:
        self.url, self.prefix = url, f"test_{uuid4().hex[:12]}"

    def place(self, name: str = "main", url: str | None = None) -> Place:
        return Place(url or self.url, f"{self.prefix}_{name}")

    async def open(self, name: str = "main", collections: Sequence[Collection] = COLLECTIONS, *, url: str | None = None) -> MongoStore:
        """A store as it is in service: prepared, not yet checked."""
        await self.prepare(name, collections)
        return MongoStore(self.place(name, url), collections)

    async def prepare(self, name: str = "main", collections: Sequence[Collection] = COLLECTIONS) -> None:
        store = MongoStore(self.place(name), collections)
        await store.prepare()
        await store.close()
        if named_server() is None:
            help_updates(self.url, self.place(name).database, *(collection.name for collection in collections))

    def through(self, proxy: Proxy) -> str:
        """The URL of the same server by way of the proxy."""
        there = urlsplit(self.url)
        user = there.netloc.rpartition("@")[0]
        host = f"{user}@127.0.0.1:{proxy.port}" if user else f"127.0.0.1:{proxy.port}"
        options = "&".join(filter(None, (there.query, "directConnection=true", QUICK)))
        return urlunsplit((there.scheme, host, there.path or "/", options, ""))


@contextmanager
def databases(url: str) -> Iterator[Databases]:
    """They are dropped at the end."""
    used = Databases(url)
    yield used
    with pymongo.MongoClient[dict[str, object]](url) as client:
        for name in client.list_database_names():
            if name.startswith(used.prefix):
                client.drop_database(name)


@contextmanager
def proxy_to(url: str) -> Iterator[Proxy]:
    host, port = parse_uri(url)["nodelist"][0]  # of a replica set, the primary must come first
    proxy = Proxy(port, host)
    yield proxy
    proxy.close()
