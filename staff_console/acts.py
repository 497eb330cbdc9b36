"""What somebody does on a page: a form turned into an operation of the contract, the right it takes, and the answer in words.

Each act is one row of ACTS. A form that does not fit is a mistake of a page or a forgery; it is told and changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import msgspec

from mqtt import contract
from mqtt.contract import Act, Answer, Operation, Press, Reason, Refusal
from screen.lettering import localised
from screen.phrases import Phrases
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

    def operation(form: Form) -> Operation:
        made = _made(act, form, fields)
        seen = {"point": form.get("point"), "epoch": form.get("epoch"), "revision": form.get("revision")}
        press: Press = _converted(Press, {**seen, "act": msgspec.to_builtins(made)})
        return press

    return StaffAct(Right.CALL, operation)


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
        "transfer_to_point": _press(contract.Transfer, "to"),
        "pause": _press(contract.Pause, "why"),
        "resume": _press(contract.Resume),
        "close_point": _press(contract.ClosePoint),
        "undo": _press(contract.Undo),
        "make_urgent": _change(contract.MakeUrgent, Right.CHANGE_TICKETS, "number", "why"),
        "confirm_priority": _change(contract.ConfirmPriority, Right.CHANGE_TICKETS, "number", "priority"),
        "come_back": _change(contract.ComeBack, Right.CHANGE_TICKETS, "number"),
        "reopen": _change(contract.Reopen, Right.CHANGE_TICKETS, "number", "why"),
        "drop_ticket": _change(contract.DropTicket, Right.CHANGE_TICKETS, "number", "why"),
    }
)
_FIELD_OF: Final = {"to": "point"}
"""Form fields that are named otherwise than the operation's, because `point` is where the press is made."""


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
    key = f"counter.done.{_TAG_OF.get(what, what)}"
    shown = "" if number is None else localised(str(number), say.language)
    return True, say(key if key in say else f"staff.done.{what}", number=shown)


_TAG_OF: Final = {"transfer_to_point": "transfer"}


def _refused(refusal: Refusal, say: Phrases) -> str:
    key = f"counter.told.{_TOLD_AS.get(refusal.reason, refusal.reason.value)}"
    place = refusal.point or ""
    return say(key, place=place) if key in say else say("counter.told.refused")


_TOLD_AS: Final = {Reason.UNDO_TOO_LATE: "too_late_to_undo"}


def _made(operation: type[Any], form: Form, fields: tuple[str, ...]) -> Any:
    given = {_FIELD_OF.get(name, name): _filled(form, name) for name in fields}
    return _converted(operation, given)


def _filled(form: Form, name: str) -> str | None:
    """What stands in a field; an empty priority takes the class away."""
    value = form.get(name, "").strip()
    return None if name == "priority" and not value else value


def _converted(operation: type[Any], values: Mapping[str, Any]) -> Any:
    tag = operation.__struct_config__.tag
    try:
        return msgspec.convert({"type": tag, **values} if tag is not None else values, operation, strict=False)
    except msgspec.ValidationError as problem:
        raise MisfitError(str(problem)) from problem
