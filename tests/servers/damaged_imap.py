"""An IMAP server of a few lines, some of whose messages are damaged: it refuses whatever asks for one of them."""

import re
import socketserver
import threading
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager


@contextmanager
def damaged_server(mails: Mapping[int, bytes], damaged: Set[int]) -> Iterator[int]:
    """The port of a server with these mails, by their UIDs."""

    def answer(command: str) -> bytes | None:
        """What is said before the tag; None for a refusal."""
        asked = {int(uid) for uid in re.findall(r"\d+", command.partition("(")[0])}
        if command.startswith("CAPABILITY"):
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command.startswith("SELECT"):
            return f"* {len(mails)} EXISTS\r\n* OK [UIDVALIDITY 7] yes\r\n".encode()
        if command.startswith("FETCH"):
            return b"".join(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)} FLAGS ())\r\n".encode() for uid, raw in mails.items())
        if command.startswith("UID FETCH"):
            return None if asked & damaged else b"".join(handed_out(uid) for uid in sorted(asked))
        return b""

    def handed_out(uid: int) -> bytes:
        return f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(mails[uid])}}}\r\n".encode() + mails[uid] + b")\r\n"

    class Connection(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK here\r\n")
            for line in self.rfile:
                tag, _, command = line.decode().strip().partition(" ")
                said = answer(command)
                self.wfile.write(f"{tag} NO [SERVERBUG] damaged\r\n".encode() if said is None else said + f"{tag} OK done\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Connection) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
