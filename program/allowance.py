"""How often one address may ask a page that strangers reach: enough for a family, too little for whoever guesses."""

import ipaddress
from collections import OrderedDict
from typing import Final

ADDRESSES_REMEMBERED: Final = 10_000
"""Whoever invents addresses fills no memory; the oldest is forgotten."""
ONE_HOUSE_OF_IPV6: Final = 64
"""So many bits of such an address are one house's; the rest anybody in it chooses anew at each request."""
_MINUTE_SECONDS: Final = 60.0


class Allowance:
    """A bucket for each address: so many at once, and as many again in each minute."""

    def __init__(self, a_minute: float) -> None:
        self._a_minute = a_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str, now: float) -> bool:
        """Whether it may ask once more at `now` (monotonic seconds)."""
        left = self._now(address, now)
        self._left[address] = (left - 1 if left >= 1 else left, now)
        self._left.move_to_end(address)
        while len(self._left) > ADDRESSES_REMEMBERED:
            self._left.popitem(last=False)
        return left >= 1

    def has(self, address: str, now: float) -> bool:
        """Whether something is left, without taking it."""
        return self._now(address, now) >= 1

    def _now(self, address: str, now: float) -> float:
        left, at = self._left.get(address, (self._a_minute, now))
        return min(self._a_minute, left + (now - at) * self._a_minute / _MINUTE_SECONDS)


def one_house(host: str) -> str:
    """Whose allowance an address takes of: its own, or with IPv6 that of its house."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    if found.version == 4:
        return host
    return str(ipaddress.ip_network((found, ONE_HOUSE_OF_IPV6), strict=False))
