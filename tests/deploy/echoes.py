"""Servers that say what reached them, in the places of the services behind the gateway."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Echo(BaseHTTPRequestHandler):
    """Answers with the name of its server, the path and the headers that came."""

    server: "EchoServer"

    def do_GET(self) -> None:
        said: dict[str, Any] = {"service": self.server.name, "path": self.path, "headers": dict(self.headers.items())}
        if length := int(self.headers.get("content-length", 0)):
            said["size"] = len(self.rfile.read(length))
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that the library calls

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing on standard error."""


class EchoServer(ThreadingHTTPServer):
    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Echo)
        self.name = name


@contextmanager
def echoes(*names: str) -> Iterator[dict[str, EchoServer]]:
    """One server for each name, stopped afterwards."""
    with ExitStack() as stack:
        servers = {name: stack.enter_context(EchoServer(name)) for name in names}
        for server in servers.values():
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            stack.callback(server.shutdown)
        yield servers
