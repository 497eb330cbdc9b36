"""The telephone's real process with the real broker and store: what callers hear is what the ledger holds."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker import RunningBroker
from tests.phone_line.clinic import Ledger, store_with_a_telephone
from tests.phone_line.running import KEY, RunningTelephone, code_of, ready, soon
from tests.store.running import RunningStore
from twins.asterisk import HANG_UP, Answers, Exchange, Heard, dial_at_once

MOBILE = "09121234567"
BOOKING: Answers = {
    "main_menu": "1",
    "main_menu_with_operator": "1",
    "ask_department": "11",
    "ask_doctor": "01",
    "ask_mobile": "#",
    "offer_caller_number": "1",
    "offer_choice": "1",
}
PATIENT = Exchange(tries=20, pause_seconds=0.3)


@pytest.fixture
def store(broker: RunningBroker, tmp_path: Path) -> Iterator[RunningStore]:
    store = store_with_a_telephone(broker, tmp_path)
    store.start()
    yield store
    store.kill()


@pytest.fixture
def telephone(broker: RunningBroker, store: RunningStore, tmp_path: Path) -> Iterator[RunningTelephone]:
    telephone = RunningTelephone(tmp_path / "phone", broker)
    telephone.start()
    ready(telephone)
    yield telephone
    telephone.close()


@pytest.fixture
def ledger(store: RunningStore) -> Ledger:
    return Ledger(store)


def called(telephone: RunningTelephone, changes: Answers, **more: object) -> Heard:
    return telephone.dial({**BOOKING, **changes}, **more)


def test_the_code_that_is_heard_is_the_booking_in_the_ledger(telephone: RunningTelephone, ledger: Ledger) -> None:
    heard = called(telephone, {}, caller=MOBILE)
    assert heard.result == "done"
    assert ledger.bookings() == {code_of(heard): MOBILE}
    assert ledger.texted() == [MOBILE]
    soon(lambda: "goodbye" in {ended for ended, _ in ledger.ends()})
    assert MOBILE[1:] not in str(ledger.ends())
    assert MOBILE[1:] not in telephone.log()


def test_a_caller_without_a_mobile_hears_the_code_and_is_told_to_write_it_down(
    telephone: RunningTelephone, ledger: Ledger
) -> None:
    heard = called(telephone, {})
    assert ledger.bookings() == {code_of(heard): None}
    assert ledger.texted() == []
    assert "write_it_down" in heard.prompts


@pytest.mark.parametrize("moment", ["offer_choice", "your_code"])
def test_who_hangs_up_before_the_code_was_heard_holds_no_place(
    telephone: RunningTelephone, ledger: Ledger, moment: str
) -> None:
    called(telephone, {moment: HANG_UP})
    soon(lambda: not ledger.bookings() and not ledger.bookings("held"))


def test_who_hangs_up_after_a_text_was_promised_keeps_the_booking(telephone: RunningTelephone, ledger: Ledger) -> None:
    called(telephone, {"your_code": HANG_UP}, caller=MOBILE)
    soon(lambda: "hung_up" in {ended for ended, steps in ledger.ends() if "TellingCode" in steps})
    assert list(ledger.bookings().values()) == [MOBILE]
    assert ledger.texted() == [MOBILE]


def test_thirty_callers_at_once_get_thirty_bookings_each_its_own(telephone: RunningTelephone, ledger: Ledger) -> None:
    mobiles = [f"0912000{number:04}" for number in range(30)]
    calls = [{"caller": mobile, "answers": BOOKING} for mobile in mobiles]
    heard = dial_at_once(calls, "127.0.0.1", telephone.port, key=KEY)
    assert {code_of(one): mobile for one, mobile in zip(heard, mobiles, strict=True)} == ledger.bookings()
    assert sorted(ledger.texted()) == mobiles


def test_a_last_place_is_offered_to_one_of_many(telephone: RunningTelephone, ledger: Ledger) -> None:
    """Doctor 3 has two places a day: what is held by one caller is offered to no other, who gets the next day."""
    calls = [{"answers": {**BOOKING, "ask_department": "12", "ask_doctor": "03"}}] * 12
    heard = dial_at_once(calls, "127.0.0.1", telephone.port, key=KEY)
    assert {code_of(one) for one in heard} == set(ledger.bookings())
    days = Counter(day for (day,) in ledger.rows("SELECT date FROM bookings JOIN sessions ON sessions.id = bookings.session"))
    assert set(days.values()) == {2}


def test_two_bookings_in_one_call(telephone: RunningTelephone, ledger: Ledger) -> None:
    heard = called(telephone, {"ask_mobile": MOBILE, "after_code": ["2", "#"]})
    assert heard.prompts.count("your_code") == 2
    assert list(ledger.bookings().values()) == [MOBILE, MOBILE]


def test_the_code_again_and_a_cancellation(telephone: RunningTelephone, ledger: Ledger) -> None:
    code = code_of(called(telephone, {}, caller=MOBILE))
    again = telephone.dial({"main_menu_with_operator": "2"}, caller=MOBILE)
    told = "".join(prompt.removeprefix("digit/")[0] for prompt in again.prompts if prompt.startswith("digit/"))
    assert told == code
    cancel = {"main_menu_with_operator": ["3", "0"], "ask_code": code, "cancel_choice": "1"}
    heard = telephone.dial(cancel, caller=MOBILE)
    assert "cancelled" in heard.prompts
    assert heard.result == "operator"
    assert ledger.bookings() == {}


def test_a_stranger_can_neither_hear_nor_cancel(telephone: RunningTelephone, ledger: Ledger) -> None:
    code = code_of(called(telephone, {}, caller=MOBILE))
    again = telephone.dial(
        {"main_menu_with_operator": ["2", HANG_UP], "ask_booking_mobile": MOBILE, "ask_date": "1229"}, caller="09350000000"
    )
    assert "no_booking" in again.prompts
    cancel: Answers = {"main_menu_with_operator": ["3", HANG_UP], "ask_code": code, "ask_booking_mobile": "09350000000"}
    assert "no_booking" in telephone.dial(cancel, caller="09350000000").prompts
    assert list(ledger.bookings()) == [code]


def test_todays_hours_are_the_sites(telephone: RunningTelephone) -> None:
    heard = telephone.dial({"main_menu_with_operator": ["4", HANG_UP]})
    told = heard.prompts[heard.prompts.index("hours_today") :]
    assert told[:7] == ("hours_today", "clock/from", "hour/7", "clock/morning", "clock/until", "hour/2", "clock/afternoon")


def test_a_store_that_hangs_is_said_and_leads_to_reception(telephone: RunningTelephone, store: RunningStore) -> None:
    def hang() -> str:
        store.send(signal.SIGSTOP)
        return "01"

    heard = called(telephone, {"ask_doctor": hang, "ask_mobile": MOBILE})
    store.send(signal.SIGCONT)
    assert heard.prompts[-3:] == ("please_wait", "not_possible_now", "to_operator")
    assert heard.result == "operator"


def test_a_telephone_that_is_killed_in_mid_call_comes_back_with_the_same_code(
    telephone: RunningTelephone, ledger: Ledger
) -> None:
    def killed() -> str:
        telephone.kill()
        telephone.launch()
        return ""

    heard = called(telephone, {"code_once_more": [killed, "", ""]}, exchange=PATIENT)
    codes = told(heard)
    assert heard.connections == 2
    assert set(codes) == set(ledger.bookings())
    assert len(codes) == 2
    assert heard.prompts.count("welcome") == 1


def test_a_telephone_that_is_killed_while_a_place_is_offered_books_it_once(telephone: RunningTelephone, ledger: Ledger) -> None:
    def killed() -> str:
        telephone.kill()
        telephone.launch()
        return "1"

    heard = called(telephone, {"ask_mobile": MOBILE, "offer_choice": [killed, "1"]}, exchange=PATIENT)
    assert heard.prompts.count("ask_mobile") == 2
    assert ledger.bookings() == {code_of(heard): MOBILE}
    assert ledger.texted() == [MOBILE]


def test_it_ends_politely_and_gives_its_calls_back(telephone: RunningTelephone) -> None:
    def ended() -> str:
        assert telephone.end(signal.SIGTERM) == 0
        telephone.launch()
        return "1"

    heard = called(telephone, {"ask_department": [ended, "11"]}, exchange=PATIENT)
    assert heard.connections == 2
    assert heard.result == "done"


def told(heard: Heard) -> list[str]:
    """Each code after a «your code»."""
    parts = " ".join(heard.prompts).split("your_code ")[1:]
    return ["".join(word.removeprefix("digit/")[0] for word in part.split() if word.startswith("digit/"))[:8] for part in parts]
