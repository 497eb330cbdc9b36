"""The modes of a store after its start and after a lost ledger, and how far its ranges skip."""

import pytest

from mqtt.contract import Want
from rules.generations import MODES, Event, Mode, Wants, after, knows, loss, missing, most_printed, skipped_to
from rules.site import NumberRange

RANGE = NumberRange(150, 159)


def test_no_number_is_given_before_the_kiosks_have_told_or_settled_unless_an_operator_says_go() -> None:
    assert {mode for mode, conduct in MODES.items() if conduct.gives_numbers} == {Mode.OPEN, Mode.GONE}


def test_only_go_and_all_kiosks_together_end_the_settling() -> None:
    assert {event: after(Mode.SETTLING, event) for event in Event} == {
        Event.LOST: Mode.SETTLING,
        Event.LOST_AGAIN: Mode.SETTLING,
        Event.GO: Mode.GONE,
        Event.DONE: Mode.OPEN,
    }


def test_after_go_a_kiosk_that_saw_the_lost_ledger_stops_nobody() -> None:
    assert after(Mode.GONE, Event.LOST) is Mode.GONE
    assert MODES[Mode.GONE].wants is Wants.SETTLE_AGAIN


@pytest.mark.parametrize("mode", [Mode.OPEN, Mode.ASKING])
def test_a_lost_ledger_is_noticed_at_the_start_and_later(mode: Mode) -> None:
    assert after(mode, Event.LOST) is Mode.SETTLING
    assert after(mode, Event.GO) is mode


@pytest.mark.parametrize("mode", [Mode.GONE, Mode.ASKING_GONE])
def test_after_go_a_second_old_copy_is_noticed(mode: Mode) -> None:
    assert after(mode, Event.LOST_AGAIN) is Mode.SETTLING


@pytest.mark.parametrize(
    ("settled_since", "began_ms", "lost_until_ms", "event"),
    [
        (False, None, 100, Event.LOST),
        (False, 99, 100, Event.LOST),
        (False, 100, 100, Event.LOST_AGAIN),
        (False, 100, None, Event.LOST),
        (True, None, None, Event.LOST_AGAIN),
    ],
)
def test_whoever_settled_since_or_saw_an_epoch_that_began_since_tells_of_a_later_loss(
    settled_since: bool, began_ms: int | None, lost_until_ms: int | None, event: Event
) -> None:
    assert loss(settled_since=settled_since, began_ms=began_ms, lost_until_ms=lost_until_ms) is event


def test_every_mode_leads_back_to_the_open_one() -> None:
    for mode in Mode:
        assert after(after(mode, Event.DONE), Event.DONE) is Mode.OPEN


def test_the_words_are_the_contracts() -> None:
    assert {word.value for word in Wants} == {word.value for word in Want}


def test_a_history_holds_what_was_seen_up_to_its_last_commit_of_that_epoch() -> None:
    assert knows(7, 7)
    assert not knows(7, 8)
    assert not knows(None, 0)


def test_who_has_not_told_is_waited_for_and_who_is_no_kiosk_of_the_site_is_not() -> None:
    assert missing({"kiosk-1", "kiosk-2"}, {"kiosk-2", "kiosk-9"}) == {"kiosk-1"}
    assert not missing(set(), set())


@pytest.mark.parametrize(
    ("lost_ms", "kiosks", "most"), [(0, 1, 1), (3_999, 1, 1), (4_000, 1, 2), (8_000, 2, 6), (-5, 1, 1), (60_000, 0, 0)]
)
def test_a_kiosk_prints_one_ticket_in_four_seconds_at_the_most(lost_ms: int, kiosks: int, most: int) -> None:
    assert most_printed(lost_ms, kiosks) == most


@pytest.mark.parametrize(
    ("highest", "most", "to"),
    [(None, 3, 152), (150, 3, 153), (155, 3, 158), (156, 3, None), (159, 1, None), (None, 10, None), (152, 0, 152)],
)
def test_a_range_skips_only_where_a_number_is_left_behind_the_jump(highest: int | None, most: int, to: int | None) -> None:
    assert skipped_to(RANGE, highest, most) == to
