"""The voice menu of one call, as a table: what each happening does in each mode. Pure.

    main ─► department ─► doctor ─► mobile ─► holding ─► offered ─► confirming ─► telling the code ─► after it ─► leaving
      ├─► code to cancel ─► mobile ─► really? ─► cancelling ─► main
      ├─► (mobile ─► date) ─► finding ─► codes told again
      └─► today's hours ─► main                     three wrong answers anywhere ─► reception, or goodbye

`TABLE` decides every (mode, happening) pair and says where each may lead; docs/voice-menu.md is drawn from it. Before it,
two rules hold for every answer: a key that fell over from the answer before is none, and a call has its limits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, cast, get_args

from mqtt.contract import ResumeCall
from phone_line.menu import booking, going, moves
from phone_line.state import (
    AfterCode,
    AskingHours,
    Call,
    Cancelling,
    Changing,
    ChoosingDepartment,
    ChoosingDoctor,
    Confirming,
    ConfirmingCancel,
    DecidingSubstitute,
    Finding,
    Holding,
    Leaving,
    Main,
    Mode,
    Offered,
    OfferingCallerNumber,
    Over,
    Question,
    Result,
    Resuming,
    TellingCode,
    TypingBookingMobile,
    TypingCode,
    TypingDate,
    TypingMobile,
    Waiting,
)
from program.frozen import replace

FALLEN_OVER_SECONDS: Final = 1.5
"""A key too many within this time of a question belongs to the answer before it, which was complete without."""
PLEASE_WAIT_SECONDS: Final = 1.5
"""After this long without an answer of the store the caller is asked for patience."""
MINUTE_SECONDS: Final = 60.0


class Happening(StrEnum):
    """What may happen to a call."""

    KEYS = "keys"  # an answer
    POUND = "pound"  # # alone
    SILENCE = "silence"  # no answer in time
    PLAYED = "played"  # words that need no answer were heard to their end
    ANSWER = "answer"  # the store's
    REFUSAL = "refusal"  # the store said no
    NO_STORE = "no_store"  # it did not answer in time
    TIME_UP = "time_up"  # the mode's time is over
    HUNG_UP = "hung_up"


ANSWERED_BY_CALLER: Final = frozenset({Happening.KEYS, Happening.POUND, Happening.SILENCE})

Act = Callable[[Call, Any, Any, float], Result]
"""(call, its mode, what came with the happening, monotonic seconds)."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a happening does in a mode, and the modes that it may lead to."""

    act: Act
    to: tuple[type[Mode], ...]


def begun(call: Call, now: float) -> Result:
    """The first thing of a call: has it a booking already, from before it came back?"""
    return going.ask_store(call, Resuming(), ResumeCall(call=call.name), now)


def happened(call: Call, happening: Happening, what: object, now: float) -> Result:
    """The call after `happening` (keys, a reply's answer, or nothing comes with it), by the table."""
    if happening in ANSWERED_BY_CALLER and isinstance(call.mode, Question):
        if _fell_over(call, happening, now):
            return going.ask_again(replace(call, fallen_over=True), call.mode)
        call = replace(call, answers=call.answers + 1)
        if call.answers > call.card.answers or now >= call.started_at + call.card.minutes * MINUTE_SECONDS:
            return going.give_up(call, "call_too_long", now)
    if happening in ANSWERS_OF_STORE:
        call = replace(call, request=None)
    return TABLE[type(call.mode), happening].act(call, call.mode, what, now)


def _fell_over(call: Call, happening: Happening, now: float) -> bool:
    """Whether this key belongs to the answer before: # alone does, and any that cuts words short which nobody can know yet.
    Before the first answer nothing has fallen over: who calls often presses through the welcome."""
    cut_short = bool(call.unheard) and call.answers > 0
    too_soon = not call.fallen_over and now < call.since + FALLEN_OVER_SECONDS
    return too_soon and (happening is Happening.POUND or cut_short)


def time_up_at(call: Call) -> float | None:
    """When the mode's time is over (monotonic seconds), or None."""
    waits = isinstance(call.mode, Waiting) and not call.told_to_wait
    return call.since + PLEASE_WAIT_SECONDS if waits else None


# ------------------------------------------------------------------------------------------ the table

ANSWERS_OF_STORE: Final = frozenset({Happening.ANSWER, Happening.REFUSAL, Happening.NO_STORE})
_QUESTIONS = cast("tuple[type[Mode], ...]", get_args(Question))
_H = Happening
_MOBILE = (OfferingCallerNumber, TypingMobile)
_BACK = (ChoosingDoctor, ChoosingDepartment)
"""Where * leads from the mobile, or a place that there is not."""
_FOUND = (ConfirmingCancel, AfterCode, DecidingSubstitute)
_TRIES = (Leaving,)
"""Where the last of the tries leads."""


