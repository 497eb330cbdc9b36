"""Handing the outbox's texts to the worker that sends them, and hearing what became of each attempt.

A text is leased: whoever took it tells the outcome, or the lease ends and the text counts as one that may have left.
What a worker took in an earlier run it never tells of, so its leases end with its first request of the next.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, func, literal_column, or_, select, true, update

from booking_store import tables
from booking_store.desk import bookings, outbox
from booking_store.desk.desk import Asked, Desk
from booking_store.sealed import HouseholdWords
from booking_store.tables import BookingState
from mqtt.contract import (
    Answer,
    Changed,
    Reason,
    Refusal,
    RetryText,
    SendCodeAgain,
    TakeTexts,
    TextResult,
    Texts,
    TextToFollow,
    TextToSend,
)
from rules.journey import State
from rules.mobile import normalise_mobile
from rules.texts import (
    ALWAYS,
    LEASE_SECONDS,
    NEVER_AT_NIGHT,
    SOON,
    Outcome,
    Standing,
    TextKind,
    TextState,
    after_attempt,
    follow_after,
    is_quiet,
)

TAKEN_MOST: Final = 50
RETRIED_GOOD_FOR_MS: Final = 3600 * 1000
"""A text whose time was over, and that somebody wants to be sent all the same, is tried for so long."""
CODES_SENT_AGAIN_MOST: Final = 4
"""Of one mobile at once: a mother with her children."""
ANY_GATEWAY: Final = ""
"""Asked of all: a worker ended without telling whom it had given the text to."""

STAND_WITH_THEIR_BOOKING: Final = frozenset(
    {TextKind.BOOKED, TextKind.AGAIN, TextKind.REMINDER, TextKind.LATE, TextKind.MOVED, TextKind.SUBSTITUTE}
)
FOR_WHO_IS_NOT_HERE_YET: Final = frozenset({TextKind.REMINDER, TextKind.LATE})


# ---------------------------------------------------------------------------------- the worker's requests


def take_texts(desk: Desk, asked: Asked, operation: TakeTexts) -> Answer:
    """Lease what is due. The same request asked again leases nothing more: it gets what it holds."""
    run = f"{asked.device}/{asked.boot}/"
    lease = run + asked.request
    _end_leases(desk, f"{asked.device}/", run)
    held = desk.tx.execute(_LEASED, {"lease": lease, "now": desk.now_ms}).all()
    if held:
        return Texts(to_send=tuple(_to_send(desk, row) for row in held))
    end_expired(desk)
    most = min(operation.most, TAKEN_MOST)
    due = [row for row in _due(desk, most) if _stands(desk, row)]
    return Texts(
        to_send=tuple(_lease(desk, row, lease) for row in due),
        to_follow=tuple(_follow(desk, row) for row in desk.tx.execute(_TO_FOLLOW, {"now": desk.now_ms, "most": most}).all()),
    )


def nothing_to_take(desk: Desk, _: Asked, _operation: TakeTexts) -> Answer | None:
    """The empty answer, where taking would find nothing and change nothing; None: there may be something."""
    nobody_sends = desk.tx.execute(_SENDING).scalar() is None
    over_or_followed = or_(_texts.c.expires_at_ms <= desk.now_ms, _texts.c.state == TextState.ACCEPTED)
    due = _ANYTHING_DUE.where(or_(_may_leave(desk), over_or_followed))
    return Texts() if nobody_sends and desk.tx.execute(due, {"now": desk.now_ms}).scalar() is None else None


def text_result(desk: Desk, _: Asked, operation: TextResult) -> Answer:
    """What the gateway did with the latest attempt. Whatever is told of an earlier one changes nothing."""
    row = desk.tx.execute(_BY_ID, {"id": operation.text}).one_or_none()
    if row is None:
        return Refusal(reason=Reason.UNKNOWN_TEXT)
    if row.attempts != operation.attempt:
        return Changed()
    was = Standing(TextState(row.state), row.waits, row.doubts)
    outcome = Outcome(operation.outcome.value)
    in_doubt = row.gateway is not None
    now = after_attempt(was, outcome, in_doubt=in_doubt, chance=desk.randomness.random())
    if now is None:
        return Changed()
    values: dict[str, Any] = {
        "state": now.state,
        "waits": now.waits,
        "doubts": now.doubts,
        "next_at_ms": _ms_from_now(desk, now.next_in_seconds),
        "leased_to": None,
        "lease_until_ms": None,
        "last_error": None if outcome in (Outcome.ACCEPTED, Outcome.DELIVERED) else operation.error or row.last_error,
    }
    if outcome not in (Outcome.TRY_AGAIN, Outcome.ACCOUNT, Outcome.REFUSED):
        values["gateway"] = operation.gateway
        values["gateway_id"] = operation.gateway_id or row.gateway_id
    goes_on = now.next_in_seconds is not None and now.state is not TextState.ACCEPTED
    values["ended_at_ms"] = None if goes_on else row.ended_at_ms or desk.now_ms
    desk.tx.execute(update(_texts).where(_texts.c.id == row.id).values(**values))
    return Changed()


# ---------------------------------------------------------------------------------- people's requests


def retry_text(desk: Desk, asked: Asked, operation: RetryText) -> Answer:
    """Send again what failed, expired, was not delivered, or may have left: a person's word stands above the limits."""
    row = desk.tx.execute(_BY_ID, {"id": operation.text}).one_or_none()
    if row is None:
        return Refusal(reason=Reason.UNKNOWN_TEXT)
    ended = row.next_at_ms is None and row.state != TextState.SENDING
    if not ended or row.state in (TextState.ACCEPTED, TextState.DELIVERED, TextState.WITHDRAWN):
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail=f"the text is {row.state}")
    if not row.body:
        return Refusal(reason=Reason.NOT_POSSIBLE_NOW, detail="its mobile and its words were erased")
    values = {
        "state": TextState.QUEUED,
        "waits": 0,
        "doubts": 0,
        "gateway": row.gateway if row.state == TextState.UNKNOWN else None,
        "gateway_id": None,
        "next_at_ms": desk.now_ms,
        "expires_at_ms": max(row.expires_at_ms, desk.now_ms + RETRIED_GOOD_FOR_MS),
        "ended_at_ms": None,
    }
    desk.tx.execute(update(_texts).where(_texts.c.id == row.id).values(**values))
    desk.note(asked, "text_retried", details={"text": row.id, "kind": row.kind, "was": row.state})
    return Changed()


