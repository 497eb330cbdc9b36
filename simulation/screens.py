"""What is published, as somebody beside the broker sees it: two counters with one ticket, presses that were done though they
were stale, time that runs back, and anybody's code or mobile."""

from collections import defaultdict
from typing import Final

from mqtt import codec
from mqtt.contract import (
    BY_NAME,
    Board,
    CallNumber,
    CheckIn,
    Message,
    PointState,
    Press,
    Pressed,
    Recall,
    Refusal,
    Reply,
    Request,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
    Undo,
)

_DIGITS_APART: Final = bytes(byte if byte in b"0123456789" else ord(" ") for byte in range(256))
"""A table that leaves of a payload its numbers, with spaces between them."""
CODE_DIGITS: Final = 8
MOBILE_DIGITS: Final = 11
_NOT_THE_LAST_WORD: Final = frozenset({"wait", "internal_error", "disk_full", "not_allowed"})


class Screens:
    """Hears everything. What is wrong is noted once, in words."""

    def __init__(self) -> None:
        self.twice_called: list[str] = []
        self.stale_presses: list[str] = []
        self.two_answers: list[str] = []
        self.personal: dict[str, str] = {}
        """What looked like a code or a mobile in anything retained, and where."""
        self.time_ran_back: list[str] = []
        self.answered_up_to: dict[str, int] = {}
        """Epoch -> the highest commit that somebody was answered with."""
        self.epochs_lost: set[str] = set()
        """Who answered before an older copy was put back: the ledger need not know of that."""
        self.given: dict[tuple[int, int], set[str]] = defaultdict(set)
        """(service day, number) -> for whom it was given: the code typed, or the request."""
        self._asked_for: dict[str, str] = {}
        self._at: dict[str, dict[str, tuple[int, int | None]]] = {}
        self._presses: dict[str, Press] = {}
        self._done: dict[tuple[str, str, int], str] = {}
        self._answers: dict[str, object] = {}
        self._as_of: dict[tuple[str, str], int] = {}

    def watch(self, path: str, message: Message, payload: bytes) -> None:
        """The broker took this in."""
        if BY_NAME[codec.split(path)[0]].retained:
            numbers = (one for one in payload.translate(_DIGITS_APART).split() if len(one) >= CODE_DIGITS)
            self.personal |= {number.decode(): path for number in numbers if _is_personal(number)}
        match message:
            case Request(id=request, operation=Press() as press):
                self._presses[request] = press
            case Request(id=request, operation=CheckIn(code=code)):
                self._asked_for[request] = code
            case Request(id=request, operation=TakeWalkIn() | TakeHelpTicket()):
                self._asked_for[request] = request
            case Reply():
                self._replied(message)
            case PointState():
                self._point(message)
                self._later_than_before(path, message.epoch, message.as_of_ms)
            case Board():
                self._later_than_before(path, message.epoch, message.as_of_ms)

    def history_lost(self) -> None:
        """An older copy is the ledger: what it was answered since is answered anew."""
        self._answers.clear()
        self.given.clear()
        self.epochs_lost |= self.answered_up_to.keys()

    def _point(self, state: PointState) -> None:
        """Point by point with the commit at which it was so: no number may be at two at once."""
        points = self._at.setdefault(state.epoch, {})
        number = state.current.number if state.current is not None else None
        before = points.get(state.point)
        if before is not None and before[0] > state.sequence:
            return
        points[state.point] = (state.sequence, number)

    def settled_moment(self, epoch: str) -> None:
        """All snapshots of one commit are out: is a number at two points?"""
        holders: dict[int, str] = {}
        for point, (_, number) in self._at.get(epoch, {}).items():
            if number is not None and number in holders:
                self.twice_called.append(f"{number} is at {holders[number]} and at {point}")
            elif number is not None:
                holders[number] = point

    def _replied(self, reply: Reply) -> None:
        self.answered_up_to[reply.epoch] = max(reply.sequence, self.answered_up_to.get(reply.epoch, 0))
        if isinstance(reply.answer, TicketGiven) and reply.id in self._asked_for:
            self.given[reply.answer.service_day, reply.answer.number].add(self._asked_for[reply.id])
        press = self._presses.get(reply.id)
        if press is None:
            return
        refused = isinstance(reply.answer, Refusal) and reply.answer.reason.value in _NOT_THE_LAST_WORD
        before = self._answers.get(reply.id)
        if before is not None and before != reply.answer and not refused:
            self.two_answers.append(f"{type(press.act).__name__} at {press.point} was answered in two ways")
        if not refused:
            self._answers[reply.id] = reply.answer
        if not isinstance(reply.answer, Pressed) or reply.repeated or _calls_again(press, reply.answer):
            return
        seen = (press.epoch, press.point, press.revision)
        other = self._done.setdefault(seen, reply.id)
        if other != reply.id:
            acts = f"{type(self._presses[other].act).__name__} and {type(press.act).__name__}"
            self.stale_presses.append(f"{acts} at {press.point} were both done at revision {press.revision}")
        if press.epoch != reply.epoch:
            self.stale_presses.append(f"a press of epoch {press.epoch} at {press.point} was done in {reply.epoch}")

    def _later_than_before(self, path: str, epoch: str, as_of_ms: int) -> None:
        before = self._as_of.get((path, epoch), 0)
        if as_of_ms < before:
            self.time_ran_back.append(f"{path} is as of {as_of_ms}, after {before}")
        self._as_of[path, epoch] = as_of_ms


def _is_personal(number: bytes) -> bool:
    """Whether a number looks like a code or a mobile."""
    return len(number) == CODE_DIGITS or (len(number) == MOBILE_DIGITS and number.startswith(b"09"))


def _calls_again(press: Press, done: Pressed) -> bool:
    """Whether nothing else happened than another call of who is there, by its button or by typing that number, or that such a
    call was taken back."""
    stays = isinstance(press.act, CallNumber | Undo) and done.point.revision == press.revision
    return isinstance(press.act, Recall) or stays
