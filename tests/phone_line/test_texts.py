"""The SMS worker against an outbox that behaves like the store's and gateways that do anything: no text is lost, few are
doubled, none leaves after its time."""

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt.contract import Answer, Changed, Operation, TextOutcome, TextResult, Texts, TextToFollow
from phone_line import texts
from phone_line.gateways import http_call
from phone_line.gateways.gateway import Result
from phone_line.gateways.kavenegar import Kavenegar, KavenegarSettings
from phone_line.texts import ASKED_AT_MOST
from rules.texts import TextState
from tests.phone_line.fake_gateway import FakeGateway
from tests.phone_line.played import BUSY, LEFT, LOST, NO_CREDIT, OVER, TAKEN, Clinic, Played, Row

# ------------------------------------------------------------------------------------------ which gateway


def test_the_second_gateway_sends_at_once_what_the_first_did_not_take() -> None:
    first, second = Played(plays=[BUSY]), Played("second")
    clinic = Clinic(first, second, texts=1)
    clinic.worker.turn()
    assert (clinic.left(), second.left) == (1, [1])
    assert clinic.rows[0].attempts == 1, "for the text it was one attempt"


def test_what_may_have_left_the_first_gateway_is_not_given_to_the_second() -> None:
    first, second = Played(plays=[LEFT]), Played("second")
    clinic = Clinic(first, second).live(3600)
    assert (first.left, second.left) == ([1], [])
    assert first.asked == [1]
    assert clinic.rows[0].state is TextState.ACCEPTED


def test_a_gateway_that_failed_is_passed_over_and_the_first_again_when_its_pause_is_over() -> None:
    first, second = Played(plays=[BUSY]), Played("second")
    clinic = Clinic(first, second, texts=3).live(5)
    assert (first.left, second.left) == ([], [1, 2, 3])
    clinic.rows.append(Row(4, clinic.rows[0].expires_at_ms, next_at_ms=clinic.now_ms + 30_000))
    clinic.live(60)
    assert first.left == [4]


def test_without_credit_nothing_is_taken_from_the_store_and_no_attempt_is_used_up() -> None:
    clinic = Clinic(Played(plays=[NO_CREDIT]), texts=5).live(500)
    assert sum(row.attempts for row in clinic.rows) == 1
    assert clinic.told == [("first: it said account",)]
    clinic.live(600)
    assert [clinic.left(text) for text in range(1, 6)] == [1] * 5
    assert clinic.told[-1] == (), "the alarm ends with the first text that leaves"


def test_a_gateway_that_fails_again_and_again_is_told_of_and_asked_ever_more_rarely() -> None:
    clinic = Clinic(Played(then=BUSY), texts=1, good_for_seconds=7200).live(7200)
    assert clinic.told == [("first: it said try_again",)]
    assert len(clinic.played[0].came) <= 8
    assert clinic.rows[0].state in {TextState.EXPIRED, TextState.QUEUED}


def test_a_machine_that_needs_a_hand_is_told_of() -> None:
    modem = Played("modem", fault="the modem sends nothing")
    clinic = Clinic(modem, texts=0)
    clinic.worker.turn()
    clinic.worker.turn()
    assert clinic.told == [("modem: the modem sends nothing",)]
    clinic.away = True
    clinic.worker.turn()
    assert len(clinic.told) == 1, "an alarm does not end because the store is away"
    clinic.away = False
    modem.fault = ""
    clinic.worker.turn()
    assert clinic.told[-1] == ()


def test_a_modem_gets_one_text_in_four_seconds() -> None:
    modem = Played(every_seconds=4.0)
    Clinic(modem, texts=100).live(500)
    times = [at for _, at in modem.came]
    assert len(times) == 100
    assert all(later - sooner >= 4.0 for sooner, later in pairwise(times))


# ------------------------------------------------------------------------------------------ what may have left


def test_a_time_out_after_which_the_text_never_came_costs_one_more_sending_and_no_double() -> None:
    clinic = Clinic(Played(plays=[LOST, LOST, LOST])).live(7200)
    assert clinic.left() == 1
    assert clinic.rows[0].state is TextState.ACCEPTED


def test_a_gateway_without_our_ids_gets_it_once_more_and_never_a_third_time() -> None:
    clinic = Clinic(Played(then=LEFT, knows_our_ids=False)).live(86400)
    assert clinic.left() == 2, "a double text beats none; a third does not"


def test_a_gateway_that_cannot_be_asked_for_long_gives_way_to_the_second_one_time() -> None:
    first, second = Played(then=LEFT, answers_questions=lambda: False), Played("second")
    clinic = Clinic(first, second).live(86400)
    assert len(first.asked) >= ASKED_AT_MOST
    assert clinic.left() == 2


def test_after_a_kill_between_sending_and_telling_every_gateway_is_asked_and_nothing_sent_twice() -> None:
    first, second = Played(plays=[BUSY]), Played("second")
    clinic = Clinic(first, second)
    told = clinic.result

    def killed(_: TextResult) -> None:
        raise KeyboardInterrupt

    clinic.result = killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        clinic.worker.turn()
    clinic.result = told  # type: ignore[method-assign]
    assert second.left == [1]
    clinic.worker = clinic.started()
    clinic.live(3600)
    assert clinic.left() == 1
    assert (first.asked, second.asked) == ([1], [1])
    assert clinic.rows[0].state is TextState.ACCEPTED


def test_after_a_kill_before_sending_the_text_leaves_once() -> None:
    clinic = Clinic(Played())
    clinic.take()
    clinic.worker = clinic.started()
    assert clinic.live(60).left() == 1


