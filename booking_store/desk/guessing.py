"""Guessing codes: how many wrong ones the store takes from a kiosk, and from each while more than one sends them.

The kiosk itself stops whoever stands there (`wrong_codes_before_lock`). This is for who goes on all the same, by a changed
kiosk or a stolen password, and for a crowd of them. A prankster stops nobody else: what a kiosk may ask depends on its own
wrong codes first, and a kiosk without any is never held up. Walk-ins, help tickets and settles never come here.
"""

from typing import Final

from sqlalchemy import bindparam, func, select, text

from booking_store import tables
from booking_store.desk.desk import Asked, Desk
from booking_store.statements import Prepared
from mqtt.contract import Reason, Refusal

WITHIN_MS: Final = 60_000
FACTOR: Final = 2
"""A kiosk locks itself after the site's `wrong_codes_before_lock`. One that asks on, twice as many a minute, is not heard for a
while: then something else than a patient types."""
CROWD_WITHIN_MS: Final = 600_000
CROWD_OF: Final = 2
"""So many kiosks with as many wrong codes as lock one, in ten minutes: somebody goes from one to the other, or several do.
Then each of them may send no more than that in ten minutes."""


def codes_locked(desk: Desk, asked: Asked) -> Refusal | None:
    """Why this kiosk's code is not looked at now, and until when."""
    before_lock = desk.site.kiosks.wrong_codes_before_lock
    most = FACTOR * before_lock
    about = {"device": asked.device, "since": desk.now_ms - CROWD_WITHIN_MS, "now": desk.now_ms, "most": most}
    newest_first = desk.tx.execute(_WRONG_CODES, about).scalars()
    if len(newest_first) == most and newest_first[-1] > desk.now_ms - WITHIN_MS:
        return _locked(desk, newest_first[-1] + WITHIN_MS)
    if len(newest_first) >= before_lock and _by_a_crowd(desk, before_lock):
        return _locked(desk, newest_first[before_lock - 1] + CROWD_WITHIN_MS)
    return None


def _locked(desk: Desk, until_ms: int) -> Refusal:
    return Refusal(reason=Reason.CODE_LOCKED, retry_after_seconds=(until_ms - desk.now_ms) / 1000)


def _by_a_crowd(desk: Desk, before_lock: int) -> bool:
    kiosks = [device.id for device in desk.site.devices if device.role == "kiosk"]
    about = {"since": desk.now_ms - CROWD_WITHIN_MS, "now": desk.now_ms, "most": before_lock, "crowd": CROWD_OF}
    return len(desk.tx.execute(_CROWD.where(_requests.c.device.in_(kiosks)), about).all()) >= CROWD_OF


_requests = tables.requests
_wrong = (
    _requests.c.answered_at_ms > bindparam("since"),
    _requests.c.answered_at_ms <= bindparam("now"),  # none of a time that was taken back
    text("refused = 'no_such_code'"),  # as written in the partial index
)
_WRONG_CODES: Final = Prepared(
    select(_requests.c.answered_at_ms)
    .where(_requests.c.device == bindparam("device"), *_wrong)
    .order_by(_requests.c.answered_at_ms.desc())
    .limit(bindparam("most"))
)
_CROWD: Final = (
    select(_requests.c.device)
    .where(*_wrong)
    .group_by(_requests.c.device)
    .having(func.count() >= bindparam("most"))
    .limit(bindparam("crowd"))
)
