"""A store that starts, an older ledger put back unawares or by order, and «go» (PROTOCOL rules 14 to 16)."""

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from booking_store.answering import Incoming
from booking_store.generations import mark_restored
from booking_store.ledger import Ledger
from booking_store.store import Store
from mqtt.contract import (
    Answer,
    Changed,
    DaySettled,
    DeviceState,
    EndDay,
    GoOn,
    Health,
    Loaded,
    Reason,
    Refusal,
    Reply,
    Request,
    Seen,
    Settle,
    SettleOutcome,
    StoreBeat,
    TakeHelpTicket,
    TakeWalkIn,
    TellSeen,
    TicketGiven,
    UntoldPapers,
    Want,
    Welcome,
)
from tests.store.clinic import SITE_FILE, Clinic, moment_ms, new_id
from tests.store.morning import refused

KIOSK_2 = """[[devices]]
id = "kiosk-2"
role = "kiosk"
alone_range = [975, 999]
"""


class Put(Clinic):
    """The small clinic on a file of which copies are made and put back."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "ledger.sqlite"
        self.url = f"sqlite:///{self.file}"
        super().__init__(lambda: Ledger.open(self.url, self.now.ms))

    def copy(self) -> None:
        """As it stands now, with all that is committed."""
        copy = self.file.with_suffix(".copy")
        with closing(sqlite3.connect(self.file)) as now, closing(sqlite3.connect(copy)) as kept:
            now.backup(kept)

    def put_back(self, *, by_order: bool = False) -> None:
        """The store ends, and starts with the copy."""
        self.ledger.close()
        for file in self.file.parent.glob("ledger.sqlite-*"):
            file.unlink()
        shutil.copy(self.file.with_suffix(".copy"), self.file)
        if by_order:
            mark_restored(self.url)
        self.ledger = self._reopen()
        self.begin()

    def request(self, kiosk: str, operation: object, seen: Seen | None, request: str | None = None) -> Answer | None:
        """What a kiosk that has seen that much is answered."""
        asked = Request(id=request or new_id(), operation=operation, boot="boot-1", seen=seen)  # type: ignore[arg-type]
        replies = [outgoing.message for outgoing in self.store.handle_batch([Incoming(kiosk, asked)], self.now)]
        self.publish()
        return replies[0].answer if replies and isinstance(replies[0], Reply) else None

    def help_ticket(self, kiosk: str, seen: Seen | None = None) -> Answer | None:
        return self.request(kiosk, TakeHelpTicket(service_day=self.day, about=Reason.NO_SUCH_CODE), seen)

    def prints(self, kiosk: str) -> tuple[int, Settle, Seen]:
        """Somebody gets a help ticket on paper: its number, its settle, what the kiosk has seen then."""
        request = new_id()
        answer = self.request(kiosk, TakeHelpTicket(service_day=self.day, about=Reason.NO_SUCH_CODE), None, request)
        assert isinstance(answer, TicketGiven), answer
        paper = Settle(request=request, service_day=self.day, outcome=SettleOutcome.PRINTED, number=answer.number)
        self.request(kiosk, paper, None)
        return answer.number, paper, self.seen

    @property
    def seen(self) -> Seen:
        """All that a kiosk can have seen now."""
        return Seen(epoch=self.store.epoch, sequence=self.store.sequence)

    def says_settled(self, *kiosks: str) -> None:
        for kiosk in kiosks:
            assert self.request(kiosk, DaySettled(epoch=self.store.epoch), self.seen) == Changed()

    def wants(self) -> Want:
        beat = self.store.beat(self.now, "c").message
        assert isinstance(beat, StoreBeat)
        return beat.wants

    def comes_up(self, *kiosks: str, unsettled: int = 0) -> None:
        for kiosk in kiosks:
            self.store.hear_device(kiosk, heard_up(kiosk, unsettled=unsettled), self.now)

    def begin(self) -> None:
        self.store = Store(self.ledger, "small", Random(2))  # noqa: S311


def heard_up(kiosk: str, *, unsettled: int = 0) -> DeviceState:
    return DeviceState(device=kiosk, up=True, connection="c", boot="boot-1", role="kiosk", health=Health(unsettled=unsettled))


@pytest.fixture
def put(tmp_path: Path) -> Iterator[Put]:
    clinic = Put(tmp_path)
    yield clinic
    clinic.ledger.close()


# ------------------------------------------------------------------------------------------- after a start


def test_a_store_that_starts_gives_no_number_before_the_kiosks_that_are_up_have_told_what_they_saw(put: Put) -> None:
    before = put.seen
    put.restart()
    put.comes_up("kiosk-1", "kiosk-2")
    assert put.wants() is Want.SEEN
    assert isinstance(put.request("kiosk-2", TellSeen(epoch=put.store.epoch), before), Welcome)
    assert waits(put.help_ticket("kiosk-2", before))
    assert isinstance(put.request("kiosk-1", TellSeen(epoch=before.epoch), before), Refusal), "it came late"
    assert waits(put.help_ticket("kiosk-2", before))
    assert isinstance(put.request("kiosk-1", TellSeen(epoch=put.store.epoch), before), Welcome)
    assert isinstance(put.help_ticket("kiosk-2", before), TicketGiven)
    assert put.wants() is Want.NOTHING


def test_a_kiosk_that_is_up_and_silent_is_waited_for_five_seconds_and_one_that_is_gone_not_at_all(put: Put) -> None:
    put.restart()
    put.comes_up("kiosk-1", "kiosk-2")
    put.request("kiosk-2", TellSeen(epoch=put.store.epoch), None)
    put.store.hear_device("kiosk-1", DeviceState(device="kiosk-1", up=False, connection="an older one"), put.now)
    assert waits(put.help_ticket("kiosk-2"))
    put.store.hear_device("kiosk-1", DeviceState(device="kiosk-1", up=False, connection="c"), put.now)
    assert isinstance(put.help_ticket("kiosk-2"), TicketGiven)
    put.comes_up("kiosk-1")
    assert waits(put.help_ticket("kiosk-2"))
    put.store.asked_long_enough()
    assert isinstance(put.help_ticket("kiosk-2"), TicketGiven)


def test_the_counters_call_on_while_the_kiosks_are_asked(put: Put) -> None:
    number = put.walk_in()
    put.restart()
    put.comes_up("kiosk-1")
    assert put.call_next("counter-1") == number


# ------------------------------------------------------------------------------------- an older ledger, unawares


def test_an_older_ledger_put_back_unawares_is_known_by_what_a_kiosk_saw_and_no_number_is_given_twice(put: Put) -> None:
    put.copy()
    first, paper, seen = put.prints("kiosk-1")
    put.put_back()
    put.comes_up("kiosk-1", "kiosk-2")
    assert isinstance(put.request("kiosk-1", TellSeen(epoch=put.store.epoch), seen), Welcome)
    assert put.wants() is Want.SETTLE_AGAIN
    assert waits(put.help_ticket("kiosk-2"))
    put.request("kiosk-1", paper, put.seen)
    put.says_settled("kiosk-1")
    assert waits(put.help_ticket("kiosk-2")), "kiosk-2 may hold papers too"
    put.says_settled("kiosk-2")
    assert put.wants() is Want.NOTHING
    answer = put.help_ticket("kiosk-2")
    assert isinstance(answer, TicketGiven)
    assert answer.number > first
    assert put.one("SELECT state FROM tickets WHERE number = :number", number=first).state == "waiting"


def test_who_saw_more_is_heard_before_anybody_in_the_same_commit_is_given_a_number(put: Put) -> None:
    put.copy()
    _, _, seen = put.prints("kiosk-1")
    put.put_back()
    wish = TakeHelpTicket(service_day=put.day, about=Reason.NO_SUCH_CODE)
    asked = [
        Incoming("kiosk-2", Request(id=new_id(), operation=wish, boot="b")),
        Incoming("kiosk-1", Request(id=new_id(), operation=TellSeen(epoch=put.store.epoch), boot="b", seen=seen)),
    ]
    answers = [one.message.answer for one in put.store.handle_batch(asked, put.now) if isinstance(one.message, Reply)]
    assert waits(answers[0])


def test_an_epoch_that_the_ledger_never_had_is_a_lost_ledger_too(put: Put) -> None:
    put.request("kiosk-1", TellSeen(epoch=put.store.epoch), Seen(epoch="9-another", sequence=0))
    assert put.wants() is Want.SETTLE_AGAIN


def test_only_a_kiosk_is_believed_that_a_ledger_is_lost(put: Put) -> None:
    put.request("counter-1", put.green_button("counter-1"), Seen(epoch="9-another", sequence=0))
    assert put.wants() is Want.NOTHING


def test_settling_outlives_the_store_and_every_kiosk_is_asked_anew(put: Put) -> None:
    put.request("kiosk-1", TellSeen(epoch=put.store.epoch), Seen(epoch="9-another", sequence=0))
    put.says_settled("kiosk-1")
    put.restart()
    assert put.wants() is Want.SETTLE_AGAIN
    assert put.request("kiosk-1", DaySettled(epoch="9-another"), put.seen) is not None
    put.says_settled("kiosk-2")
    assert waits(put.help_ticket("kiosk-2"))
    put.says_settled("kiosk-1")
    assert isinstance(put.help_ticket("kiosk-2"), TicketGiven)


def test_a_day_settled_in_an_earlier_epoch_counts_for_nothing(put: Put) -> None:
    put.request("kiosk-1", TellSeen(epoch=put.store.epoch), Seen(epoch="9-another", sequence=0))
    earlier = put.store.epoch
    put.restart()
    answer = put.request("kiosk-1", DaySettled(epoch=earlier), put.seen)
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.STALE


def test_a_kiosk_that_left_the_site_is_not_waited_for(put: Put, tmp_path: Path) -> None:
    put.request("kiosk-1", TellSeen(epoch=put.store.epoch), Seen(epoch="9-another", sequence=0))
    put.says_settled("kiosk-1")
    text = SITE_FILE.read_text(encoding="utf-8")
    one_kiosk = tmp_path / "one_kiosk.toml"
    one_kiosk.write_text(text.replace(KIOSK_2, ""), encoding="utf-8")
    assert isinstance(put.load_site(one_kiosk), Loaded)
    put.wait(1)
    assert put.wants() is Want.NOTHING


# ------------------------------------------------------------------------------------------ by order, and «go»


def test_a_copy_put_back_by_order_gives_no_number_until_all_have_settled(put: Put) -> None:
    put.copy()
    first, paper, _ = put.prints("kiosk-1")
    put.put_back(by_order=True)
    assert put.wants() is Want.SETTLE_AGAIN
    assert waits(put.help_ticket("kiosk-1"))
    put.request("kiosk-1", paper, None)
    put.says_settled("kiosk-1", "kiosk-2")
    answer = put.help_ticket("kiosk-1")
    assert isinstance(answer, TicketGiven)
    assert answer.number == first + 1


def test_the_log_says_for_whom_numbers_wait_who_has_settled_and_when_all_have(
    put: Put, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "booking_store.settling_log")
    put.copy()
    _, paper, _ = put.prints("kiosk-1")
    put.put_back(by_order=True)
    put.wait(1)
    put.wait(1)
    put.request("kiosk-1", paper, None)
    put.says_settled("kiosk-1")
    put.wait(1)
    put.says_settled("kiosk-2")
    put.wait(1)
    put.wait(1)
    assert [record.getMessage() for record in caplog.records if record.name == "booking_store.settling_log"] == [
        "a copy was put back: no number is given before every kiosk has settled its day again; waits for kiosk-1, kiosk-2",
        "kiosk-1 has settled its day again; papers of which this ledger did not know: 1",
        "kiosk-2 has settled its day again; papers of which this ledger did not know: 0",
        "every kiosk has settled its day again: numbers are given as usual",
    ]


def test_after_go_the_log_says_who_is_still_missing(put: Put, caplog: pytest.LogCaptureFixture) -> None:
    went_on_without_kiosk_1(put)
    put.wait(1)
    put.wait(1)
    told = [record.getMessage() for record in caplog.records if record.name == "booking_store.settling_log"]
    assert told == ["numbers are given by an operator's word; not settled yet: kiosk-1"]


def test_on_go_each_range_skips_what_the_silent_kiosk_may_have_printed(put: Put) -> None:
    put.copy()
    printed = [put.prints("kiosk-1")[0] for _ in range(2)]
    put.now = replace(put.now, ms=put.now.ms + 8_000)
    put.put_back(by_order=True)
    put.says_settled("kiosk-2")
    assert put.ask("operator", GoOn(why="kiosk-1 is with the electrician")) == Changed(text="kiosk-1")
    answer = put.help_ticket("kiosk-2")
    assert isinstance(answer, TicketGiven)
    assert answer.number == 900 + 3, "8 s are three papers at the most"
    assert answer.number > max(printed)
    assert put.wants() is Want.SETTLE_AGAIN, "kiosk-1 still has to"
    ranges = put.rows("SELECT number FROM tickets WHERE outcome = 'skipped' ORDER BY number")
    assert [row.number for row in ranges] == [102, 152, 202, 252, 302, 312, 902]
    put.says_settled("kiosk-1")
    assert put.wants() is Want.NOTHING


def test_what_was_lost_unawares_is_as_long_as_the_gap_that_the_kiosk_shows(put: Put) -> None:
    put.copy()
    _, _, seen = put.prints("kiosk-1")
    put.now = replace(put.now, ms=put.now.ms + 8_000)
    put.put_back()
    put.now = replace(put.now, ms=put.now.ms + 12_000)
    put.restart()
    put.request("kiosk-1", TellSeen(epoch=put.store.epoch), seen)
    put.says_settled("kiosk-2")
    assert put.ask("operator", GoOn(why="kiosk-1 has no power")) == Changed(text="kiosk-1")
    answer = put.help_ticket("kiosk-2")
    assert isinstance(answer, TicketGiven)
    assert answer.number == 900 + 3, "the first start was with the old ledger, the second lost nothing"


def test_where_nobody_can_tell_when_it_was_lost_every_start_of_the_day_counts(put: Put) -> None:
    for seconds in (8, 12):
        put.now = replace(put.now, ms=put.now.ms + seconds * 1000)
        put.restart()
    put.request("kiosk-1", TellSeen(epoch=put.store.epoch), Seen(epoch="9-another", sequence=0))
    put.says_settled("kiosk-2")
    assert put.ask("operator", GoOn(why="kiosk-1 has no power")) == Changed(text="kiosk-1")
    answer = put.help_ticket("kiosk-2")
    assert isinstance(answer, TicketGiven)
    assert answer.number == 900 + 6, "20 s"


def test_go_is_refused_with_the_range_that_cannot_skip_so_far(put: Put) -> None:
    put.copy()
    put.now = replace(put.now, ms=put.now.ms + 60_000)
    put.put_back(by_order=True)
    answer = put.ask("operator", GoOn(why="we cannot wait"))
    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.RANGE_TOO_NARROW
    assert answer.department is None, "the words name it, and others"
    assert answer.detail.count("department 21 walk-in 310-319") == 1
    assert answer.detail.count("kiosk-1, kiosk-2") == 1
    assert not put.rows("SELECT number FROM tickets WHERE outcome = 'skipped'")
    assert waits(put.help_ticket("kiosk-2"))


def test_on_go_with_close_ranges_a_narrow_range_gives_no_more_numbers_today_and_the_others_go_on(put: Put) -> None:
    put.copy()
    put.now = replace(put.now, ms=put.now.ms + 60_000)
    put.put_back(by_order=True)
    gone = put.ask("operator", GoOn(why="we cannot wait", close_ranges=True))
    assert gone == Changed(
        text="kiosk-1, kiosk-2; closed for today: department 21 walk-in 310-319, department 21 booked 300-309"
    )
    skipped = [row.number for row in put.rows("SELECT number FROM tickets WHERE outcome = 'skipped' ORDER BY number")]
    assert skipped == [131, 181, 231, 281, 309, 319, 931]
    assert refused(put.request("kiosk-2", TakeWalkIn(service_day=put.day, department=21), None)) is Reason.NUMBERS_USED_UP
    answer = put.help_ticket("kiosk-2")
    assert isinstance(answer, TicketGiven)
    assert answer.number == 932


def test_a_range_that_is_closed_or_used_up_already_refuses_no_later_go(put: Put) -> None:
    put.copy()
    put.now = replace(put.now, ms=put.now.ms + 20_000)
    put.put_back(by_order=True)
    assert isinstance(put.ask("operator", GoOn(why="we cannot wait", close_ranges=True)), Changed)
    put.copy()
    put.put_back(by_order=True)
    assert put.ask("operator", GoOn(why="and again")) == Changed(text="kiosk-1, kiosk-2")


def test_go_needs_a_lost_ledger_an_open_day_and_a_clock(put: Put) -> None:
    assert refused(put.ask("operator", GoOn(why="?"))) is Reason.NOT_POSSIBLE_NOW
    assert refused(put.ask("kiosk-1", GoOn(why="?"))) is Reason.NOT_ALLOWED
    put.copy()
    put.now = replace(put.now, ms=moment_ms("06:00"), trusted=False)
    put.put_back(by_order=True)
    assert refused(put.ask("operator", GoOn(why="?"))) is Reason.CLOCK_NOT_TRUSTED
    put.now = replace(put.now, ms=moment_ms("07:00"), trusted=True)
    put.ask("operator", EndDay(outcome_for_waiting="-"))
    assert refused(put.ask("operator", GoOn(why="?"))) is Reason.CLOSED


def test_after_go_a_restart_gives_numbers_and_still_asks(put: Put) -> None:
    put.copy()
    put.put_back(by_order=True)
    put.ask("operator", GoOn(why="kiosk-1 is dead"))
    put.restart()
    assert put.wants() is Want.SETTLE_AGAIN
    assert isinstance(put.help_ticket("kiosk-2"), TicketGiven)


def went_on_without_kiosk_1(put: Put) -> None:
    """A copy was put back, kiosk-2 has settled, and an operator did not wait for kiosk-1."""
    put.copy()
    put.put_back(by_order=True)
    put.says_settled("kiosk-2")
    put.ask("operator", GoOn(why="kiosk-1 is dead"))


@pytest.mark.parametrize("started_between", [False, True])
def test_after_go_a_second_old_copy_stops_the_numbers_until_all_have_settled(put: Put, started_between: bool) -> None:
    went_on_without_kiosk_1(put)
    put.copy()
    if started_between:
        put.restart()
    number, paper, seen = put.prints("kiosk-2")
    put.put_back()
    assert waits(put.help_ticket("kiosk-2", seen)), "or it has this number twice"
    put.request("kiosk-2", TellSeen(epoch=put.store.epoch), seen)
    put.request("kiosk-2", paper, put.seen)
    put.says_settled("kiosk-1", "kiosk-2")
    given = put.help_ticket("kiosk-2")
    assert isinstance(given, TicketGiven)
    assert given.number > number


def test_after_go_who_is_up_tells_what_they_saw_before_a_started_store_gives_a_number(put: Put) -> None:
    went_on_without_kiosk_1(put)
    put.restart()
    put.comes_up("kiosk-2")
    assert waits(put.help_ticket("kiosk-2"))
    assert put.wants() is Want.SETTLE_AGAIN
    put.request("kiosk-2", TellSeen(epoch=put.store.epoch), put.seen)
    assert isinstance(put.help_ticket("kiosk-2"), TicketGiven)


def test_after_go_the_kiosk_that_was_silent_tells_of_the_first_loss_and_stops_nobody(put: Put) -> None:
    went_on_without_kiosk_1(put)
    put.restart()
    put.request("kiosk-1", TellSeen(epoch=put.store.epoch), Seen(epoch="9-lost", sequence=99))
    assert isinstance(put.help_ticket("kiosk-2"), TicketGiven)


def test_a_new_card_tells_nothing_of_before_and_is_waited_for_until_go(put: Put) -> None:
    put.copy()
    put.put_back(by_order=True)
    assert put.request("kiosk-1", TellSeen(epoch=put.store.epoch, fresh=True), None) == Welcome()
    put.says_settled("kiosk-1", "kiosk-2")
    assert waits(put.help_ticket("kiosk-2"))
    put.ask("operator", GoOn(why="its card was replaced"))
    assert put.wants() is Want.NOTHING


def test_a_new_card_gives_no_number_that_the_old_one_may_have_printed_alone(put: Put) -> None:
    assert put.request("kiosk-1", TellSeen(epoch=put.store.epoch, fresh=True), None) == Welcome(), "a kiosk's first day"
    paper = Settle(request=new_id(), service_day=put.day, outcome=SettleOutcome.PRINTED, number=955)
    put.request("kiosk-1", paper, None)
    put.wait(20)
    for _ in range(2):
        welcome = put.request("kiosk-1", TellSeen(epoch=put.store.epoch, fresh=True), None)
        assert welcome == Welcome(highest=961), "six more in twenty seconds"
    put.wait(3600)
    assert put.request("kiosk-1", TellSeen(epoch=put.store.epoch, fresh=True), None) == Welcome(highest=974), "all of them"


def test_a_welcome_tells_the_highest_number_of_the_kiosks_own_range(put: Put) -> None:
    paper = Settle(request=new_id(), service_day=put.day, outcome=SettleOutcome.PRINTED, number=955)
    put.request("kiosk-1", paper, None)
    assert put.request("kiosk-1", TellSeen(epoch=put.store.epoch), put.seen) == Welcome(highest=955)
    assert put.request("kiosk-2", TellSeen(epoch=put.store.epoch), put.seen) == Welcome()


def test_the_end_of_the_day_names_kiosks_with_papers_of_which_nobody_knows(put: Put) -> None:
    put.comes_up("kiosk-2", unsettled=3)
    put.request("kiosk-1", TellSeen(epoch=put.store.epoch), Seen(epoch="9-another", sequence=0))
    answer = put.ask("operator", EndDay())
    assert isinstance(answer, Refusal)
    assert answer.untold == (UntoldPapers(kiosk="kiosk-2", tickets=3), UntoldPapers(kiosk="kiosk-1"))
    assert "kiosk-2 has not said what became of 3 tickets" in answer.detail
    assert "kiosk-1 has not settled its day" in answer.detail


def test_what_a_kiosk_saw_of_this_epoch_costs_no_statement(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    wish = TakeHelpTicket(service_day=put.day, about=Reason.NO_SUCH_CODE)
    asked = [Incoming("kiosk-1", Request(id=new_id(), operation=wish, boot="b", seen=put.seen))]
    with monkeypatch.context() as watched:
        watched.setattr(Ledger, "reading", lambda _: pytest.fail("the ledger was read for it"))
        assert put.store.handle_batch(asked, put.now)


def test_a_restored_ledger_is_marked_on_both_kinds_of_database(any_url: str) -> None:
    Ledger.open(any_url, moment_ms("07:00")).close()
    mark_restored(any_url)
    clinic = Clinic(lambda: Ledger.open(any_url, moment_ms("07:00")))
    assert clinic.store.wants is Want.SETTLE_AGAIN
    for kiosk in ("kiosk-1", "kiosk-2"):
        assert clinic.ask(kiosk, DaySettled(epoch=clinic.store.epoch)) == Changed()
    assert clinic.one("SELECT settling_why FROM ledger").settling_why is None
    clinic.ledger.close()


def waits(answer: Answer | None) -> bool:
    return isinstance(answer, Refusal) and answer.reason is Reason.WAIT and answer.retry_after_seconds is not None
