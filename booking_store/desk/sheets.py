"""The kiosks' sheets: all that a kiosk needs to go on when it is alone, read from the ledger (docs/alone.md).

A sheet is made again every half minute, between presses that must not wait for it: the digests come from a thread of their
own, and a booking that stands as it stood is not looked at twice. The first sheet of a run waits until all of its digests are
there, since what the kiosks have from before says more than half of a new one; later ones leave with those that are there.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any, Final

import msgspec
from sqlalchemy import Row, bindparam, select

from booking_store import tables
from booking_store.desk import shares, visits
from booking_store.desk.desk import Desk
from booking_store.desk.issue import highest_known
from booking_store.digests import Digests
from booking_store.statements import Prepared
from mqtt.contract import DayStatus, Sheet, SheetCode, SheetDay, SheetShare
from rules.check_in import good_between
from rules.schedule import Opening, opening_on, openings_with_sessions
from rules.site import Device, NumberRange, Site

log = logging.getLogger(__name__)

CODES_BYTES_MOST: Final = 240 * 1024
"""Of a sheet's 256 KiB; the rest is for the walk-ins, and for what else stands on it."""
BY_HAND: Final = timedelta(hours=24)
"""So long a kiosk that is alone goes on with a day that somebody opened, or took tickets in again, outside its hours."""

Booking = tuple[Row[Any], Row[Any] | None]
"""A booking as the ledger has it, and its ticket of the day."""
Measured = tuple[SheetCode, int]
"""A code as it stands on the sheet, and its length there in bytes."""


@dataclass(frozen=True, slots=True)
class Days:
    """Which days belong on a sheet now: the last that was opened (`opened`: it still is), and the one that comes next."""

    last: Row[Any] | None
    opened: Row[Any] | None
    coming: Opening | None

    @property
    def service_days(self) -> Mapping[date, int]:
        """The dates whose codes are on the sheet, each with its service day; 0: not opened yet."""
        days = {date.fromisoformat(self.opened.date): int(self.opened.id)} if self.opened is not None else {}
        return days | ({self.coming.date: 0} if self.coming is not None else {})


class Sheets:
    """Makes the sheets. One store keeps it: it remembers what each booking looked like."""

    def __init__(self, digests: Digests) -> None:
        self._digests = digests
        self._once_complete = False
        self._left_out = 0
        self._site: Site | None = None
        self._looked: dict[date, dict[Booking, Measured]] = {}

    def of(self, desk: Desk) -> dict[str, Sheet]:
        """A sheet for each kiosk that has numbers of its own; none while the digests of the first one are being made."""
        if not desk.site.kiosks_with_numbers:
            return {}
        days = _days(desk)
        self._forget_all_but(desk.site, days.service_days)
        rows = {day: visits.bookings_on(desk, day, opened) for day, opened in days.service_days.items()}
        codes = {day: self._codes(desk, day, bookings) for day, bookings in rows.items()}
        self._once_complete = self._once_complete or all(len(codes[day]) == len(rows[day]) for day in rows)
        if not self._once_complete:
            return {}
        fitting = self._fitting(codes)
        held = shares.shares_on(desk, date.fromisoformat(days.opened.date)) if days.opened is not None else ()
        return {
            kiosk.id: self._sheet(desk, kiosk, kiosk.alone_range, days, held, fitting)
            for kiosk in desk.site.kiosks_with_numbers
            if kiosk.alone_range is not None
        }

    def _sheet(
        self,
        desk: Desk,
        kiosk: Device,
        numbers: NumberRange,
        days: Days,
        held: Sequence[shares.Share],
        codes: Mapping[date, tuple[SheetCode, ...]],
    ) -> Sheet:
        today = None
        if days.opened is not None:
            day = date.fromisoformat(days.opened.date)
            today = SheetDay(
                date=days.opened.date,
                salt=self._digests.salt_of(day),
                tickets_from_ms=days.opened.opened_at_ms,
                tickets_until_ms=_tickets_until_ms(desk, days.opened),
                service_day=days.opened.id,
                status=DayStatus(days.opened.status),
                codes=codes[day],
                walk_ins=_walk_ins(desk, kiosk, held),
                highest=highest_known(desk, days.opened.id, numbers),
            )
        elif days.last is not None:
            over = days.last
            from_ms, until_ms = over.opened_at_ms, over.ended_at_ms
            today = SheetDay(date=over.date, salt="", tickets_from_ms=from_ms, tickets_until_ms=until_ms, service_day=over.id)
        return Sheet(
            epoch=desk.epoch,
            sequence=desk.sequence,
            as_of_ms=desk.now_ms,
            first_number=numbers.first,
            last_number=numbers.last,
            scrypt_cost=self._digests.cost,
            today=today,
            tomorrow=self._tomorrow(desk, kiosk, days.coming, codes) if days.coming is not None else None,
        )

    def _tomorrow(self, desk: Desk, kiosk: Device, coming: Opening, codes: Mapping[date, tuple[SheetCode, ...]]) -> SheetDay:
        return SheetDay(
            date=coming.date.isoformat(),
            salt=self._digests.salt_of(coming.date),
            tickets_from_ms=int(coming.opens.timestamp() * 1000),
            tickets_until_ms=int(coming.tickets_until.timestamp() * 1000),
            codes=codes[coming.date],
            walk_ins=_walk_ins(desk, kiosk, shares.shares_to_come(desk, coming.date)),
        )

    # ------------------------------------------------------------------------------------ the codes

    def _forget_all_but(self, site: Site, days: Mapping[date, int]) -> None:
        """A day that is over leaves nothing behind; with another site file every booking is looked at anew."""
        self._digests.forget_all_but(days)
        self._looked = {day: self._looked.get(day, {}) if site is self._site else {} for day in days}
        self._site = site

    def _codes(self, desk: Desk, day: date, bookings: Sequence[Booking]) -> list[Measured]:
        """The bookings whose digests are there, soonest first."""
        digests = self._digests.of(day, [booking.code for booking, _ in bookings])
        before = self._looked[day]
        now = {
            known: before.get(known) or _measured(desk, known, digests[known[0].code])
            for known in bookings
            if known[0].code in digests
        }
        self._looked[day] = now
        return list(now.values())

    def _fitting(self, codes: Mapping[date, Sequence[Measured]]) -> dict[date, tuple[SheetCode, ...]]:
        """As many as a message holds, today's before tomorrow's, the soonest before those that have time."""
        room = CODES_BYTES_MOST
        fitting = {}
        left_out = 0
        for day, measured in codes.items():
            lengths = list(accumulate(length for _, length in measured))
            some = sum(length <= room for length in lengths)
            room -= lengths[some - 1] if some else 0
            left_out += len(measured) - some
            fitting[day] = tuple(code for code, _ in measured[:some])
        if left_out and not self._left_out:
            log.warning("the kiosks' sheets are full: %d bookings are not on them, those with the latest sessions", left_out)
        self._left_out = left_out
        return fitting


