"""Keys mashed, replies late, doubled or missing, paper coming and going: whatever happens, the rules of a visit hold."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from kiosk_device.actions import AskTicket, Note, PrintSlip, PrintTicket, Say, SendSettle, WriteNumber
from kiosk_device.events import NumberWritten, OwnTime, Printed, PrintFailed
from kiosk_device.journal import encoded
from kiosk_device.keypad.keys import DIGITS, ERASE, GREEN
from kiosk_device.kiosk import deadline, step
from kiosk_device.state import Asking, HasTicket, PrintingTicket, WritingNumber
from kiosk_device.visit.showing import view
from kiosk_device.visit.visit import TABLE
from mqtt.contract import CheckIn, PrinterStatus, Reason, Refusal, Settled, SettleOutcome, SheetShare
from mqtt.session import Connected, Disconnected, GaveUp, Heard, StoreAway
from pads.events import KeyDown, KeyUp, PadChanged
from program.frozen import replace as changed
from program.inbox import Tick
from program.loop import ActionFailed
from sounds.utterance import TicketNumber
from tests.kiosk.clinic import CODE, NOW_MS, TICKET, UNKNOWN_CODE, Hand, sheet, sheet_code, turns
from tests.kiosk.office import CODE as HOUSEHOLD
from tests.kiosk.office import OFFICE, TODAY

MAY_FOLLOW = {(mode, after) for (mode, _), move in TABLE.items() for after in move.to}
UNDER_WAY = (Asking, WritingNumber, PrintingTicket)


class MashedKiosk(RuleBasedStateMachine):
    """A hand without manners, a store and a printer without luck."""

    def __init__(self) -> None:
        super().__init__()
        self.hand = Hand(disk_answers=False)
        self.hand.hear(sheet(sheet_code(), walk_ins=(turns(12, 2, doctor=3), turns(20, 1))))
        self.given: set[int] = set()
        self.next_number = 1

    def event(self, event: object) -> None:
        before, mode = len(self.hand.actions), type(self.hand.kiosk.mode)
        self.hand.event(event)
        after = type(self.hand.kiosk.mode)
        assert after is mode or (mode, after) in MAY_FOLLOW, "the table names where each happening may lead"
        for action in self.hand.actions[before:]:
            self.check(action)

    def check(self, action: Any) -> None:
        """Law 1: no number is printed, spoken or settled as such before the store gave it, or the kiosk's own disk has it."""
        match action:
            case PrintTicket(_, ticket):
                assert ticket.number in self.given
            case Say(utterance):
                spoken = {sentence.number for sentence in utterance.sentences if isinstance(sentence, TicketNumber)}
                assert spoken <= self.given
            case SendSettle(operation=settle):
                assert (settle.outcome is SettleOutcome.NOT_PRINTED) == (settle.number is None)

    @rule(key=st.sampled_from((*DIGITS, ERASE, GREEN)))
    def press(self, key: str) -> None:
        self.event(KeyDown(key))
        self.event(KeyUp(key))

    @rule(key=st.sampled_from((*DIGITS, ERASE, GREEN)))
    def lean_on(self, key: str) -> None:
        self.event(KeyDown(key))

    @rule()
    def unplug_the_pad(self) -> None:
        self.event(PadChanged(present=False))

    @rule(code=st.sampled_from([CODE, UNKNOWN_CODE]))
    def type_a_good_code(self, code: str) -> None:
        for digit in code:
            self.press(digit)

    @rule(lives=st.booleans())
    def the_store_freezes_or_thaws(self, lives: bool) -> None:
        self.hand.store_lives = lives

    @rule(walk_ins=st.sampled_from([(), (turns(20, 1),), (turns(12, 1, doctor=4), turns(30, 2))]), today=st.booleans())
    def another_sheet_comes(self, walk_ins: tuple[SheetShare, ...], today: bool) -> None:
        self.event(Heard("sheet", "kiosk-1", sheet(sheet_code(), walk_ins=walk_ins, today=today), live=True))

    @rule(wall_ms=st.sampled_from([None, 0, NOW_MS, NOW_MS + 10 * 3_600_000]))
    def its_own_clock_says_something(self, wall_ms: int | None) -> None:
        self.event(OwnTime(wall_ms))

    @rule()
    def the_disk_takes_a_number(self) -> None:
        mode = self.hand.kiosk.mode
        if isinstance(mode, WritingNumber):
            self.given.add(mode.line.number)
        for write in self.hand.every(WriteNumber)[-1:]:
            self.event(NumberWritten(write.request))

    @rule(seconds=st.sampled_from([0.5, 3.0, 11.0, 31.0]))
    def wait(self, seconds: float) -> None:
        self.hand.wait(seconds)

    @rule(coming=st.booleans())
    def connection(self, coming: bool) -> None:
        self.event(Connected("c") if coming else Disconnected("cable"))

    @rule()
    def answer_ticket(self) -> None:
        mode = self.hand.kiosk.mode
        if isinstance(mode, Asking):
            self.given.add(self.next_number)
            self.hand.answer(replace(TICKET, number=self.next_number))
            self.next_number += 1

    @rule(reason=st.sampled_from(list(Reason)))
    def refuse(self, reason: Reason) -> None:
        if isinstance(self.hand.kiosk.mode, Asking):
            self.hand.answer(Refusal(reason=reason))

    @rule()
    def tell_that_it_was_moved(self) -> None:
        if isinstance(self.hand.kiosk.mode, Asking):
            self.hand.answer(Refusal(reason=Reason.WRONG_DAY, date="2026-12-01", moved=True))

    @rule(which=st.integers(0, 50))
    def answer_an_old_request(self, which: int) -> None:
        asked = self.hand.every(AskTicket)
        if asked and not isinstance(self.hand.kiosk.mode, Asking):
            self.hand.answer(TICKET, asked[which % len(asked)].request)

    @rule(which=st.integers(0, 50))
    def answer_a_settle(self, which: int) -> None:
        settles = self.hand.every(SendSettle)
        if settles:
            self.hand.answer(Settled(), settles[which % len(settles)].settle)

    @rule(how=st.sampled_from(["printed", "nothing", "perhaps"]), which=st.integers(0, 50))
    def printer_reports(self, how: str, which: int) -> None:
        jobs = self.hand.every(PrintTicket | PrintSlip)  # type: ignore[arg-type]  # isinstance takes a union
        if jobs:
            request = jobs[-1 - which % min(2, len(jobs))].request
            self.event(Printed(request) if how == "printed" else PrintFailed(request, perhaps_printed=how == "perhaps"))

    @rule(status=st.sampled_from(list(PrinterStatus)))
    def printer_changes(self, status: PrinterStatus) -> None:
        self.hand.printer(status)

    @rule()
    def the_disk_fails(self) -> None:
        if self.hand.actions:
            self.event(ActionFailed(self.hand.actions[-1], "OSError: no space left on device"))

    @rule()
    def nobody_hears(self) -> None:
        for ask in self.hand.every(AskTicket)[-1:]:
            self.event(StoreAway(ask.request))
            self.event(GaveUp(ask.request))

    @invariant()
    def at_most_one_ticket_request_is_under_way(self) -> None:
        unsettled = [request for request, _ in self.hand.kiosk.papers.unsettled()]
        mode = self.hand.kiosk.mode
        assert unsettled == ([mode.request] if isinstance(mode, UNDER_WAY) else [])

    @invariant()
    def every_ended_request_was_settled_exactly_once(self) -> None:
        settled = Counter(one.operation.request for one in self.hand.every(SendSettle))
        asked = [one.request for one in self.hand.every(AskTicket)]
        assert len(set(asked)) == len(asked)
        asked = list(dict.fromkeys((*asked, *(one.request for one in self.hand.every(WriteNumber)))))
        mode = self.hand.kiosk.mode
        open_now = mode.request if isinstance(mode, UNDER_WAY) else None
        assert settled == Counter(request for request in asked if request != open_now)

    @invariant()
    def no_number_of_its_own_is_two_peoples(self) -> None:
        lines = {one.request: one.line for one in self.hand.every(WriteNumber)}
        holders: dict[int, set[object]] = {}
        for line in lines.values():
            holders.setdefault(line.number, set()).add(line.asked if isinstance(line.asked, CheckIn) else line.request)
        assert [number for number, who in holders.items() if len(who) > 1] == []

    @invariant()
    def every_state_can_be_shown(self) -> None:
        view(self.hand.kiosk, self.hand.now)

    @invariant()
    def no_number_is_on_the_screen_before_it_was_given(self) -> None:
        mode = self.hand.kiosk.mode
        if isinstance(mode, HasTicket):
            assert mode.ticket.number in self.given

    @invariant()
    def no_deadline_lies_in_the_past_for_long(self) -> None:
        """A Tick at its own deadline moves it on: the loop never spins."""
        at = deadline(self.hand.kiosk)
        if at is not None and at <= self.hand.now:
            after, _ = step(self.hand.kiosk, Tick(self.hand.now), self.hand.now)
            again = deadline(after)
            assert again is None or again > self.hand.now

    @invariant()
    def notes_are_only_about_answered_settles(self) -> None:
        settles = {one.settle for one in self.hand.every(SendSettle)}
        assert {one.line.settle for one in self.hand.every(Note)} <= settles  # type: ignore[union-attr]


