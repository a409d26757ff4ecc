"""Limits on how often: per address, per number, per account, in this process's memory."""

import functools
import ipaddress
import math
import time

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from shared.runtime.settings import Settings, SettingsError
from shared.web.problems import TooMany

Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


class Limits:
    """Counts by name and key. The window slides, so that a burst cannot straddle two of them; two counts a key are all that is kept,
    and they go when the window has passed, whoever knocks (the list of moments that the exact strategy keeps would never go).
    """

    def __init__(self, *, off: bool = False) -> None:
        self._off = off
        self._limiter = None if off else SlidingWindowCounterRateLimiter(MemoryStorage())

    def check(self, name: str, key: str, rate: str, weight: int = 1) -> None:
        """Counts one try of `key`, or as many as it weighs. `rate` is such as '5/minute' or '100/day'. Raises TooMany above it."""
        if self._limiter is None:
            return
        item = _rate(rate)
        if not self._limiter.hit(item, name, key, cost=weight):
            reset = self._limiter.get_window_stats(item, name, key).reset_time
            raise TooMany(max(1, math.ceil(reset - time.time())))

    def check_address(self, name: str, request: Request, rate: str, weight: int = 1) -> None:
        """The same, counted for the address that the request comes from."""
        if self._limiter is not None:
            self.check(name, client_address(request), rate, weight)


@functools.lru_cache(maxsize=256)
def _rate(rate: str) -> RateLimitItem:
    return parse(rate)


def client_address(request: Request) -> str:
    """The address that counts for limits: the nearest one that is not a proxy of ours; of IPv6 the network of the household (/64)."""
    address = request.client.host if request.client else ""
    proxies: Networks = request.app.state.proxies
    if proxies and _inside(address, proxies):
        forwarded = request.headers.get("x-forwarded-for", "").split(",")
        hops = [hop.strip() for hop in forwarded if hop.strip()]
        address = next((hop for hop in reversed(hops) if not _inside(hop, proxies)), address)
    return _household(address)


def read_proxies(settings: Settings) -> Networks:
    """The trusted proxies, addresses or networks. Raises SettingsError for what is neither."""
    try:
        return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in settings.trusted_proxies.split(",") if part.strip())
    except ValueError as fault:
        raise SettingsError(f"HUIYING_TRUSTED_PROXIES: {fault}") from fault


def _inside(address: str, networks: Networks) -> bool:
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(place in network for network in networks)


@functools.lru_cache(maxsize=4_096)
def _household(address: str) -> str:
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if place.version == 6 and place.ipv4_mapped is None:
        return str(ipaddress.ip_network((place, 64), strict=False))
    return address
