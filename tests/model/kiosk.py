"""The model's kiosk: its disk holds the very lines of kiosk_device/settling.py, its memory goes with the power."""

from functools import cache
from typing import Final, NamedTuple

from kiosk_device.settling import (
    Answered,
    Asked,
    Line,
    Paper,
    Papers,
    Printing,
    Settling,
    lines_of,
    noted,
    outcome_after_power_cut,
)
from mqtt.contract import SettleOutcome
from rules.numbering import next_number
from rules.site import NumberRange
from tests.model.clauses import Clause, Off

DAY: Final = 1
OWN_NUMBERS: Final = (NumberRange(91, 94), NumberRange(95, 98))
"""The range of each kiosk, for when it is alone."""


class Visit(NamedTuple):
    """Somebody who will stand at a kiosk, and the id that their request has. Code None: they walk in."""

    request: str
    kiosk: int
    person: str
    code: str | None = None


class Kiosk(NamedTuple):
    disk: tuple[Line, ...] = ()
    request: str | None = None  # of whoever stands before it
    number: int | None = None  # that is being printed
    came: int = 0  # how many stood before it so far
    own_known: int = 0  # the highest of its own numbers that the sheet knows

    @property
    def asks(self) -> bool:
        return self.request is not None and self.number is None

    @property
    def papers(self) -> Papers:
        return papers_on(self.disk)

    def wrote(self, line: Line) -> "Kiosk":
        """With a line on its disk, which then says it in the fewest lines."""
        return self._replace(disk=_with_line(self.disk, line))

    def unanswered(self) -> tuple[Settling, ...]:
        """The settles of which the store has not said that it knows."""
        return tuple(
            Settling(request, paper.settle, paper.outcome, paper.number)
            for request, paper in self.papers.by_request.items()
            if paper.settle is not None and paper.outcome is not None and paper.answered_at_ms is None
        )


@cache
def papers_on(disk: tuple[Line, ...]) -> Papers:
    """What the lines of a disk say."""
    papers = Papers()
    for line in disk:
        papers = noted(papers, line)
    return papers


@cache
def _with_line(disk: tuple[Line, ...], line: Line) -> tuple[Line, ...]:
    return lines_of(noted(papers_on(disk), line))


def asking(kiosk: Kiosk, visit: Visit, off: Off) -> Kiosk:
    """Somebody asks for a ticket: on disk first, then sent."""
    kiosk = kiosk._replace(request=visit.request, came=kiosk.came + 1)
    return kiosk if Clause.JOURNAL_BEFORE_ASKING in off else kiosk.wrote(Asked(visit.request, DAY))


def printing(kiosk: Kiosk, number: int, off: Off) -> Kiosk:
    """A number is there: on disk first, then the printer moves."""
    assert kiosk.request is not None
    if Clause.JOURNAL_BEFORE_PRINTING not in off:
        kiosk = kiosk.wrote(Printing(kiosk.request, number))
    return kiosk._replace(number=number)


def own_number(kiosk: Kiosk, numbers: NumberRange) -> int | None:
    """The next number of its own range, above all that are on its disk and that its sheet tells."""
    own = [paper.number for paper in kiosk.papers.by_request.values() if paper.number and paper.number >= numbers.first]
    return next_number(numbers, max(*own, kiosk.own_known, 0) if own else kiosk.own_known or None)


def settled(kiosk: Kiosk, request: str, outcome: SettleOutcome, number: int | None = None) -> tuple[Kiosk, Settling]:
    """The paper's end is known and on disk; this line is what the store is told."""
    line = Settling(request, f"{request} settled", outcome, number)
    if request not in kiosk.papers.by_request:
        kiosk = kiosk.wrote(Asked(request, DAY))  # only where rule 1 is left out
    return kiosk.wrote(line), line


def after_power_cut(kiosk: Kiosk, off: Off) -> tuple[Kiosk, tuple[Settling, ...]]:
    """The kiosk is up again, and what was under way has an end."""
    kiosk = kiosk._replace(request=None, number=None)
    lines = []
    for request, paper in tuple(kiosk.papers.unsettled()):
        outcome = _end_of(paper, off)
        if outcome is not None:
            kiosk, line = settled(kiosk, request, outcome, paper.number)
            lines.append(line)
    return kiosk, tuple(lines)


def _end_of(paper: Paper, off: Off) -> SettleOutcome | None:
    outcome = outcome_after_power_cut(paper)
    if outcome is SettleOutcome.UNKNOWN and Clause.UNKNOWN_COUNTS_AS_PRINTED in off:
        return SettleOutcome.NOT_PRINTED
    if outcome is SettleOutcome.NOT_PRINTED and Clause.ASKED_IS_NOT_PRINTED in off:
        return None
    return outcome


def heard(kiosk: Kiosk, settle: str) -> Kiosk:
    """The store has this settle."""
    return kiosk.wrote(Answered(settle, 0))
