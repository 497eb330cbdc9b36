"""The whole desk, played by chance: patients, kiosks that lose their paper, clerks who press too late and twice, a store
that starts anew. tests/store/laws.py checks the laws after every step.
"""

from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, precondition, rule

from mqtt.contract import (
    Act,
    Answer,
    AskPriority,
    Book,
    Booked,
    CallNext,
    CallNumber,
    CheckIn,
    ClosePoint,
    ComeBack,
    ConfirmPriority,
    DropTicket,
    EndDay,
    Finish,
    MakeUrgent,
    NoShow,
    NotServed,
    OpenDay,
    Operation,
    Park,
    Pause,
    PointState,
    Press,
    Pressed,
    Reason,
    Recall,
    Refusal,
    Reopen,
    Resume,
    ResumeReception,
    SendAway,
    Settle,
    Settled,
    SettleOutcome,
    StopReception,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
    Transfer,
    Undo,
)
from tests.store.clinic import new_id
from tests.store.laws import KIOSKS, POINTS, Laws, Paper

kiosks = st.sampled_from(sorted(KIOSKS))
points = st.sampled_from(POINTS)
departments = st.sampled_from([11, 12, 21])
numbers = st.integers(0, 30)
"""Which of the numbers given so far; more than there are: the last one."""


class WholeDesk(Laws):
    """What may happen in a morning."""

    presses = Bundle("presses")

    @initialize(people=st.integers(2, 6))
    def morning_begins(self, people: int) -> None:
        """Some are there already: two have been through reception, one typed a code at both kiosks."""
        self.begin()
        for place in range(people):
            self._take("kiosk-1", TakeWalkIn(department=(11, 12, 21)[place % 3], service_day=self.day), object())
            self._settle(self.papers[-1], SettleOutcome.PRINTED, self.papers[-1].answered)
        for _ in range(2):
            self._press("counter-1", CallNext())
            self._press("counter-1", Finish())
        self.somebody_books(11, 1)
        for kiosk in KIOSKS:
            self._take(kiosk, CheckIn(code=self.codes[0], service_day=self.day), self.codes[0])
        self.clinic.wait(11).publish()
        self.expected_raises = None

    # ------------------------------------------------------------------------------- patients at kiosks

    @rule(department=departments, doctor=st.sampled_from([0, 1, 3, 4, None]))
    def somebody_books(self, department: int, doctor: int | None) -> None:
        answer = self._ask("operator", Book(department=department, doctor=doctor, date="2026-11-22"))
        if isinstance(answer, Booked):
            self.codes.append(answer.code)

    @precondition(lambda self: self.codes)
    @rule(kiosk=kiosks, code=numbers, twice=st.booleans())
    def a_code_is_typed(self, kiosk: str, code: int, twice: bool) -> None:
        code = min(code, len(self.codes) - 1)
        self._take(kiosk, CheckIn(code=self.codes[code], service_day=self.day), self.codes[code], doubled=twice)

    @rule(kiosk=kiosks, department=departments, priority=st.sampled_from([None, "elderly"]), twice=st.booleans())
    def somebody_walks_in(self, kiosk: str, department: int, priority: str | None, twice: bool) -> None:
        operation = TakeWalkIn(department=department, service_day=self.day, priority=priority)
        self._take(kiosk, operation, object(), doubled=twice)

    @rule(kiosk=kiosks)
    def somebody_asks_for_help(self, kiosk: str) -> None:
        self._take(kiosk, TakeHelpTicket(service_day=self.day, about=Reason.NO_SUCH_CODE), object())

    @precondition(lambda self: self.owners)
    @rule(kiosk=kiosks, number=numbers)
    def priority_is_asked_for(self, kiosk: str, number: int) -> None:
        self._ask(kiosk, AskPriority(number=self._number(number), service_day=self.day, priority="elderly"))

    # ------------------------------------------------------------------------------- what the paper says

    @precondition(lambda self: any(paper.settled is None for paper in self.papers))
    @rule(which=numbers, outcome=st.sampled_from(SettleOutcome), own_number=st.booleans(), twice=st.booleans())
    def a_paper_is_settled(self, which: int, outcome: SettleOutcome, own_number: bool, twice: bool) -> None:
        """In time, late, twice; with the store's number, or with one of the kiosk's own range."""
        unsettled = [paper for paper in self.papers if paper.settled is None]
        paper = unsettled[min(which, len(unsettled) - 1)]
        number = paper.answered
        if outcome is SettleOutcome.NOT_PRINTED:
            number = None
        elif number is None or (own_number and self.own_numbers[paper.kiosk] < KIOSKS[paper.kiosk] + 25):
            number = self.own_numbers[paper.kiosk]
            self.own_numbers[paper.kiosk] += 1
            self.owners.setdefault(number, owner_of(paper.operation, paper.request))
        for _ in range(1 + twice):
            self._settle(paper, outcome, number)

    @rule(kiosk=kiosks, printed=st.booleans())
    def a_settle_overtakes_its_request(self, kiosk: str, printed: bool) -> None:
        """The kiosk went on alone; its request arrives last and does nothing."""
        if self.own_numbers[kiosk] >= KIOSKS[kiosk] + 25:
            return
        number = self.own_numbers[kiosk] if printed else None
        outcome = SettleOutcome.PRINTED if printed else SettleOutcome.NOT_PRINTED
        request, operation = new_id(), TakeWalkIn(department=11, service_day=self.day)
        settle = Settle(request=request, service_day=self.day, outcome=outcome, number=number, asked=operation)
        self._ask(kiosk, settle)
        assert isinstance(self._ask(kiosk, operation, request), Refusal)
        self.papers.append(Paper(kiosk, request, operation, self.day, None, settle))
        if number is not None:
            self.own_numbers[kiosk] += 1
            self.owners[number] = owner_of(operation, request)

    @rule(kiosk=kiosks, department=departments, known=st.booleans(), by_date=st.booleans(), ago=st.integers(-60, 3600))
    def a_kiosk_was_alone(self, kiosk: str, department: int, known: bool, by_date: bool, ago: int) -> None:
        """It gave walk-ins, and help for codes that nobody was given; its clock may be wrong."""
        code = CheckIn(code="12345672", service_day=0)
        self._given_alone(kiosk, TakeWalkIn(department=department, service_day=0) if known else code, by_date, ago)

    @precondition(lambda self: self.codes)
    @rule(kiosk=kiosks, code=numbers, by_date=st.booleans(), ago=st.integers(-60, 3600))
    def a_code_was_typed_at_a_kiosk_that_was_alone(self, kiosk: str, code: int, by_date: bool, ago: int) -> None:
        """Perhaps at both kiosks, perhaps the store has given it a number meanwhile."""
        operation = CheckIn(code=self.codes[min(code, len(self.codes) - 1)], service_day=0)
        sql = """SELECT t.number FROM tickets t JOIN bookings b ON b.id = t.booking
                 WHERE b.code = :code AND t.state <> 'void'"""
        before = self.clinic.rows(sql, code=operation.code)
        number = self._given_alone(kiosk, operation, by_date, ago)
        if number is not None:
            marks = self.clinic.one("SELECT marks FROM tickets WHERE number = :number", number=number).marks
            assert ("code_used_twice" in marks) is bool(before)

    # ------------------------------------------------------------------------------- counters and rooms

    @rule(point=points)
    def the_green_button(self, point: str) -> None:
        self._press(point, CallNext())

    @rule(
        point=points,
        act=st.sampled_from(
            [
                Recall(), NoShow(), SendAway(), Finish(), Park(why="papers"), NotServed(why="left"), Undo(),
                Pause(why="prayer"), Resume(), Resume(), ClosePoint(),
                Transfer(stage="cashier", come_back=True), Transfer(stage="doctor"), Transfer(stage="reception"),
                Transfer(department=12, doctor=3), Transfer(department=21), Transfer(point="counter-2"),
                Transfer(point="room-1", come_back=True),
            ]
        ),
    )  # fmt: skip
    def another_button(self, point: str, act: Act) -> None:
        self._press(point, act)

    @precondition(lambda self: self.owners)
    @rule(point=points, number=numbers)
    def a_number_is_typed(self, point: str, number: int) -> None:
        self._press(point, CallNumber(number=self._number(number)))

    @rule(point=points)
    def undo(self, point: str) -> None:
        self._press(point, Undo())

    @precondition(lambda self: any(paper.settled is None and paper.answered for paper in self.papers))
    @rule(point=points)
    def a_number_is_called_whose_paper_never_came_out(self, point: str) -> None:
        paper = next(paper for paper in self.papers if paper.settled is None and paper.answered)
        self._press(point, CallNumber(number=paper.answered or 0))
        self._settle(paper, SettleOutcome.NOT_PRINTED, None)
        self.expected_raises = None

    @rule(counter=points, room=points, acts=st.sampled_from([(CallNext(), CallNext()), (Finish(), CallNext())]))
    def a_clerk_thinks_better_of_it(self, counter: str, room: str, acts: tuple[Act, Act]) -> None:
        """Perhaps too late: somebody else has gone on with the same patient."""
        self._press(counter, CallNext())
        self._press(counter, acts[0])
        self._press(room, acts[1])
        self._press(counter, Undo())
        self.expected_raises = None

    @rule(chosen=st.sets(points, min_size=2))
    def counters_press_in_one_instant(self, chosen: set[str]) -> None:
        pressed = [(point, self.clinic.asked(point, CallNext()), new_id()) for point in sorted(chosen)]
        replies = self.clinic.batch(*pressed)
        self.asked += [(who, id_, op, reply.answer) for (who, op, id_), reply in zip(pressed, replies, strict=True)]
        self.expected_raises = None

    @rule(target=presses, point=points, act=st.sampled_from([CallNext(), NoShow(), Finish(), Undo()]))
    def a_press_is_on_its_way(self, point: str, act: Act) -> Any:
        return (point, self.clinic.asked(point, act))

    @rule(late=presses)
    def a_press_comes_late(self, late: tuple[str, Press]) -> None:
        point, press = late
        fresh = (press.epoch, press.revision) == (self.clinic.store.epoch, self.clinic.revision(point))
        answer = self._ask(point, press)
        assert fresh or (isinstance(answer, Refusal) and answer.reason is Reason.STALE)

    # ------------------------------------------------------------------------------- staff, day, faults

    @precondition(lambda self: self.owners)
    @rule(number=numbers, change=st.sampled_from([MakeUrgent, Reopen, DropTicket]))
    def staff_change_a_ticket(self, number: int, change: Any) -> None:
        self._ask("operator", change(number=self._number(number), why="for a reason"))

    @precondition(lambda self: self.owners)
    @rule(number=numbers)
    def somebody_comes_back(self, number: int) -> None:
        self._ask("operator", ComeBack(number=self._number(number)))

    @precondition(lambda self: self.owners)
    @rule(number=numbers, priority=st.sampled_from([None, "elderly"]))
    def reception_confirms_a_priority(self, number: int, priority: str | None) -> None:
        self._ask("operator", ConfirmPriority(number=self._number(number), priority=priority))

    @rule(operation=st.sampled_from([StopReception(), ResumeReception(), OpenDay(), OpenDay()]))
    def the_day_turns(self, operation: Operation) -> None:
        self._ask("operator", operation)
        self.expected_raises = None

    @precondition(lambda self: len(self.asked) > 50)
    @rule(outcome=st.sampled_from([None, "day_closed"]))
    def the_day_ends(self, outcome: str | None) -> None:
        self._ask("operator", EndDay(outcome_for_waiting=outcome))
        self.expected_raises = None

    @rule(seconds=st.sampled_from([1, 5, 11, 300]))
    def time_passes(self, seconds: int) -> None:
        self.clinic.wait(seconds).publish()

    @rule()
    def the_store_starts_anew(self) -> None:
        self.clinic.restart()
        self._all_screens_read_anew()
        self.expected_raises = None

    @precondition(lambda self: self.asked)
    @rule(which=st.integers(0, 60))
    def a_request_is_repeated(self, which: int) -> None:
        """Law 2: the same answer, and nothing else happens."""
        device, request, operation, answer = self.asked[-1 - min(which, len(self.asked) - 1)]
        before = self._dump()
        reply = self.clinic.reply(device, operation, request)
        assert (reply.answer, reply.repeated) == (answer, True)
        assert self._dump() == before

    # ------------------------------------------------------------------------------- how it is asked

    def _ask(self, device: str, operation: Operation, request: str | None = None) -> Answer:
        request = request or new_id()
        before = self._dump()
        answer = self.clinic.ask(device, operation, request)
        self.asked.append((device, request, operation, answer))
        if isinstance(answer, Refusal) and answer.reason is Reason.NOBODY_WAITS:
            assert isinstance(operation, Press)
            self.expected_raises = {operation.point}
        elif isinstance(answer, Refusal):
            assert answer.reason is not Reason.INTERNAL_ERROR
            assert self._dump() == before, "a refusal does nothing"
        return answer

    def _press(self, point: str, act: Act) -> None:
        answer = self._ask(point, self.clinic.asked(point, act))
        if isinstance(answer, Pressed):
            assert answer.point == replace_sequence(self.clinic.published["point", point], answer.point)

    def _take(self, kiosk: str, operation: Operation, owner: object, *, doubled: bool = False) -> None:
        request = new_id()
        answer = self._ask(kiosk, operation, request)
        if doubled:
            assert self.clinic.ask(kiosk, operation, request) == answer
        number = None
        if isinstance(answer, TicketGiven):
            number = answer.number
            assert 1 <= number <= 9999
            before = self.owners.setdefault(number, owner)
            assert before is owner or before == owner, f"{number} was given twice"
        self.papers.append(Paper(kiosk, request, operation, self.day, number))

    def _given_alone(self, kiosk: str, operation: CheckIn | TakeWalkIn, by_date: bool, seconds_ago: int) -> int | None:
        """The number of the kiosk's own that it tells of afterwards; None: it has none left."""
        number = self.own_numbers[kiosk]
        if number >= KIOSKS[kiosk] + 25:
            return None
        self.own_numbers[kiosk] += 1
        request = new_id()
        self.owners[number] = owner_of(operation, request)
        settle = Settle(
            request=request,
            service_day=0 if by_date else self.day,
            outcome=SettleOutcome.PRINTED,
            number=number,
            asked=operation,
            given_at_ms=self.clinic.now.ms - seconds_ago * 1000,
            date="2026-11-22" if by_date else None,
        )
        assert isinstance(answer := self._ask(kiosk, settle), Settled), answer
        self.papers.append(Paper(kiosk, request, operation, self.day, None, settle))
        return number

    def _settle(self, paper: Paper, outcome: SettleOutcome, number: int | None) -> None:
        asked = paper.operation if isinstance(paper.operation, CheckIn | TakeWalkIn | TakeHelpTicket) else None
        settle = Settle(request=paper.request, service_day=paper.service_day, outcome=outcome, number=number, asked=asked)
        assert not isinstance(self._ask(paper.kiosk, settle), Refusal), "a settle is never refused"
        self.papers = [replace(one, settled=settle) if one.request == paper.request else one for one in self.papers]

    def _number(self, which: int) -> int:
        given = sorted(self.owners)
        return given[min(which, len(given) - 1)]


def owner_of(operation: Operation, request: str) -> str:
    """Whose a paper is: the code's, typed again or not, else the one request's."""
    return operation.code if isinstance(operation, CheckIn) else request


def replace_sequence(published: Any, like: PointState) -> PointState:
    """What was published after the commit, with the moment of the answer: they must say the same."""
    return msgspec.structs.replace(published, sequence=like.sequence, as_of_ms=like.as_of_ms)


TestWholeDesk = WholeDesk.TestCase
TestWholeDesk.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    # To shrink a morning of forty steps takes minutes: add Phase.shrink to look into a failure.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)
