"""What a kiosk does when the store starts, and when an older ledger was put back (PROTOCOL rules 14 and 15). Pure.

The rules:

- What it saw of an epoch is told in each request, and stays what it is until the store of a later epoch has held it against
  its ledger (`TellSeen`, answered): no beat and no other reply of that epoch takes its place.
- An epoch that it has left is heard no more: a reply of it is as good as lost, and is asked for again.
- Where the store wants it, each settle of the open days is told once more in this epoch, the answered ones too. When none is
  unanswered and nothing is being printed, it says so (`DaySettled`), as long as the store wants to hear it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk_device.settling import Paper, Papers
from mqtt.contract import Day, Seen, Want


@dataclass(frozen=True)
class Generation:
    """What a kiosk holds of the ledger's generations."""

    epoch: str = ""  # the store's, as last heard; empty: not heard yet
    left: frozenset[str] = frozenset()  # epochs before it
    wants: Want = Want.NOTHING  # as the last beat said
    told: bool = False  # the store has held against its ledger, in this epoch, what the kiosk saw
    again: tuple[str, ...] | None = None  # settles to be answered once more in this epoch; None: not wanted so far
    asked: frozenset[str] = frozenset()  # those of them that are asked already
    request: str | None = None  # the TellSeen or DaySettled under way
    not_before: float = 0.0  # when the next of them is asked at the earliest (monotonic seconds)


def entered(generation: Generation, epoch: str) -> Generation:
    """The store of `epoch` is heard. The one before is not heard any more."""
    if epoch == generation.epoch:
        return generation
    left = generation.left | {generation.epoch} if generation.epoch else generation.left
    return Generation(epoch, left)


def seen_after(seen: Seen | None, epoch: str, sequence: int) -> Seen | None:
    """What a kiosk has seen after it heard of a commit: more of the same epoch, or else what it has to tell first."""
    if seen is None or seen.epoch != epoch:
        return seen
    return Seen(epoch=epoch, sequence=max(seen.sequence, sequence))


def answered_of_open_days(papers: Papers, day: Day) -> tuple[str, ...]:
    """The settles that the store has had, of the last service day that it knows and of later ones."""

    return tuple(
        paper.settle
        for paper in papers.by_request.values()
        if paper.settle is not None and paper.answered_at_ms is not None
        if paper.service_day >= day.service_day or paper.date >= day.date
    )


def has_settled(papers: Iterable[Paper], again: Iterable[str]) -> bool:
    """Whether no settle is unanswered, none of those that are told once more either, and nothing is being printed."""
    return not any(again) and all(_is_known(paper) for paper in papers)


def _is_known(paper: Paper) -> bool:
    being_asked = paper.outcome is None and paper.number is None
    return being_asked or paper.answered_at_ms is not None
