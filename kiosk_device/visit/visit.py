"""One patient's path at the kiosk, as a table: what each happening does in each mode. Pure.

    idle ── digit ──► typing the code ──► asking ──► printing ──► has the ticket ──► idle
      └─ green ──► department ──► doctor ──► priority ──┘  │  └─ no paper, or it ran out: the number is shown ─┘
                     └─ 0 ──► mobile ──► code sent again   └──► refusal ──► its next step; of a moved visit: a slip
    at an insurance office: idle ── language ──► matter ──► household's code ──► is it right? ──► priority ──► asking …

A kiosk that is alone asks nobody: between the wish and the printer it writes the number that it gives itself to its disk.

`TABLE` decides every (mode, happening) pair and says where each may lead; docs/visit.md is drawn from it. The
functions it names are in moves.py. What is no part of a visit (feed, orders, settles) is in kiosk.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, get_args

from kiosk_device.actions import Result
from kiosk_device.state import (
    Asking,
    AskingForCode,
    CheckingHousehold,
    ChoosingDepartment,
    ChoosingDoctor,
    ChoosingMatter,
    ChoosingPriority,
    ChoosingPriorityLater,
    CodeSentAgain,
    HasSlip,
    HasTicket,
    Idle,
    Inner,
    Kiosk,
    Mode,
    OfferingNoPaper,
    PrintingSlip,
    PrintingTicket,
    ReadingRefusal,
    StillThere,
    TypingCode,
    TypingHousehold,
    TypingMobile,
    WritingNumber,
)
from kiosk_device.visit import at_office, by_itself, code_again, moves, slip
from mqtt.contract import REPLY_WAIT_SECONDS, SettleOutcome

PRINTING_LIMIT_SECONDS: Final = 20.0
"""Longer than the printer adapter's own deadline can be: it answers by itself, this is for an adapter that died."""
WRITING_LIMIT_SECONDS: Final = 2.0
"""The disk answers by itself; after this it is asked again, for an answer that an inbox had no room for."""
ASKING_FOR_CODE_LIMIT_SECONDS: Final = 6.0
"""Longer than hands.py asks: it gives up by itself."""
WARNED_SECONDS: Final = 20.0
"""WCAG 2.2.1: at least 20 seconds to say "I am still here", by any key."""
LIMITS_SECONDS: Final[Mapping[type[Mode], float]] = MappingProxyType(
    {
        TypingCode: 30.0,
        ChoosingDepartment: 40.0,
        TypingMobile: 40.0,
        AskingForCode: ASKING_FOR_CODE_LIMIT_SECONDS,
        CodeSentAgain: 30.0,
        ChoosingMatter: 40.0,
        TypingHousehold: 40.0,
        CheckingHousehold: 40.0,
        ChoosingDoctor: 40.0,
        ChoosingPriority: 40.0,
        ChoosingPriorityLater: 30.0,
        OfferingNoPaper: 40.0,
        ReadingRefusal: 30.0,
        WritingNumber: WRITING_LIMIT_SECONDS,
        PrintingTicket: PRINTING_LIMIT_SECONDS,
        PrintingSlip: PRINTING_LIMIT_SECONDS,
        StillThere: WARNED_SECONDS,
    }
)
PAPER_IN_HAND_SECONDS: Final = 15.0
WRITE_IT_DOWN_SECONDS: Final = 45.0
OTHER_LANGUAGE_SECONDS: Final = 30.0


class Happening(StrEnum):
    """What may happen to a visit."""

    DIGIT = "digit"
    ERASE = "erase"
    GREEN = "green"
    TIME_UP = "time_up"  # the mode's time is over
    TICKET = "ticket"  # the store gave a number
    REFUSED = "refused"  # the store said no
    NOTED = "noted"  # the store knows what was asked for: a priority, a code once more
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"  # and it is known that no paper came out
    PERHAPS_PRINTED = "perhaps_printed"
    WRITTEN = "written"  # the kiosk's own number is on its disk
    NOT_WRITTEN = "not_written"  # the kiosk's own disk failed before anything was asked or printed
    NOBODY_HEARS = "nobody_hears"  # the broker says that the store is away
    ALONE = "alone"  # the store is away, and the kiosk can go on alone
    PRINTER_READY = "printer_ready"  # paper was put in, the cover closed


Act = Callable[[Kiosk, Any, Any, float], Result]
"""(kiosk, its mode, what came with the happening, monotonic seconds)."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a happening does in a mode, and the modes that it may lead to."""

    act: Act
    to: tuple[type[Mode], ...]


def happened(kiosk: Kiosk, happening: Happening, what: object, now: float) -> Result:
    """The kiosk after `happening` (a digit, a reply's answer, or nothing comes with it), by the table."""
    return TABLE[type(kiosk.mode), happening].act(kiosk, kiosk.mode, what, now)


