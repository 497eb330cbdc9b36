"""All that can happen in a small world, explored breadth first: the first story that breaks a law is a shortest one.

A world has a start, the steps that are possible in a state, and its laws. A step that costs a fault leaves one fewer in
the state. Where only such steps are left, the dust has settled, and everybody must have been taken care of.
"""

import gc
from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, TypeVar


class State(Hashable, Protocol):
    """One moment: a tuple of tuples, so that two ways to the same moment meet in it."""

    @property
    def faults(self) -> int:
        """How many things may still go wrong."""


S = TypeVar("S", bound=State)


class World(Protocol[S]):
    """What a model offers to the checker."""

    def start(self) -> S: ...

    def steps(self, state: S) -> Iterable[tuple[str, S]]:
        """Everything that can happen next, each with its sentence for the story."""

    def broken(self, state: S) -> str | None:
        """The law that does not hold in this state."""

    def broken_in_the_end(self, state: S) -> str | None:
        """The law that does not hold although nothing more happens by itself."""


@dataclass(frozen=True, slots=True)
class Explored:
    """What was found. `broken` None: every law holds in every state. `story`: the steps to the state where it does not."""

    states: int
    ends: int  # in so many of them the dust has settled
    broken: str | None = None
    story: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.broken is None:
            return f"{self.states} states, {self.ends} ends: every law holds"
        steps = (f"  {number:2}. {step}" for number, step in enumerate(self.story, start=1))
        return "\n".join((f"after {self.states} states a law is broken: {self.broken}", *steps))


def explore(world: World[S]) -> Explored:
    """Walk through every state that can be reached, nearest first, and stop at the first that breaks a law."""
    with _nothing_to_collect():
        return _explore(world)


def _explore(world: World[S]) -> Explored:
    start = world.start()
    came_from: dict[S, tuple[S, str] | None] = {start: None}
    waiting = deque([start])
    ends = 0
    while waiting:
        state = waiting.popleft()
        broken = world.broken(state)
        settled = True
        for sentence, after in world.steps(state):
            settled = settled and after.faults < state.faults
            if after not in came_from:
                came_from[after] = (state, sentence)
                waiting.append(after)
        if settled:
            ends += 1
            broken = broken or world.broken_in_the_end(state)
        if broken is not None:
            return Explored(len(came_from), ends, broken, _story(came_from, state))
    return Explored(len(came_from), ends)


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """States are tuples that are all kept: looking for garbage among them only takes time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _story(came_from: dict[S, tuple[S, str] | None], state: S) -> tuple[str, ...]:
    sentences: list[str] = []
    while (step := came_from[state]) is not None:
        state, sentence = step
        sentences.append(sentence)
    return tuple(reversed(sentences))
