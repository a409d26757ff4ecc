"""Looks a host up and says at which of its addresses it may be spoken to: the open network, unless more is allowed."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass

MOST_ADDRESSES = 3
"""Of one host that are tried."""


class Closed(Exception):  # noqa: N818 - the field's word
    """The host is only at addresses that nothing may be sent to."""


@dataclass(frozen=True)
class Reach:
    """`inside`: addresses of one's own network as well; `here`: this machine as well."""

    inside: bool = False
    here: bool = False

    async def find(self, host: str, port: int, seconds: float) -> list[str]:
        """The first addresses that may be spoken to. To be connected to as they are: a second look-up could be answered otherwise.

        Raises Closed, or OSError when the host is not found in time.
        """
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [address for place in found if self._allows(address := str(place[4][0]))]
        if not addresses:
            raise Closed(f"{host} is inside a network that nothing is sent to")
        return addresses[:MOST_ADDRESSES]

    def _allows(self, written: str) -> bool:
        address = ipaddress.ip_address(written)
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_loopback:
            return self.here
        return self.inside or (address.is_global and not address.is_multicast)