def send_code_again(desk: Desk, _: Asked, operation: SendCodeAgain) -> Answer:
    """The codes of a mobile's bookings to come, once more, to that mobile. The answer tells nobody whether there are any."""
    mobile = normalise_mobile(operation.mobile)
    if mobile is None:
        return Refusal(reason=Reason.BAD_MOBILE)
    for booking in bookings.to_come(desk, mobile, CODES_SENT_AGAIN_MOST):
        sent = desk.tx.execute(_CODES_SENT, {"booking": booking.id}).all()
        again = [text for text in sent if text.kind == TextKind.AGAIN]
        today = [text for text in again if desk.local(text.written_at_ms).date() == desk.today]
        on_its_way = any(text.state in (TextState.QUEUED, TextState.SENDING) for text in sent)
        if not on_its_way and len(today) < desk.site.texts.again_a_day:
            outbox.tell(desk, TextKind.AGAIN, f"again:{booking.id}:{len(again) + 1}", booking.id)
    return Changed()


# ---------------------------------------------------------------------------------- leases


def end_expired(desk: Desk) -> None:
    """Nothing is sent after its time. What may have left stays in doubt."""
    for was, becomes in ((TextState.QUEUED, TextState.EXPIRED), (TextState.UNKNOWN, TextState.UNKNOWN)):
        desk.tx.execute(_EXPIRE, {"now": desk.now_ms, "was": was, "becomes": becomes})


def _end_leases(desk: Desk, device: str, run: str) -> None:
    """Leases that ran out, and those of the asker's earlier runs: these texts may have left."""
    ran_out = _texts.c.lease_until_ms <= desk.now_ms
    leased_to = _texts.c.leased_to
    of_an_earlier_run = leased_to.startswith(device, autoescape=True) & ~leased_to.startswith(run, autoescape=True)
    desk.tx.execute(_END_LEASES.where(or_(ran_out, of_an_earlier_run)), {"now": desk.now_ms})


def _due(desk: Desk, most: int) -> list[Row[Any]]:
    """The texts that may leave now, codes first: somebody waits for them."""
    return list(desk.tx.execute(_DUE.where(_may_leave(desk)), {"now": desk.now_ms, "most": most}))


def _may_leave(desk: Desk) -> ColumnElement[bool]:
    """Whether a text may leave at this hour."""
    if not is_quiet(desk.now, desk.site.texts.quiet):
        return true()
    begins_at_ms = func.coalesce(_texts.c.begins_at_ms, _texts.c.expires_at_ms)
    cannot_wait = begins_at_ms <= desk.now_ms + int(SOON.total_seconds() * 1000)
    return or_(_texts.c.kind.in_(ALWAYS), and_(_texts.c.kind.not_in(NEVER_AT_NIGHT), cannot_wait))


def _stands(desk: Desk, row: Row[Any]) -> bool:
    """Whether what a text tells is still so; if not it is withdrawn."""
    kind = TextKind(row.kind)
    stands = kind not in STAND_WITH_THEIR_BOOKING or row.booking_state == BookingState.ACTIVE
    stands = stands and not (kind in FOR_WHO_IS_NOT_HERE_YET and row.here)
    stands = stands and (row.household is None or bool(_mobile_of(desk, row)))
    if not stands:
        state = TextState.WITHDRAWN if row.state == TextState.QUEUED else TextState.UNKNOWN
        ended = {"state": state, "next_at_ms": None, "ended_at_ms": desk.now_ms}
        desk.tx.execute(update(_texts).where(_texts.c.id == row.id).values(**ended))
    return stands