def _days(desk: Desk) -> Days:
    last = desk.tx.execute(_LAST_DAY).one_or_none()
    opened = last if last is not None and last.status != DayStatus.CLOSED else None
    if opened is not None and opened.status == DayStatus.ACCEPTING:
        return Days(last, opened, None)
    to_come = openings_with_sessions(desk.site, desk.now)
    coming = next((one for one in to_come if desk.tx.execute(_HAD, {"date": str(one.date)}).first() is None), None)
    return Days(last, opened, coming)


def _tickets_until_ms(desk: Desk, opened: Row[Any]) -> int:
    """Until when a kiosk that is alone gives tickets of the open day: by its hours, where these have the say."""
    opening = opening_on(desk.site, date.fromisoformat(opened.date))
    opened_at = desk.local(opened.opened_at_ms)
    taken_again = opened.status == DayStatus.ACCEPTING and opened.stopped_by_hours
    if opening is None or opened_at >= opening.tickets_until or taken_again:
        return int((opened_at + BY_HAND).timestamp() * 1000)
    return int(opening.tickets_until.timestamp() * 1000)


def _walk_ins(desk: Desk, kiosk: Device, held: Sequence[shares.Share]) -> tuple[SheetShare, ...]:
    return tuple(
        SheetShare(department=share.department, until_ms=share.ends_at_ms, left=share.kept[kiosk.id], doctor=share.doctor)
        for share in held
        if share.kept.get(kiosk.id) and share.ends_at_ms > desk.now_ms
    )


def _measured(desk: Desk, known: Booking, digest: str) -> Measured:
    booking, ticket = known
    visit = visits.visit_of(desk, booking, ticket)
    first, last = good_between(visit, desk.site.check_in)
    code = SheetCode(
        digest=digest,
        department=booking.department,
        good_from_ms=None if first is None else int(first.timestamp() * 1000),
        good_until_ms=None if last is None else int(last.timestamp() * 1000),
        doctor=booking.doctor,
        time_ms=booking.time_ms if desk.site.booking.give_times else None,
        cancelled=visit.cancelled,
        doctor_absent=visit.doctor_absent,
        number=visit.number,
        state=visit.state.value if visit.state is not None else "",
    )
    return code, len(msgspec.json.encode(code)) + 1  # and a comma


_LAST_DAY = Prepared(select(tables.service_days).order_by(tables.service_days.c.id.desc()).limit(1))
_HAD = Prepared(
    select(tables.service_days.c.id).where(tables.service_days.c.date == bindparam("date"), ~tables.service_days.c.void)
)