def test_a_thousand_outcomes_that_nobody_knows_make_no_double_where_the_gateway_can_be_asked() -> None:
    plays = [(LEFT, LOST, LEFT)[number % 3] for number in range(1000)]
    clinic = Clinic(Played(plays=plays), texts=700, good_for_seconds=7 * 86400).live(7 * 86400, 300.0)
    assert len(clinic.played[0].came) >= 1000
    assert [clinic.left(row.id) for row in clinic.rows] == [1] * 700


def test_a_thousand_texts_through_a_gateway_that_fails_in_every_way_leave_once_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_call, "SEND_SECONDS", 0.3)
    ways: tuple[str | int, ...] = ("drop", "lose", "garbage", 409, "take", 429, "drop", "garbage", 500, "lose", 418, "take")
    fake = FakeGateway(lambda number: "late" if number % 300 == 0 else ways[number % len(ways)])
    fake.keeps_doubles_back = False
    key = tmp_path / "key"
    key.write_text(fake.key, encoding="utf-8")
    key.chmod(0o600)
    gateway = Kavenegar(KavenegarSettings(secret_file=str(key), sender="2000", url=fake.url))
    Clinic(gateway, texts=1000, good_for_seconds=30 * 86400).live(30 * 86400, 300.0)
    fake.stop()
    assert sorted(body for _, body in fake.sent) == sorted(f"text {number}" for number in range(1, 1001))


# ------------------------------------------------------------------------------------------ time, store


def test_nothing_leaves_while_the_stores_time_is_not_known() -> None:
    clinic = Clinic(Played())
    clinic.away = True
    assert clinic.live(60).left() == 0
    clinic.away = False
    assert clinic.live(10).left() == 1


def test_a_text_whose_time_ends_while_the_modem_rests_does_not_leave() -> None:
    clinic = Clinic(Played(every_seconds=4.0), texts=3, good_for_seconds=6.0).live(60)
    assert [clinic.left(text) for text in (1, 2, 3)] == [1, 1, 0]
    assert clinic.rows[2].state is TextState.EXPIRED


def test_an_outcome_is_told_until_the_store_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "ASK_AGAIN_SECONDS", 0.0)
    clinic = Clinic(Played(), texts=1)
    silent = iter([True] * 5)
    told = clinic.ask
    clinic.worker._ask_store = lambda operation: (
        None if isinstance(operation, TextResult) and next(silent, False) else told(operation)
    )
    clinic.worker.turn()
    assert (clinic.left(), clinic.rows[0].state) == (1, TextState.ACCEPTED)


def test_a_gateways_words_are_told_as_the_store_takes_them() -> None:
    clinic = Clinic(Played(), texts=1)
    heard: list[TextResult] = []
    clinic.played[0].send = lambda _: Result(TextOutcome.ACCEPTED, "17\r\n", "x\x00\n" * 300)  # type: ignore[method-assign]
    clinic.result = heard.append  # type: ignore[method-assign]
    clinic.worker.turn()
    (told,) = heard
    assert msgspec.json.decode(msgspec.json.encode(told), type=TextResult) == told


def test_whether_a_text_was_delivered_is_asked_and_told() -> None:
    clinic = Clinic(Played(), texts=1)
    heard: list[TextResult] = []
    followed = TextToFollow(id=1, attempt=1, gateway="first", gateway_id="a")
    gone = TextToFollow(id=2, attempt=1, gateway="sold last year", gateway_id="b")

    def ask(operation: Operation) -> Answer | None:
        if isinstance(operation, TextResult):
            heard.append(operation)
            return Changed()
        return Texts(to_follow=(followed, gone))

    clinic.worker._ask_store = ask
    assert not clinic.worker.turn(), "a question about a delivery is no reason to look again at once"
    assert [(told.text, told.outcome) for told in heard] == [(1, TextOutcome.DELIVERED), (2, TextOutcome.ACCEPTED)]


# ------------------------------------------------------------------------------------------ by chance

PLAYS = st.lists(st.sampled_from([LEFT, LOST, BUSY, NO_CREDIT, TAKEN]), max_size=30)


@given(first=PLAYS, second=PLAYS, ids=st.tuples(st.booleans(), st.booleans()), kills=st.sets(st.integers(1, 40), max_size=4))
def test_whatever_gateways_do_each_text_leaves_once_or_is_doubled_only_where_nobody_could_say(
    first: list[tuple[TextOutcome, bool]], second: list[tuple[TextOutcome, bool]], ids: tuple[bool, bool], kills: set[int]
) -> None:
    clinic = Clinic(
        Played("first", first, knows_our_ids=ids[0]),
        Played("second", second, knows_our_ids=ids[1]),
        texts=6,
        good_for_seconds=86400,
    )
    answer, asked = clinic.ask, [0]

    def killed_at_times(operation: Operation) -> Answer | None:
        asked[0] += 1
        if asked[0] in kills:
            raise KeyboardInterrupt
        return answer(operation)

    clinic.ask = killed_at_times  # type: ignore[method-assign]
    clinic.worker = clinic.started()
    while clinic.seconds < 86400 + 60:
        try:
            clinic.live(86400 + 60 - clinic.seconds, 300.0)
        except KeyboardInterrupt:
            clinic.worker = clinic.started()
    for row in clinic.rows:
        assert clinic.left(row.id) >= 1 or not all(ids), f"lost: {row}"
        assert clinic.left(row.id) <= (1 if all(ids) else 2 + len(kills)), f"doubled: {row}"
        assert row.state in OVER or row.state is TextState.UNKNOWN
