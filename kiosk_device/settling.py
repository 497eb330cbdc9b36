"""What became of each ticket's paper, and that the store hears of it: PROTOCOL rules 1, 2, 5 and 15 from the kiosk's side.

Pure. The rules:

- A ticket request is on disk (`Asked`) before it is sent; its number is on disk (`Printing`) before the printer moves.
- Each ends with one settle, on disk (`Settling`) before it is sent, asked until answered (`Answered`), over restarts.
- A number that the kiosk gives alone is on disk (`GaveAlone`) with what was asked for, before anybody sees it. The code in it
  is forgotten as soon as the store has the settle.
- After a power cut: what was being asked is `not_printed`, what was being printed is `unknown` with its number.
- Settles are kept a week, so that a restored store can be told again.

Settling goes on beside the visits: a patient never waits for it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from mqtt.contract import CheckIn, Reason, Seen, Settle, SettleOutcome, TakeHelpTicket, TakeWalkIn
from program.frozen import replace

TicketOperation = CheckIn | TakeWalkIn | TakeHelpTicket

KEPT_MS: Final = 7 * 24 * 3600 * 1000
PAPERS_LIMIT: Final = 5000
"""More than two weeks of a busy kiosk. Beyond it the oldest settled ones are forgotten."""


class Asked(msgspec.Struct, frozen=True, tag="asked"):
    """Ticket request `request` is about to be sent for `service_day`, whose `date` (ISO) is empty where it was not noted."""

    request: str
    service_day: int
    date: str = ""


class GaveAlone(msgspec.Struct, frozen=True, tag="gave_alone"):
    """The kiosk is about to give `number` itself, on the day of `date` (ISO; its `service_day` is 0 where it was not opened
    yet). `request` may have been asked before. `department` and `doctor` are the ticket's; `given_at_ms` is known where the
    time is trusted."""

    request: str
    service_day: int
    date: str
    number: int
    asked: TicketOperation
    department: int | None = None
    doctor: int | None = None
    given_at_ms: int | None = None


class Printing(msgspec.Struct, frozen=True, tag="printing"):
    """The store gave `number`; the printer is about to move. `seen`: the commit that gave it."""

    request: str
    number: int
    seen: Seen | None = None


class Settling(msgspec.Struct, frozen=True, tag="settling"):
    """The paper's end is known; request `settle` is about to tell the store."""

    request: str
    settle: str
    outcome: SettleOutcome
    number: int | None = None


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """The store has settle `settle`. `at_ms` is the store's wall time, 0 where it was not known. `seen`: what the kiosk has
    seen of the store's commits."""

    settle: str
    at_ms: int
    seen: Seen | None = None


class Saw(msgspec.Struct, frozen=True, tag="saw"):
    """The store of this epoch has held against its ledger what the kiosk had seen before."""

    seen: Seen


Line = Asked | GaveAlone | Printing | Settling | Answered | Saw
"""One line of the kiosk's journal."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One ticket request as far as it is known."""

    service_day: int
    number: int | None = None  # given by the store, or alone
    alone: GaveAlone | None = None
    settle: str | None = None  # the settle's request id, once the outcome is known
    outcome: SettleOutcome | None = None
    answered_at_ms: int | None = None  # None: the store has not said that it knows
    date: str = ""  # the service day's (ISO), where it was noted: its id may be another day's in an older ledger


@dataclass(frozen=True, slots=True)
class Papers:
    """All of them, by their ticket request, oldest first; and the newest commit of the store that is on this disk."""

    by_request: Mapping[str, Paper] = field(default_factory=dict)
    seen: Seen | None = None

    def unsettled(self) -> Iterable[tuple[str, Paper]]:
        """Whose outcome is not known yet: being asked or printed."""
        return ((request, paper) for request, paper in self.by_request.items() if paper.outcome is None)

    def request_of(self, settle: str) -> str | None:
        """The ticket request that settle `settle` belongs to."""
        return next((request for request, paper in self.by_request.items() if paper.settle == settle), None)