def time_up_at(kiosk: Kiosk) -> float | None:
    """When the mode's time is over (monotonic seconds), or None."""
    match kiosk.mode:
        case Idle():
            return None if kiosk.language == kiosk.home_language else kiosk.since + OTHER_LANGUAGE_SECONDS
        case Asking(again_at=again_at, asked_at=asked_at, waited=waited):
            limit = asked_at + (moves.ASKING_LIMIT_SECONDS if waited else REPLY_WAIT_SECONDS)
            return limit if again_at is None else min(again_at, limit)
        case HasTicket(outcome=outcome) | HasSlip(outcome=outcome):
            return kiosk.since + (PAPER_IN_HAND_SECONDS if outcome is SettleOutcome.PRINTED else WRITE_IT_DOWN_SECONDS)
        case mode:
            return kiosk.since + LIMITS_SECONDS[type(mode)]


# ------------------------------------------------------------------------------------------ the table

INNER: Final[tuple[type[Mode], ...]] = get_args(Inner)
_ASKED = (Asking, WritingNumber, OfferingNoPaper, ReadingRefusal)
"""Where a wish for a ticket may lead."""
_WITHOUT_CODE = (ChoosingDepartment, ChoosingMatter)
"""Where whoever has no code of a booking begins: at a clinic, at an office."""
_BY_ITSELF = (WritingNumber, ReadingRefusal)
"""Where the kiosk's own answer leads."""
_H = Happening