def _lease(desk: Desk, row: Row[Any], lease: str) -> TextToSend:
    leased = {
        "state": TextState.SENDING,
        "attempts": row.attempts + 1,
        "leased_to": lease,
        "lease_until_ms": desk.now_ms + LEASE_SECONDS * 1000,
        "next_at_ms": None,
    }
    leased_row = desk.tx.execute(update(_texts).where(_texts.c.id == row.id).values(**leased).returning(_texts)).one()
    return _to_send(desk, leased_row)


def _mobile_of(desk: Desk, row: Row[Any]) -> str:
    """Where a text goes; a household's mobile is read from under the seal only now, and empty where none is known."""
    if row.household is None or desk.seal is None:
        return str(row.mobile)
    sealed = desk.tx.execute(_SEALED_HOUSEHOLD, {"household": row.household}).scalar_one()
    return str(desk.seal.open(sealed, HouseholdWords).mobile)


def _to_send(desk: Desk, row: Row[Any]) -> TextToSend:
    return TextToSend(
        id=row.id,
        attempt=row.attempts,
        to=_mobile_of(desk, row),
        body=row.body,
        expires_at_ms=row.expires_at_ms,
        lease_until_ms=row.lease_until_ms,
        asked_of=row.gateway,
        doubts=row.doubts,
    )


def _follow(desk: Desk, row: Row[Any]) -> TextToFollow:
    next_at_ms = _ms_from_now(desk, follow_after(row.waits + 1))
    desk.tx.execute(update(_texts).where(_texts.c.id == row.id).values(waits=row.waits + 1, next_at_ms=next_at_ms))
    return TextToFollow(id=row.id, attempt=row.attempts, gateway=row.gateway, gateway_id=row.gateway_id or "")


def _ms_from_now(desk: Desk, seconds: float | None) -> int | None:
    return None if seconds is None else desk.now_ms + int(seconds * 1000)


_texts, _bookings, _tickets = tables.texts, tables.bookings, tables.tickets
_sending = _texts.c.state == literal_column("'sending'")  # written out: a bound value would not use the partial index
_SEALED_HOUSEHOLD: Final = select(tables.households.c.sealed).where(tables.households.c.id == bindparam("household"))
_BY_ID: Final = select(_texts).where(_texts.c.id == bindparam("id"))
_LEASED: Final = select(_texts).where(
    _sending, _texts.c.lease_until_ms > bindparam("now"), _texts.c.leased_to == bindparam("lease")
)
_SENDING: Final = select(_texts.c.id).where(_sending).limit(1)
_ANYTHING_DUE: Final = (
    select(_texts.c.id).where(_texts.c.next_at_ms.is_not(None), _texts.c.next_at_ms <= bindparam("now")).limit(1)
)
_EXPIRE: Final = (
    update(_texts)
    .where(
        _texts.c.next_at_ms <= bindparam("now"), _texts.c.state == bindparam("was"), _texts.c.expires_at_ms <= bindparam("now")
    )
    .values(state=bindparam("becomes"), next_at_ms=None, ended_at_ms=bindparam("now"))
)
_END_LEASES: Final = (
    update(_texts)
    .where(_sending)
    .values(
        state=TextState.UNKNOWN,
        gateway=ANY_GATEWAY,
        doubts=_texts.c.doubts + 1,
        leased_to=None,
        lease_until_ms=None,
        next_at_ms=bindparam("now"),
    )
)
_here = (
    select(_tickets.c.id)
    .where(_tickets.c.booking == _texts.c.booking, _tickets.c.state != State.VOID, ~_tickets.c.beside)
    .exists()
)
_DUE: Final = (
    select(_texts, _bookings.c.state.label("booking_state"), _here.label("here"))
    .outerjoin(_bookings, _bookings.c.id == _texts.c.booking)
    .where(
        _texts.c.next_at_ms.is_not(None),
        _texts.c.next_at_ms <= bindparam("now"),
        _texts.c.state.in_([TextState.QUEUED, TextState.UNKNOWN]),
    )
    .order_by(case((_texts.c.kind.in_([TextKind.BOOKED, TextKind.AGAIN]), 0), else_=1), _texts.c.next_at_ms, _texts.c.id)
    .limit(bindparam("most"))
)
_TO_FOLLOW: Final = (
    select(_texts)
    .where(_texts.c.next_at_ms.is_not(None), _texts.c.next_at_ms <= bindparam("now"), _texts.c.state == TextState.ACCEPTED)
    .order_by(_texts.c.next_at_ms, _texts.c.id)
    .limit(bindparam("most"))
)
_CODES_SENT: Final = select(_texts.c.kind, _texts.c.state, _texts.c.written_at_ms).where(
    _texts.c.booking == bindparam("booking"), _texts.c.kind.in_([TextKind.BOOKED, TextKind.AGAIN])
)
