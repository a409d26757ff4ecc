"""Looks a host up and says at which of its addresses it may be spoken to: the open network, unless more is allowed."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_ADDRESSES = 3
"""Of one host that are tried."""
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
NOT_OPEN = tuple(map(ipaddress.IPv6Network, ("64:ff9b:1::/48", "2002::/16", "::/96", "::ffff:0:0:0/96", "fec0::/10")))
"""What may lead to an IPv4 address inside a network, or is inside one, and still counts as global for Python."""


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
        address = _meant(ipaddress.ip_address(written))
        if address.is_loopback:
            return self.here
        return self.inside or (address.is_global and not address.is_multicast and not any(address in net for net in NOT_OPEN))


def _meant(address: Address) -> Address:
    """The IPv4 address that a gateway reads in an IPv6 one (RFC 4291, RFC 6052); any other is itself."""
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped or address in TRANSLATED):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address
