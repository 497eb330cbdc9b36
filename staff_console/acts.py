"""What somebody does on a page: a form turned into an operation of the contract, the right it takes, and the answer in words.

Each act is one row of ACTS. A form that does not fit is a mistake of a page or a forgery; it is told and changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import msgspec

from mqtt import contract
from mqtt.contract import Act, Answer, Operation, Press, Reason, Refusal
from screen.lettering import day_words, localised
from screen.phrases import Phrases
from staff_console.document.fields import LONGEST_NUMBER
from staff_console.rights import Right

Form = Mapping[str, str]


class MisfitError(Exception):
    """A form that no page of ours sends; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class StaffAct:
    """One kind of act."""

    right: Right
    operation: Callable[[Form], Operation]


def _press(act: type[Act], *fields: str) -> StaffAct:
    """A press at a point, as its own buttons make it: it carries what the page showed."""

    return StaffAct(Right.CALL, lambda form: _pressed(_made(act, form, fields), form))


def _pressed(made: Act, form: Form) -> Operation:
    seen = {"point": form.get("point"), "epoch": form.get("epoch"), "revision": form.get("revision")}
    press: Press = _converted(Press, {**seen, "act": msgspec.to_builtins(made)})
    return press


def _transfer(form: Form) -> contract.Transfer:
    """To where a list of places says: "point:room-1", "stage:cashier", "department:11", or "doctor:11:1" of that department."""
    kind, _, where = form.get("to", "").partition(":")
    if kind == "doctor":
        department, _, doctor = where.partition(":")
        wanted: dict[str, object] = {"department": department, "doctor": doctor}
    elif kind in {"point", "stage", "department"}:
        wanted = {kind: where}
    else:
        raise MisfitError(f"a transfer leads to a point, a stage, a department or a doctor, not to {kind!r}")
    made: contract.Transfer = _converted(contract.Transfer, {**wanted, "come_back": form.get("come_back") == "yes"})
    return made


def _change(operation: type[Any], right: Right, *fields: str) -> StaffAct:
    return StaffAct(right, lambda form: _made(operation, form, fields))


ACTS: Final[Mapping[str, StaffAct]] = MappingProxyType(
    {
        "call_next": _press(contract.CallNext),
        "recall": _press(contract.Recall),
        "no_show": _press(contract.NoShow),
        "send_away": _press(contract.SendAway),
        "finish": _press(contract.Finish),
        "park": _press(contract.Park, "why"),
        "not_served": _press(contract.NotServed, "why"),
        "call_number": _press(contract.CallNumber, "number"),
        "transfer": StaffAct(Right.CALL, lambda form: _pressed(_transfer(form), form)),
        "pause": _press(contract.Pause, "why", "until"),
        "resume": _press(contract.Resume),
        "close_point": _press(contract.ClosePoint),
        "undo": _press(contract.Undo),
        "make_urgent": _change(contract.MakeUrgent, Right.CHANGE_TICKETS, "number", "why"),
        "confirm_priority": _change(contract.ConfirmPriority, Right.CHANGE_TICKETS, "number", "priority"),
        "come_back": _change(contract.ComeBack, Right.CHANGE_TICKETS, "number"),
        "reopen": _change(contract.Reopen, Right.CHANGE_TICKETS, "number", "why"),
        "drop_ticket": _change(contract.DropTicket, Right.CHANGE_TICKETS, "number", "why"),
        "note_unaware": _change(contract.NoteUnaware, Right.CHANGE_TICKETS, "number"),
    }
)
_NOTHING_WHERE_EMPTY: Final = frozenset({"priority", "until"})
"""Fields that mean something when they are left empty: no class any more, no hour."""


def operation_of(what: str, form: Form) -> Operation:
    """The operation of a form. Raises MisfitError."""
    return ACTS[what].operation(form)


def words_of(answer: Answer | None, what: str, say: Phrases) -> tuple[bool, str]:
    """Whether it was done, and what is said of it."""
    if answer is None:
        return False, say("staff.told.no_answer")
    if isinstance(answer, Refusal):
        return False, _refused(answer, say)
    number = getattr(answer, "number", None)
    if isinstance(answer, contract.Pressed):
        done = answer.point.last_act
        number = done.number if done is not None else None
    key = f"counter.done.{what}"
    shown = "" if number is None else localised(str(number), say.language)
    return True, say(key if key in say else f"staff.done.{what}", number=shown)


def _refused(refusal: Refusal, say: Phrases) -> str:
    key = f"counter.told.{_TOLD_AS.get(refusal.reason, refusal.reason.value)}"
    place = refusal.point or ""
    if key in say:
        return say(key, place=place)
    of_a_booking = "staff.refusal.more_later" if refusal.more_later else f"staff.refusal.{refusal.reason.value}"
    day = day_words(date.fromisoformat(refusal.date), say.language) if refusal.date is not None else ""
    return say(of_a_booking, day=day) if of_a_booking in say else say("counter.told.refused")


_TOLD_AS: Final = {Reason.UNDO_TOO_LATE: "too_late_to_undo"}


def _made(operation: type[Any], form: Form, fields: tuple[str, ...]) -> Any:
    return _converted(operation, {name: _filled(form, name) for name in fields})


def _filled(form: Form, name: str) -> str | None:
    value = form.get(name, "").strip()
    if value.isdecimal() and len(value) <= LONGEST_NUMBER:
        return str(int(value))  # typed in Persian digits, perhaps
    return value if value or name not in _NOTHING_WHERE_EMPTY else None


def _converted(operation: type[Any], values: Mapping[str, Any]) -> Any:
    tag = operation.__struct_config__.tag
    try:
        return msgspec.convert({"type": tag, **values} if tag is not None else values, operation, strict=False)
    except msgspec.ValidationError as problem:
        raise MisfitError(str(problem)) from problem
