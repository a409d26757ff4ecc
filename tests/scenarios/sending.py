"""People's apps that file complaints while the house is shaken: what was not acknowledged is sent again with the same key."""

import threading
import time

import httpx

from tests.processes import PATIENCE
from tests.scenarios.city import TEXTS

TAKEN = (200, 201)
NOT_NOW = (502, 503)
PAUSE = 0.2
"""Seconds before the next try: an app would wait as long as Retry-After says, a storm cannot."""


class Senders:
    """So many senders at once, each with its own keys; `most` complaints from all of them, or as many as come until `finish`.

    `acknowledged` are key and number of each receipt, `repeated` counts the tries beyond the first, `faults` answers that no app expects.
    """

    def __init__(self, address: str, senders: int, most: int | None = None) -> None:
        self._address, self._each = address, None if most is None else most // senders
        self._over = threading.Event()
        self.acknowledged: list[tuple[str, str]] = []
        self.repeated = 0
        self.faults: list[str] = []
        self._threads = [threading.Thread(target=self._send, args=(sender,), daemon=True) for sender in range(senders)]
        for thread in self._threads:
            thread.start()

    @property
    def finished(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def finish(self) -> None:
        """The complaint that each is at is the last one."""
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _send(self, sender: int) -> None:
        with httpx.Client(base_url=self._address, timeout=10) as client:
            number = 0
            while not self.faults and not self._over.is_set() and (self._each is None or number < self._each):
                self._file(client, f"{sender}-{number}", TEXTS[number % len(TEXTS)])
                number += 1

    def _file(self, client: httpx.Client, key: str, text: str) -> None:
        """Sends one complaint until there is a receipt; it is given up only when the storm is over."""
        while not self._over.is_set():
            try:
                answer = client.post("/api/v1/complaints", json={"text": f"{text}（{key}）"}, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                self.repeated += 1
                continue
            if answer.status_code in TAKEN:
                self.acknowledged.append((key, answer.json()["number"]))
                return
            if answer.status_code not in NOT_NOW:
                self.faults.append(f"{answer.status_code} {answer.text}")
                return
            self.repeated += 1
            time.sleep(PAUSE)
