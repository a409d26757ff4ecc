"""A server that speaks MongoDB's protocol, for tests: in memory, on a free port, stopped by its process id; or one that is named."""

import os
import subprocess

import pymongo

from tests.servers.jars import JAVA, need_jars

NAMED = "HUIYING_TEST_MONGO"
"""The environment variable with the URL of a server that somebody already runs."""


class ProtocolServer:
    """Our own few lines of Java around mongo-java-server. Its documents die with it."""

    def __init__(self, port: int = 0, memory: str = "512m") -> None:
        command = ["java", f"-Xmx{memory}", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"]
        command += ["-cp", f"{need_jars()}/*", str(JAVA / "ProtocolServer.java"), str(port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.process.stdout is not None
        said = self.process.stdout.readline()  # comes when it listens
        if not said.strip().isdigit():
            self.stop()
            raise RuntimeError("the server for MongoDB's protocol did not start")
        self.port = int(said)
        self.url = f"mongodb://127.0.0.1:{self.port}/"

    def stop(self) -> None:
        """Its input ends, and so does it; also when the tests are killed."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def named_server() -> str | None:
    """The URL of a server that somebody already runs and lends to the tests; databases of ours there have names that begin with test_."""
    return os.environ.get(NAMED) or None


def help_updates(url: str, database: str, *collections: str) -> None:
    """Indexes that only the server in memory needs: it serves no query but on exactly an index's fields; updates name id and version."""
    with pymongo.MongoClient[dict[str, object]](url) as client:
        for collection in collections:
            client[database][collection].create_index([("_id", 1), ("_version", 1)], unique=True)