class MashedAlone(MashedKiosk):
    """The same hand at a kiosk that has lost its store, where now and then somebody is served."""

    def __init__(self) -> None:
        super().__init__()
        self.event(Disconnected("cable"))

    @rule(keys=st.sampled_from([CODE, UNKNOWN_CODE, [GREEN, "1", GREEN], [GREEN, "1", "1", GREEN]]), takes=st.booleans())
    def somebody_is_served(self, keys: str | list[str], takes: bool) -> None:
        for key in (ERASE, ERASE, *keys):
            self.press(key)
        self.the_disk_takes_a_number()
        if takes:
            self.printer_reports("printed", 0)
            self.press(GREEN)


class MashedOffice(MashedKiosk):
    """The same hand at an insurance office, which asks for the matter and the household."""

    def __init__(self) -> None:
        super().__init__()
        self.hand.kiosk = changed(self.hand.kiosk, site=OFFICE, day=TODAY)
        self.event(Heard("sheet", "kiosk-1", sheet(walk_ins=(turns(1, 2), turns(3, 1))), live=True))

    @rule(language=st.sampled_from("123"), matter=st.sampled_from("126"), right=st.booleans())
    def somebody_types_a_household(self, language: str, matter: str, right: bool) -> None:
        for key in (ERASE, ERASE, language, matter, *HOUSEHOLD, GREEN, GREEN if right else ERASE):
            self.press(key)

    @invariant()
    def no_journal_has_a_households_code(self) -> None:
        lines = [one.line for one in (*self.hand.every(WriteNumber), *self.hand.every(SendSettle), *self.hand.every(Note))]
        assert not any(HOUSEHOLD.encode() in encoded(line) for line in lines)


TestMashedOffice = MashedOffice.TestCase
TestMashedOffice.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestMashedAlone = MashedAlone.TestCase
TestMashedAlone.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestMashedKiosk = MashedKiosk.TestCase
TestMashedKiosk.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