_DECIDED: Final[dict[type[Mode], dict[Happening, Move]]] = {
    Idle: {
        _H.DIGIT: Move(at_office.idle_digit, (Idle, TypingCode, ChoosingMatter, ReadingRefusal)),
        _H.GREEN: Move(moves.idle_green, (Idle, *_WITHOUT_CODE, ReadingRefusal)),
        _H.ERASE: Move(moves.other_language, (Idle,)),
        _H.TIME_UP: Move(moves.home, (Idle,)),
    },
    TypingCode: {
        _H.DIGIT: Move(moves.code_digit, (TypingCode, *_ASKED)),
        _H.ERASE: Move(moves.code_erase, (TypingCode, Idle)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    ChoosingDepartment: {
        _H.DIGIT: Move(moves.department_digit, (ChoosingDepartment, ChoosingDoctor, ChoosingPriority, TypingMobile, *_ASKED)),
        _H.ERASE: Move(moves.home, (Idle,)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    TypingMobile: {
        _H.DIGIT: Move(code_again.mobile_digit, (TypingMobile, AskingForCode)),
        _H.ERASE: Move(code_again.mobile_erase, (TypingMobile, ChoosingDepartment)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    AskingForCode: {
        _H.ERASE: Move(moves.home, (Idle,)),
        _H.TIME_UP: Move(code_again.not_asked, (ReadingRefusal,)),
        _H.NOTED: Move(code_again.asked, (CodeSentAgain,)),
        _H.REFUSED: Move(code_again.not_asked, (ReadingRefusal,)),
    },
    CodeSentAgain: {
        _H.DIGIT: Move(code_again.code_came, (TypingCode, Idle)),
        _H.GREEN: Move(moves.home, (Idle,)),
        _H.ERASE: Move(moves.home, (Idle,)),
        _H.TIME_UP: Move(moves.home, (Idle,)),
    },
    ChoosingMatter: {
        _H.DIGIT: Move(at_office.matter_digit, (ChoosingMatter, TypingHousehold, ChoosingPriority, *_ASKED)),
        _H.ERASE: Move(moves.home, (Idle,)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    TypingHousehold: {
        _H.DIGIT: Move(at_office.code_digit, (TypingHousehold,)),
        _H.GREEN: Move(at_office.code_green, (TypingHousehold, CheckingHousehold, ChoosingPriority, *_ASKED)),
        _H.ERASE: Move(at_office.code_erase, (TypingHousehold, ChoosingMatter)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    CheckingHousehold: {
        _H.GREEN: Move(at_office.code_right, (ChoosingPriority, *_ASKED)),
        _H.ERASE: Move(at_office.code_wrong, (TypingHousehold,)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    ChoosingDoctor: {
        _H.DIGIT: Move(moves.doctor_digit, (ChoosingDoctor, ChoosingPriority, *_ASKED)),
        _H.ERASE: Move(moves.back_to_departments, (ChoosingDepartment,)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    ChoosingPriority: {
        _H.DIGIT: Move(moves.priority_digit, (ChoosingPriority, *_ASKED)),
        _H.GREEN: Move(moves.no_priority, _ASKED),
        _H.ERASE: Move(moves.back_to_departments, _WITHOUT_CODE),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    OfferingNoPaper: {
        _H.GREEN: Move(moves.without_paper, (Asking, *_BY_ITSELF)),
        _H.PRINTER_READY: Move(moves.with_paper, _ASKED),
        _H.ERASE: Move(moves.home, (Idle,)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    Asking: {
        _H.ERASE: Move(moves.walked_away, (Idle,)),
        _H.TIME_UP: Move(moves.asking_time_up, (Asking, *_BY_ITSELF)),
        _H.TICKET: Move(moves.given, (PrintingTicket, HasTicket)),
        _H.REFUSED: Move(moves.refused, (Asking, *_BY_ITSELF)),
        _H.NOT_WRITTEN: Move(moves.nothing_written, (ReadingRefusal,)),
        _H.NOBODY_HEARS: Move(moves.nobody_hears, (Asking, *_BY_ITSELF)),
        _H.ALONE: Move(moves.alone, (Asking, *_BY_ITSELF)),
    },
    WritingNumber: {
        _H.WRITTEN: Move(by_itself.written, (PrintingTicket, HasTicket)),
        _H.NOT_WRITTEN: Move(by_itself.not_written, (ReadingRefusal,)),
        _H.TIME_UP: Move(by_itself.write_again, (WritingNumber,)),
    },
    PrintingTicket: {
        _H.PRINTED: Move(moves.printed, (HasTicket,)),
        _H.NOT_PRINTED: Move(moves.shown, (HasTicket,)),
        _H.PERHAPS_PRINTED: Move(moves.perhaps, (HasTicket,)),
        _H.NOT_WRITTEN: Move(moves.shown, (HasTicket,)),
        _H.TIME_UP: Move(moves.perhaps, (HasTicket,)),
    },
    HasTicket: {
        _H.DIGIT: Move(moves.ticket_digit, (HasTicket, TypingCode, ChoosingMatter, ChoosingPriorityLater, ReadingRefusal)),
        _H.GREEN: Move(moves.home, (Idle,)),
        _H.ERASE: Move(moves.home, (Idle,)),
        _H.TIME_UP: Move(moves.home, (Idle,)),
        _H.NOTED: Move(moves.priority_noted, (HasTicket,)),
        _H.REFUSED: Move(moves.priority_failed, (HasTicket,)),
    },
    ChoosingPriorityLater: {
        _H.DIGIT: Move(moves.priority_later, (ChoosingPriorityLater, HasTicket)),
        _H.GREEN: Move(moves.back_to_ticket, (HasTicket,)),
        _H.ERASE: Move(moves.back_to_ticket, (HasTicket,)),
        _H.TIME_UP: Move(moves.home, (Idle,)),
    },
    ReadingRefusal: {
        _H.DIGIT: Move(moves.refusal_digit, (ReadingRefusal, TypingCode)),
        _H.GREEN: Move(moves.refusal_green, (TypingCode, *_WITHOUT_CODE, PrintingSlip, HasSlip, Idle, *_ASKED)),
        _H.ERASE: Move(moves.home, (Idle,)),
        _H.TIME_UP: Move(moves.still_there, (StillThere,)),
    },
    PrintingSlip: {
        _H.PRINTED: Move(slip.printed, (HasSlip,)),
        _H.NOT_PRINTED: Move(slip.shown, (HasSlip,)),
        _H.PERHAPS_PRINTED: Move(slip.perhaps, (HasSlip,)),
        _H.NOT_WRITTEN: Move(slip.shown, (HasSlip,)),
        _H.TIME_UP: Move(slip.perhaps, (HasSlip,)),
    },
    HasSlip: {
        _H.GREEN: Move(moves.home, (Idle,)),
        _H.ERASE: Move(moves.home, (Idle,)),
        _H.TIME_UP: Move(moves.home, (Idle,)),
    },
    StillThere: {
        _H.DIGIT: Move(moves.here, INNER),
        _H.GREEN: Move(moves.here, INNER),
        _H.ERASE: Move(moves.here, INNER),
        _H.TIME_UP: Move(moves.home, (Idle,)),
    },
}

TABLE: Final[Mapping[tuple[type[Mode], Happening], Move]] = MappingProxyType(
    {
        (mode, happening): decided.get(happening, Move(moves.ignored, (mode,)))
        for mode, decided in _DECIDED.items()
        for happening in Happening
    }
)
"""Every pair, what is ignored included."""


def diagram() -> str:
    """TABLE as a Mermaid state diagram: the moves, without what leaves a visit in its mode. docs/visit.md holds it.

    The warning is drawn once: from each mode that it may interrupt, and by any key back to it."""
    by_move: dict[tuple[type[Mode], type[Mode]], list[Happening]] = {}
    for (mode, happening), move in TABLE.items():
        for to in move.to:
            if to is not mode and StillThere not in {mode, to}:
                by_move.setdefault((mode, to), []).append(happening)
    lines = ["stateDiagram-v2", "    [*] --> Idle"]
    lines += [f"    {mode.__name__} --> {to.__name__}: {', '.join(why)}" for (mode, to), why in by_move.items()]
    warned = (mode for (mode, happening), move in TABLE.items() if StillThere in move.to and mode is not StillThere)
    lines += [f"    {mode.__name__} --> StillThere: {Happening.TIME_UP}" for mode in warned]
    lines.append(f"    StillThere --> Idle: {Happening.TIME_UP}")
    return "\n".join(lines) + "\n"
