"""What a kiosk that was alone gave a paper for, as the ledger sees it now: whose ticket it is, and what reception looks at.

rules/settling.py says what becomes of each; here the booking or the session is found. The code is looked up and kept nowhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Row

from booking_store.desk import shares, visits
from booking_store.desk.desk import Asked, Desk
from booking_store.desk.shares import Share
from booking_store.desk.tickets import class_asked
from mqtt.contract import CheckIn, Settle, Source, TakeHelpTicket, TakeWalkIn
from rules.booking import WalkInShare, choose_walk_in
from rules.check_in import decide
from rules.settling import OVER_SHARE, Claim, Place, claim_of_code
from rules.site import CheckInWindow

UNKNOWN_DEPARTMENT: Final = "unknown_department"
AT_ANY_HOUR: Final = CheckInWindow()
"""The window was the kiosk's to keep: the paper is out."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A new ticket's own columns, when its wait began, and (`also`) the ticket that the same code has already."""

    source: Source
    since_ms: int
    marks: tuple[str, ...] = ()
    department: int | None = None
    doctor: int | None = None
    session: int | None = None
    booking: int | None = None
    priority_asked: str | None = None
    also: Row[Any] | None = None
    wish: TakeWalkIn | None = None  # what was chosen, where no code was typed


def claimed(desk: Desk, asked: Asked, day: Row[Any], operation: Settle) -> Claimed | None:
    """What the paper was given for on a service day; None: the kiosk does not say."""
    since_ms = _since_ms(desk, day, operation.given_at_ms)
    match operation.asked:
        case CheckIn(code=code):
            return _by_code(desk, asked, day, code, since_ms)
        case TakeWalkIn() as wish:
            return replace(_walk_in(desk, asked, day, wish, since_ms), wish=wish)
        case TakeHelpTicket():
            return Claimed(Source.HELP, since_ms)
        case None:
            return None


def as_rule(desk: Desk, asked: Asked, what: Claimed, number: int, there: Row[Any] | None) -> Claim:
    """A claim as rules.settling looks at it; `there` is the ticket that has the paper's number."""
    kiosk = desk.site.device(asked.device)
    own = kiosk.alone_range if kiosk is not None else None
    same_booking = there is not None and what.booking is not None and there.booking == what.booking
    same_ticket = there is not None and what.also is not None and there.id == what.also.id
    return Claim(
        marks=what.marks,
        own_number=own is not None and own.first <= number <= own.last,
        stranger=there is not None and not (same_booking or same_ticket),
    )


def _since_ms(desk: Desk, day: Row[Any], given_at_ms: int | None) -> int:
    """When the paper was given, where the kiosk's time was trusted and can be right; else now."""
    midnight_ms = desk.at_ms(date.fromisoformat(day.date), time(0))
    possible = given_at_ms is not None and midnight_ms <= given_at_ms <= desk.now_ms
    return given_at_ms if given_at_ms is not None and possible else desk.now_ms


def _by_code(desk: Desk, asked: Asked, day: Row[Any], code: str, since_ms: int) -> Claimed:
    booking = visits.booking_of(desk, code)
    also = visits.ticket_of(desk, day.id, booking.id) if booking is not None else None
    visit = visits.visit_of(desk, booking, also) if booking is not None else None
    decision = decide(visit, date.fromisoformat(day.date), accepting=True, window=AT_ANY_HOUR, now=desk.now)
    place, marks = claim_of_code(decision)
    if booking is None or place is Place.HELP:
        return Claimed(Source.HELP, since_ms, marks)
    if place is Place.WALK_IN:
        wish = TakeWalkIn(department=booking.department, service_day=day.id, doctor=booking.doctor)
        walk_in = _walk_in(desk, asked, day, wish, since_ms)
        return replace(walk_in, marks=marks, also=also)
    return Claimed(
        source=Source.BOOKED,
        since_ms=since_ms,
        department=booking.department,
        doctor=booking.doctor,
        session=booking.session,
        booking=booking.id,
    )


def _walk_in(desk: Desk, asked: Asked, day: Row[Any], wish: TakeWalkIn, since_ms: int) -> Claimed:
    """A turn of what the kiosk keeps, else of anybody's; a department that the site has no more is reception's to find out."""
    if desk.site.department(wish.department) is None:
        return Claimed(Source.HELP, since_ms, (UNKNOWN_DEPARTMENT,))
    held = [
        share
        for share in shares.shares_on(desk, date.fromisoformat(day.date))
        if share.department == wish.department and (not wish.doctor or share.doctor == wish.doctor)
    ]
    found = next((choice for choice in _choices(desk, asked, held, desk.local(since_ms)) if choice is not None), None)
    share = found or (held[-1] if held else None)
    return Claimed(
        source=Source.WALK_IN,
        since_ms=since_ms,
        marks=() if found is not None else (OVER_SHARE,),
        department=wish.department,
        doctor=share.doctor if share is not None else _doctor_there(desk, wish),
        session=share.session if share is not None else None,
        priority_asked=class_asked(desk, wish.priority),
    )


def _choices(desk: Desk, asked: Asked, held: Sequence[Share], given_at: datetime) -> Iterator[Share | None]:
    """The session that the turn counts for, from the likeliest on: of the kiosk's own, of anybody's, and, since the time may
    not be known, of a session that was over."""
    by_id = {share.session: share for share in held}
    any_hour = min((desk.local(share.starts_at_ms) for share in held), default=given_at)
    for moment, offers in (
        (given_at, [shares.as_kept(desk, share, asked.device) for share in held]),
        (given_at, [shares.as_a_whole(desk, share) for share in held]),
        (any_hour, [shares.as_a_whole(desk, share) for share in held]),
    ):
        choice = choose_walk_in(offers, moment)
        yield by_id[choice.id] if isinstance(choice, WalkInShare) else None


def _doctor_there(desk: Desk, wish: TakeWalkIn) -> int | None:
    """The doctor who was asked for, if the department has them: else nobody would ever call the ticket."""
    return wish.doctor if wish.doctor in {doctor.code for doctor in desk.site.doctors_of(wish.department)} else None
