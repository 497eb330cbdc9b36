"""Who may say and hear what at the broker: the contract's table of topics as rights, and mosquitto's ACL made of them.

An account is a device, and its name is the device's id: a right to `{own}` is a right to the topic that ends in the
account's own name. So the topic of a request proves who asks. No rule, no right.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mqtt.codec import join, prefix
from mqtt.contract import DEVICE, SHEET, TOPICS, Topic

STORE_ACCOUNT: Final = "store"
"""The booking store's own account, present at every site."""
DOORKEEPER_ACCOUNT: Final = "doorkeeper"
"""`nobat revoke` signs in as this one, to take back what a device that is gone has left on the broker."""
ANY_SITE: Final = "+"
"""A broker for several sites: that of tests. A clinic's own knows its site only."""
ACCOUNT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""What an account may be called: part of a topic (no / + #), of a line of the password file (no :), of a file's name."""


class Party(StrEnum):
    """Whom a right is for."""

    DEVICE = "device"  # every account, the store's and the operators' too
    STORE = "store"
    OPERATOR = "operator"
    DOORKEEPER = "doorkeeper"


class May(StrEnum):
    """What a right allows."""

    WRITE = "write"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Right:
    """`party` may do this on all topics of that name, or only on its own. `key`: "", "+" or OWN."""

    party: Party
    may: May
    name: str
    key: str


OWN: Final = "%u"
"""mosquitto's word for the account, in a pattern."""

SENDERS: Final = {"device": (Party.DEVICE,), "store": (Party.STORE,), "store, staff": (Party.STORE, Party.OPERATOR)}
HEARERS: Final = {"device": (Party.DEVICE, OWN), "all": (Party.DEVICE, "+"), "displays": (Party.DEVICE, "+")}
"""The contract's words for who says and who hears. Displays are not told apart from other devices: a board names nobody. What
the store hears is not here, since it may hear everything."""


def rights() -> Iterator[Right]:
    """Every right, from the contract's table."""
    for topic in TOPICS:
        for party in SENDERS[topic.sender]:
            yield Right(party, May.WRITE, topic.name, _key(topic, OWN if party is Party.DEVICE else "+"))
        if topic.hearers in HEARERS:
            party, key = HEARERS[topic.hearers]
            yield Right(party, May.READ, topic.name, _key(topic, key))
    yield Right(Party.STORE, May.READ, "#", "")
    for topic in (DEVICE, SHEET):  # what stays retained about a device that is gone
        yield Right(Party.DOORKEEPER, May.WRITE, topic.name, "+")


def acl(site: str, operators: Iterable[str]) -> str:
    """mosquitto's acl_file for a site, or for ANY_SITE. `operators` are accounts."""
    lines = [
        "# Made by mqtt/access.py of the contract's table. %u is the account, which is the device's id. No rule, no right."
    ]
    accounts = {Party.STORE: (STORE_ACCOUNT,), Party.OPERATOR: tuple(operators), Party.DOORKEEPER: (DOORKEEPER_ACCOUNT,)}
    table = tuple(rights())
    lines += [f"pattern {_line(site, right)}" for right in table if right.party is Party.DEVICE]
    for party, names in accounts.items():
        for name in names:
            lines += ["", f"user {name}", *(f"topic {_line(site, right)}" for right in table if right.party is party)]
    return "\n".join(lines) + "\n"


def _line(site: str, right: Right) -> str:
    return f"{right.may} {prefix(site)}{join(right.name, right.key)}"


def _key(topic: Topic, key: str) -> str:
    return key if topic.keyed else ""