def noted(papers: Papers, line: Line) -> Papers:
    """The papers after a journal line; a line about an unknown request changes nothing."""
    if isinstance(line, Printing | Answered | Saw) and line.seen is not None:
        papers = replace(papers, seen=line.seen)
    known = dict(papers.by_request)
    match line:
        case Asked(request, service_day, date):
            known[request] = Paper(service_day, date=date)
        case GaveAlone(request, service_day, date, number):
            known[request] = Paper(service_day, number, line, date=date)
        case Printing(request, number) if request in known:
            known[request] = replace(known[request], number=number)
        case Settling(request, settle, outcome, number) if request in known:
            known[request] = replace(known[request], settle=settle, outcome=outcome, number=number)
        case Answered(settle, at_ms):
            request_of_it = papers.request_of(settle)
            if request_of_it is None:
                return papers
            paper = known[request_of_it]
            known[request_of_it] = replace(paper, alone=_without_code(paper.alone), answered_at_ms=at_ms)
        case _:
            return papers
    return replace(papers, by_request=known)


def _without_code(alone: GaveAlone | None) -> GaveAlone | None:
    """What is kept of a paper that the store knows. Should an older ledger be put back, it tells at least where its holder
    waits."""
    if alone is None or not isinstance(alone.asked, CheckIn):
        return alone
    day = alone.service_day
    if alone.department is None:
        return msgspec.structs.replace(alone, asked=TakeHelpTicket(service_day=day, about=Reason.NO_SUCH_CODE))
    walk_in = TakeWalkIn(service_day=day, department=alone.department, doctor=alone.doctor)
    return msgspec.structs.replace(alone, asked=walk_in)


def holds_codes(papers: Papers) -> bool:
    """Whether any paper still says which code it was given for."""
    return any(paper.alone is not None and isinstance(paper.alone.asked, CheckIn) for paper in papers.by_request.values())


def lines_of(papers: Papers) -> tuple[Line, ...]:
    """The shortest journal that says the same."""
    lines: list[Line] = []
    for request, paper in papers.by_request.items():
        lines.append(paper.alone or Asked(request, paper.service_day, paper.date))
        if paper.settle is None or paper.outcome is None:
            if paper.number is not None and paper.alone is None:
                lines.append(Printing(request, paper.number))
            continue
        lines.append(Settling(request, paper.settle, paper.outcome, paper.number))
        if paper.answered_at_ms is not None:
            lines.append(Answered(paper.settle, paper.answered_at_ms))
    if papers.seen is not None:
        lines.append(Saw(papers.seen))
    return tuple(lines)


def kept(papers: Papers, now_ms: int | None) -> Papers:
    """Without what was answered over a week ago, and within PAPERS_LIMIT; nothing unanswered is ever dropped."""

    if now_ms is None and len(papers.by_request) <= PAPERS_LIMIT:
        return papers
    answered = [(request, at) for request, paper in papers.by_request.items() if (at := paper.answered_at_ms) is not None]
    week_ago_ms = 0 if now_ms is None else now_ms - KEPT_MS
    over = {request for request, at in answered if 0 < at < week_ago_ms}
    too_many = len(papers.by_request) - len(over) - PAPERS_LIMIT
    if too_many > 0:
        over.update([request for request, _ in answered if request not in over][:too_many])
    if not over:
        return papers
    return Papers({request: paper for request, paper in papers.by_request.items() if request not in over}, papers.seen)


def settle_operation(request: str, paper: Paper) -> Settle:
    """What the store is told. ValueError: the outcome is not known yet."""
    if paper.outcome is None:
        raise ValueError(f"ticket request {request} has no outcome yet")
    day, date = paper.service_day, paper.date or None
    settle = Settle(request=request, service_day=day, outcome=paper.outcome, number=paper.number, date=date)
    alone = paper.alone
    if alone is None or paper.outcome is SettleOutcome.NOT_PRINTED:
        return settle
    return msgspec.structs.replace(settle, asked=alone.asked, given_at_ms=alone.given_at_ms)


def outcome_after_power_cut(paper: Paper) -> SettleOutcome:
    """How what was under way ends: asked is not printed, printed is unknown."""
    return SettleOutcome.NOT_PRINTED if paper.number is None else SettleOutcome.UNKNOWN


def to_ask(papers: Papers, again: Collection[str] = ()) -> tuple[tuple[str, Settle], ...]:
    """Settles to send, id and operation: the unanswered ones, and those that are asked for `again`."""
    return tuple(
        (paper.settle, settle_operation(request, paper))
        for request, paper in papers.by_request.items()
        if paper.settle is not None and (paper.answered_at_ms is None or paper.settle in again)
    )
