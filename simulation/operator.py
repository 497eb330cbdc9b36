"""A person of the staff at the command line: asks, and asks again until the store answers."""

from random import Random

from mqtt.contract import NOT_REMEMBERED, Answer, Operation, PointState, Press, Refusal
from mqtt.session import Answered, Heard
from simulation.clock import Life, Sign, Until
from simulation.network import Network
from simulation.place import Place


class Operator:
    """One account of role operator; it sees the points' snapshots as staff pages do."""

    def __init__(self, network: Network, device: str, chance: Random, points: tuple[str, ...]) -> None:
        self._clock, self._chance = network.clock, chance
        follow = tuple(f"point/{point}" for point in points)
        self.settled = False
        """Whether it was answered at all, and not put off."""
        self.place = Place(network, device, f"{chance.getrandbits(64):016x}", follow)
        self.points: dict[str, PointState] = {}
        self._answers: dict[str, Answer] = {}
        self._answered = Sign()
        self.answer: Answer | None = None
        """The answer to the last thing that was asked for."""
        self.accepted = False
        """Whether that was done."""
        self.place.start(self)

    def hear(self, event: object) -> None:
        """A reply, or a point as it is now."""
        match event:
            case Answered(reply):
                self._answers[reply.id] = reply.answer
                self._answered.give()
            case Heard(message=PointState() as state):
                self.points[state.point] = state

    def hear_later(self, event: object, at: float) -> bool:
        """Nothing waits here."""
        return False

    def reconsider(self) -> None:
        """Nothing is done by itself here."""

    def asks(self, operation: Operation, patience_seconds: float = 60.0) -> Life:
        """Ask for it, and wait for the answer as long as a person would. `accepted` says how it went."""
        request = f"{self._chance.getrandbits(128):032x}"
        until = self._clock.now + patience_seconds
        self.place.ask(request, operation, give_up_seconds=patience_seconds, seen=None)
        while request not in self._answers and self._clock.now < until:
            yield Until(self._answered, until - self._clock.now)
        self.answer = answer = self._answers.pop(request, None)
        self.settled = answer is not None and not (isinstance(answer, Refusal) and answer.reason in NOT_REMEMBERED)
        self.accepted = answer is not None and not isinstance(answer, Refusal)

    def press_of(self, point: str, act: object) -> Press | None:
        """The act at a point as its snapshot stands."""
        state = self.points.get(point)
        if state is None:
            return None
        return Press(point=point, epoch=state.epoch, revision=state.revision, act=act)  # type: ignore[arg-type]
