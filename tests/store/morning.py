"""The busy clinic at eight, with hands at its counters: what the tests of presses share."""

from collections.abc import Callable

from booking_store.ledger import Ledger
from mqtt.contract import (
    Act,
    Answer,
    CallNext,
    CallNumber,
    Finish,
    Loaded,
    OpenDay,
    Press,
    Pressed,
    Reason,
    Refusal,
)
from tests.store.clinic import SITE_FILE, Clinic

BUSY = SITE_FILE.with_name("busy_clinic.toml")


class Morning(Clinic):
    """The busy clinic at eight, with hands at its counters."""

    def __init__(self, reopen: Callable[[], Ledger]) -> None:
        super().__init__(reopen, load=False)
        assert isinstance(self.load_site(BUSY), Loaded)
        self.at("08:00").ask("operator", OpenDay())

    def revision(self, point: str) -> int:
        return int(self.one("SELECT revision FROM points WHERE id = :point", point=point).revision)

    def asked(self, point: str, act: Act) -> Press:
        """A press by somebody who sees what is so."""
        return Press(point=point, epoch=self.store.epoch, revision=self.revision(point), act=act)

    def press(self, point: str, act: Act) -> Answer:
        return self.ask(point, self.asked(point, act))

    def call(self, point: str) -> int | None:
        """The green button: the number that is called, None when nobody waits."""
        return number_at(self.press(point, CallNext()))

    def current(self, point: str) -> int | None:
        rows = self.rows("SELECT t.number FROM points p JOIN tickets t ON t.id = p.ticket WHERE p.id = :point", point=point)
        return rows[0].number if rows else None

    def state(self, number: int) -> str:
        return str(self.one("SELECT state FROM tickets WHERE number = :number", number=number).state)

    def stage(self, number: int) -> str:
        sql = "SELECT stage FROM stops s JOIN tickets t ON t.id = s.ticket WHERE number = :number AND s.ended_at_ms IS NULL"
        return str(self.one(sql, number=number).stage)

    def at_the_doctors(self, department: int = 11) -> int:
        """Somebody takes a ticket, reception calls and finishes them: their number."""
        number = self.walk_in(department)
        assert isinstance(self.press("counter-2", CallNumber(number=number)), Pressed)
        assert isinstance(self.press("counter-2", Finish()), Pressed)
        return number


def number_at(answer: Answer) -> int | None:
    """The number that the point shows after a press; None when nobody waits."""
    if isinstance(answer, Refusal):
        assert answer.reason is Reason.NOBODY_WAITS, answer
        return None
    assert isinstance(answer, Pressed), answer
    return answer.point.current.number if answer.point.current else None


def refused(answer: Answer) -> Reason:
    assert isinstance(answer, Refusal), answer
    return answer.reason