def _asked(keys: Act, *to: type[Mode], pound: Move | None = None, silence: Move | None = None) -> dict[Happening, Move]:
    """A question's row: `to` is where its answers lead."""
    return {
        _H.KEYS: Move(keys, (*to, *_TRIES)),
        _H.POUND: pound or Move(going.wrong_keys, _TRIES),
        _H.SILENCE: silence or Move(going.silence, _TRIES),
    }


def _waits(answer: Move, refusal: Move, no_store: Act = moves.no_store) -> dict[Happening, Move]:
    """The row of a mode that waits for the store."""
    return {
        _H.ANSWER: answer,
        _H.REFUSAL: refusal,
        _H.NO_STORE: Move(no_store, (Leaving,)),
        _H.TIME_UP: Move(moves.please_wait, ()),
    }


_NO_ANSWER = Move(moves.no_store, (Leaving,))
_WITHOUT_MOBILE = Move(booking.without_mobile, (Holding,))

_DECIDED: Final[dict[type[Mode], dict[Happening, Move]]] = {
    Main: _asked(moves.main_keys, ChoosingDepartment, Finding, TypingBookingMobile, TypingCode, AskingHours),
    ChoosingDepartment: _asked(booking.department_keys, Main, ChoosingDoctor, *_MOBILE, Holding),
    ChoosingDoctor: _asked(booking.doctor_keys, ChoosingDepartment, *_MOBILE, Holding),
    OfferingCallerNumber: _asked(booking.caller_number_keys, Holding, TypingMobile, *_BACK, pound=_WITHOUT_MOBILE),
    TypingMobile: _asked(booking.mobile_keys, Holding, *_BACK, pound=_WITHOUT_MOBILE),
    Offered: _asked(booking.offered_keys, Confirming, Changing, *_BACK),
    Changing: _asked(booking.changing_keys, Holding, *_BACK, TypingMobile, Offered),
    AfterCode: _asked(
        moves.after_code_keys,
        ChoosingDepartment,
        pound=Move(moves.bye, (Leaving,)),
        silence=Move(moves.bye, (Leaving,)),
    ),
    TypingCode: _asked(moves.code_keys, Main, Finding, TypingBookingMobile),
    TypingBookingMobile: _asked(moves.booking_mobile_keys, Main, TypingDate, Finding),
    TypingDate: _asked(moves.date_keys, Main, Finding),
    ConfirmingCancel: _asked(moves.cancel_keys, Cancelling, Main),
    DecidingSubstitute: _asked(moves.substitute_keys, Cancelling, Main),
    Resuming: _waits(Move(booking.resumed, (Main, *_MOBILE, TellingCode, Leaving)), _NO_ANSWER),
    Holding: _waits(
        Move(booking.held, (Offered, TellingCode, Leaving)),
        Move(booking.not_held, (*_BACK, TypingMobile, Main, Leaving)),
    ),
    Confirming: _waits(
        Move(booking.booked, (TellingCode, Leaving)),
        Move(booking.not_booked, (Holding, Leaving)),
        booking.perhaps_booked,
    ),
    Finding: _waits(Move(moves.found, (Main, TypingBookingMobile, *_FOUND)), Move(moves.found, (Main, TypingBookingMobile))),
    Cancelling: _waits(Move(moves.cancelled, (Main,)), Move(moves.not_cancelled, (Main, Leaving))),
    AskingHours: _waits(Move(moves.hours, (Main, Leaving)), _NO_ANSWER),
    TellingCode: {_H.PLAYED: Move(moves.first_told, (AfterCode,))},
    Leaving: {_H.PLAYED: Move(moves.handed_back, (Over,))},
    Over: {},
}

TABLE: Final[Mapping[tuple[type[Mode], Happening], Move]] = MappingProxyType(
    {
        (mode, happening): decided.get(
            happening, Move(moves.over, (Over,)) if happening is _H.HUNG_UP else Move(moves.ignored, (mode,))
        )
        for mode, decided in _DECIDED.items()
        for happening in Happening
    }
)
"""Every pair, what is ignored included."""


def diagram() -> str:
    """TABLE as a Mermaid state diagram: the moves, without what leaves a call in its mode, and without hanging up and the
    last wrong answer, which lead out from everywhere. docs/voice-menu.md holds it."""
    by_move: dict[tuple[type[Mode], type[Mode]], list[Happening]] = {}
    for (mode, happening), move in TABLE.items():
        from_everywhere = happening is _H.HUNG_UP or (mode in _QUESTIONS and happening in ANSWERED_BY_CALLER)
        for to in move.to:
            if to is not mode and not (from_everywhere and to in {Leaving, Over}):
                by_move.setdefault((mode, to), []).append(happening)
    lines = ["stateDiagram-v2", f"    [*] --> {Resuming.__name__}"]
    lines += [f"    {mode.__name__} --> {to.__name__}: {', '.join(why)}" for (mode, to), why in by_move.items()]
    lines.append(f"    {Over.__name__} --> [*]")
    return "\n".join(lines) + "\n"
