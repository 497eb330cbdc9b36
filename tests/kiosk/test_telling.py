"""The kiosk after the store's start, and after an older ledger was put back (PROTOCOL rules 14 and 15)."""

from dataclasses import replace
from pathlib import Path

from kiosk_device.actions import Abandon, AskAgain, AskForPriority, AskSettle, AskTicket, PrintTicket, SendSettle, Tell
from kiosk_device.generations import answered_of_open_days, has_settled, seen_after
from kiosk_device.journal import Journal
from kiosk_device.settling import Answered as SettleAnswered
from kiosk_device.settling import Asked, Paper, Papers, Printing, Saw, lines_of, noted
from kiosk_device.state import Asking, HasTicket
from kiosk_device.telling import AT_ONCE
from mqtt.contract import (
    Changed,
    Day,
    DaySettled,
    Reason,
    Refusal,
    Reply,
    Seen,
    Settled,
    SettleOutcome,
    StoreBeat,
    TellSeen,
    Want,
    Welcome,
)
from mqtt.session import Answered, Heard
from tests.kiosk.clinic import CODE, DAY, EPOCH, TICKET, Hand

NEXT = "epoch-2"


class Store:
    """The store as this kiosk hears it, one epoch after the other."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.epoch = EPOCH

    def beat(self, sequence: int = 9, wants: Want = Want.NOTHING, epoch: str | None = None) -> None:
        beat = StoreBeat(
            up=True, connection="s", epoch=epoch or self.epoch, sequence=sequence, wall_ms=1_763_793_000_000, wants=wants
        )
        self.hand.event(Heard("store", "", beat, live=True))

    def starts_again(self, wants: Want = Want.NOTHING, sequence: int = 3) -> None:
        self.epoch = NEXT
        self.beat(sequence, wants)
        day = Day(epoch=NEXT, sequence=1, status=DAY.status, service_day=DAY.service_day, date=DAY.date)
        self.hand.event(Heard("day", "", day, live=True))

    def answers(self, answer: object, request: str, sequence: int = 9, epoch: str | None = None) -> None:
        reply = Reply(id=request, answer=answer, epoch=epoch or self.epoch, sequence=sequence)  # type: ignore[arg-type]
        self.hand.event(Answered(reply))

    def told(self) -> Tell:
        """What the kiosk tells now, which is answered next."""
        tell = self.hand.last(Tell)
        assert isinstance(tell, Tell)
        return tell

    def welcomes(self, sequence: int = 9) -> None:
        self.answers(Welcome(), self.told().request, sequence)


def at_the_store() -> tuple[Hand, Store]:
    """A kiosk that has told its store what it saw."""
    hand = Hand()
    store = Store(hand)
    store.beat()
    store.welcomes()
    return hand, store


def has_a_ticket(hand: Hand, store: Store) -> None:
    """Somebody has a paper with number 123, and the store knows of it."""
    hand.type_digits(CODE)
    hand.press("green")
    request = hand.last(AskTicket).request
    store.answers(TICKET, request, sequence=12)
    hand.printed()
    store.answers(Settled(number=123), hand.last(SendSettle).settle, sequence=13)
    hand.press("erase")


def test_a_kiosk_tells_each_store_what_it_saw_of_the_one_before() -> None:
    hand, store = at_the_store()
    store.beat(20)
    store.starts_again(sequence=15)
    assert store.told() == Tell(store.told().request, TellSeen(epoch=NEXT), Seen(epoch=EPOCH, sequence=20))
    store.welcomes(16)
    assert hand.kiosk.seen == Seen(epoch=NEXT, sequence=16)


def test_what_was_told_to_a_store_that_is_no_more_is_waited_for_no_longer() -> None:
    hand = Hand()
    store = Store(hand)
    store.beat()
    told = store.told().request
    store.starts_again()
    assert [one.request for one in hand.every(Abandon)] == [told]
    store.welcomes()
    store.beat(20)
    assert len(hand.every(Abandon)) == 1, "what is answered is not given up"


def test_no_beat_takes_the_place_of_what_the_new_store_has_not_judged() -> None:
    hand, store = at_the_store()
    store.beat(20)
    store.starts_again()
    store.beat(21)
    has_a_ticket(hand, store)
    assert hand.kiosk.seen == Seen(epoch=EPOCH, sequence=20)
    assert hand.last(AskTicket).seen == hand.last(SendSettle).seen == Seen(epoch=EPOCH, sequence=20)


def test_what_was_seen_never_goes_back_within_an_epoch() -> None:
    assert seen_after(Seen(epoch="a", sequence=5), "a", 3) == Seen(epoch="a", sequence=5)
    assert seen_after(Seen(epoch="a", sequence=5), "a", 7) == Seen(epoch="a", sequence=7)
    assert seen_after(Seen(epoch="a", sequence=5), "b", 7) == Seen(epoch="a", sequence=5)


def test_a_new_card_says_so_until_it_is_welcomed() -> None:
    hand = Hand()
    hand.kiosk = replace(hand.kiosk, own_numbers_known=False)
    store = Store(hand)
    store.beat()
    assert store.told().operation == TellSeen(epoch=EPOCH, fresh=True)
    store.answers(Welcome(highest=957), store.told().request)
    assert (hand.kiosk.own_numbers_known, hand.kiosk.own_highest) == (True, 957)


def test_a_ticket_that_a_left_store_gave_is_not_printed_but_asked_of_the_new_one() -> None:
    hand, store = at_the_store()
    hand.type_digits(CODE)
    hand.press("green")
    request = hand.last(AskTicket).request
    store.starts_again()
    store.answers(TICKET, request, epoch=EPOCH)
    assert not hand.every(PrintTicket)
    assert hand.last(AskAgain).request == request
    assert isinstance(hand.kiosk.mode, Asking)
    store.answers(TICKET, request)
    assert hand.last(PrintTicket).ticket == TICKET


def test_a_priority_that_a_left_store_noted_is_told_as_failed() -> None:
    hand, store = at_the_store()
    hand.type_digits(CODE)
    store.answers(TICKET, hand.last(AskTicket).request, sequence=12)
    hand.printed()
    hand.press("2", "1")
    request = hand.last(AskForPriority).request
    store.starts_again()
    store.answers(Changed(), request, epoch=EPOCH)
    assert isinstance(has := hand.kiosk.mode, HasTicket)
    assert has.priority == "failed"


def test_a_settle_that_a_left_store_took_is_asked_of_the_new_one_and_no_other_is() -> None:
    hand, store = at_the_store()
    for _ in range(2):
        hand.type_digits(CODE)
        store.answers(TICKET, hand.last(AskTicket).request, sequence=12)
        hand.printed()
        hand.press("erase")
    first, second = (one.settle for one in hand.every(SendSettle))
    store.starts_again()
    store.answers(Settled(number=123), first, epoch=EPOCH)
    assert [one.settle for one in hand.every(AskSettle)] == [first]
    store.answers(Settled(number=123), first)
    store.answers(Settled(number=123), first, epoch=EPOCH)
    assert len(hand.every(AskSettle)) == 1
    store.answers(Settled(number=123), second, epoch=EPOCH)
    assert [one.settle for one in hand.every(AskSettle)] == [first, second]


def test_a_store_that_has_no_time_for_what_was_seen_hears_it_when_it_said_and_without_a_word_after_a_while() -> None:
    for waits, said in ((2.0, Refusal(reason=Reason.WAIT, retry_after_seconds=2.0)), (5.0, Refusal(reason=Reason.WAIT))):
        hand = Hand()
        store = Store(hand)
        store.beat()
        store.answers(said, store.told().request)
        for passed, told in ((waits - 0.1, 1), (0.1, 2)):
            hand.now += passed
            store.beat()
            assert len(hand.every(Tell)) == told
        assert not hand.kiosk.generation.told


def test_a_beat_of_a_left_store_changes_nothing() -> None:
    hand, store = at_the_store()
    store.starts_again()
    before = hand.kiosk
    store.beat(30, Want.SETTLE_AGAIN, epoch=EPOCH)
    assert hand.kiosk == before


def test_where_an_older_ledger_was_put_back_every_settle_of_the_day_is_told_again_and_then_that_all_are() -> None:
    hand, store = at_the_store()
    has_a_ticket(hand, store)
    settle = hand.last(SendSettle).settle
    store.starts_again(Want.SETTLE_AGAIN)
    store.welcomes()
    sent = hand.last(SendSettle)
    assert hand.every(AskSettle) == [AskSettle(settle, sent.operation, Seen(epoch=EPOCH, sequence=13))]
    assert not isinstance(store.told().operation, DaySettled)
    store.answers(Settled(number=123), settle)
    assert store.told().operation == DaySettled(epoch=NEXT)
    store.answers(Changed(), store.told().request)
    store.beat()
    assert len([one for one in hand.every(Tell) if isinstance(one.operation, DaySettled)]) == 1


def test_a_settle_that_is_put_off_is_told_again_later() -> None:
    hand, store = at_the_store()
    has_a_ticket(hand, store)
    settle = hand.last(SendSettle).settle
    store.starts_again(Want.SETTLE_AGAIN)
    store.welcomes()
    store.answers(Refusal(reason=Reason.DISK_FULL, retry_after_seconds=2.0), settle)
    hand.wait(3.0)
    assert [one.settle for one in hand.every(AskSettle)] == [settle, settle]


def test_a_day_is_not_settled_while_a_paper_is_in_the_printer() -> None:
    hand, store = at_the_store()
    hand.type_digits(CODE)
    hand.press("green")
    store.answers(TICKET, hand.last(AskTicket).request, sequence=12)
    store.starts_again(Want.SETTLE_AGAIN)
    store.welcomes()
    assert not isinstance(store.told().operation, DaySettled)
    hand.printed()
    assert not isinstance(store.told().operation, DaySettled)
    store.answers(Settled(number=123, marked=True), hand.last(SendSettle).settle)
    assert store.told().operation == DaySettled(epoch=NEXT)


def test_a_store_that_goes_on_asking_hears_it_again() -> None:
    hand, store = at_the_store()
    store.starts_again(Want.SETTLE_AGAIN)
    store.welcomes()
    first = store.told().request
    store.answers(Changed(), first)
    hand.now += 6.0
    store.beat(9, Want.SETTLE_AGAIN)
    assert store.told().operation == DaySettled(epoch=NEXT)
    assert store.told().request != first


def test_papers_of_earlier_days_are_not_told_again() -> None:
    hand, store = at_the_store()
    has_a_ticket(hand, store)
    papers = hand.kiosk.papers
    tomorrow = Day(epoch=NEXT, sequence=1, status=DAY.status, service_day=DAY.service_day + 1, date="2026-11-23")
    assert answered_of_open_days(papers, DAY) == (hand.last(SendSettle).settle,)
    assert answered_of_open_days(papers, tomorrow) == ()


def test_only_settles_that_the_store_has_had_are_told_again_of_a_day_that_its_id_names_alone_too() -> None:
    had = Paper(DAY.service_day, 123, settle="had", outcome=SettleOutcome.PRINTED, answered_at_ms=1)
    papers = Papers({"1": had, "2": replace(had, settle="not heard", answered_at_ms=None), "3": Paper(DAY.service_day)})
    assert answered_of_open_days(papers, DAY) == ("had",)


def test_a_day_is_settled_while_somebody_asks_and_not_while_a_paper_is_printed_or_its_settle_unanswered() -> None:
    asking, printing = Paper(7), Paper(7, 123)
    told = Paper(7, 123, settle="s", outcome=SettleOutcome.PRINTED)
    answered = replace(told, answered_at_ms=1)
    assert has_settled((asking, answered), ())
    assert [has_settled((asking, answered, one), ()) for one in (printing, told)] == [False, False]
    assert not has_settled((answered,), ("to be told again",))


def test_each_settle_names_its_days_date_and_a_day_counts_as_open_by_that_too() -> None:
    """An older ledger that was put back gives the number of a day that is lost to another day."""
    hand, store = at_the_store()
    has_a_ticket(hand, store)
    assert hand.last(SendSettle).operation.date == hand.last(AskTicket).date == DAY.date
    opened_again = Day(epoch=NEXT, sequence=1, status=DAY.status, service_day=DAY.service_day + 1, date=DAY.date)
    assert answered_of_open_days(hand.kiosk.papers, opened_again) == (hand.last(SendSettle).settle,)


def test_the_number_that_is_being_printed_is_noted_with_what_the_store_had_shown() -> None:
    hand, store = at_the_store()
    hand.type_digits(CODE)
    store.answers(TICKET, hand.last(AskTicket).request, sequence=12)
    job = hand.last(PrintTicket)
    assert (job.site, job.seen) == (hand.kiosk.site, hand.kiosk.seen)
    assert hand.kiosk.papers.by_request[job.request].number == TICKET.number


def test_what_was_seen_is_on_the_disk_before_the_printer_moves_and_outlives_the_papers() -> None:
    seen = Seen(epoch=EPOCH, sequence=12)
    papers = noted(noted(Papers(), Saw(Seen(epoch=EPOCH, sequence=9))), Printing("gone", 1, seen))
    assert papers.seen == seen
    assert lines_of(papers) == (Saw(seen),)
    later = noted(papers, SettleAnswered("gone too", 1, Seen(epoch=EPOCH, sequence=13)))
    assert later.seen == Seen(epoch=EPOCH, sequence=13)


def test_a_long_day_is_told_again_a_few_papers_at_a_time() -> None:
    hand, store = at_the_store()
    for _ in range(AT_ONCE + 2):
        has_a_ticket(hand, store)
    store.starts_again(Want.SETTLE_AGAIN)
    store.welcomes()
    assert len(hand.every(AskSettle)) == AT_ONCE
    for told in range(AT_ONCE + 2):
        assert not isinstance(store.told().operation, DaySettled)
        store.answers(Settled(number=123), hand.every(AskSettle)[told].settle)
    assert store.told().operation == DaySettled(epoch=NEXT)


def test_a_kiosk_that_starts_again_knows_what_it_saw_and_that_its_card_is_not_new(tmp_path: Path) -> None:
    assert Journal(tmp_path).fresh
    journal = Journal(tmp_path)
    journal.write(Asked("a", 7))
    journal.write(Printing("a", 123, Seen(epoch=EPOCH, sequence=12)))
    journal.close()
    again = Journal(tmp_path)
    assert (again.papers.seen, again.fresh) == (Seen(epoch=EPOCH, sequence=12), False)
