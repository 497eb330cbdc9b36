"""How many wrong codes lock code entry, for how long, and when they are forgotten."""

from kiosk_device.state import ReadingRefusal
from mqtt.contract import Reason
from tests.kiosk.clinic import CODE, SITE, TICKET, WRONG_CODE, Hand


def mistyped(hand: Hand, times: int) -> None:
    """Wrong codes, each read and left."""
    for _ in range(times):
        hand.type_digits(WRONG_CODE)
        hand.press("erase")


def test_the_lock_tells_for_how_long_it_is_and_after_it_wrong_codes_count_from_the_beginning() -> None:
    hand = Hand()
    mistyped(hand, 4)
    hand.type_digits(WRONG_CODE)
    refused = hand.kiosk.mode
    assert isinstance(refused, ReadingRefusal)
    assert (refused.refusal.reason, refused.refusal.retry_after_seconds) == (Reason.CODE_LOCKED, SITE.kiosk.lock_seconds)
    hand.press("erase")
    hand.wait(SITE.kiosk.lock_seconds)
    mistyped(hand, 4)
    assert not hand.kiosk.wrong_codes.locked(hand.now)
    mistyped(hand, 1)
    assert hand.kiosk.wrong_codes.locked(hand.now)


def test_the_wrong_codes_of_the_one_before_are_forgotten_after_two_minutes_without_one() -> None:
    hand = Hand()
    mistyped(hand, 4)
    hand.wait(119.0)
    assert hand.kiosk.wrong_codes.count == 4
    mistyped(hand, 1)
    assert hand.kiosk.wrong_codes.locked(hand.now)
    other = Hand()
    mistyped(other, 4)
    other.wait(120.0)
    mistyped(other, 4)
    assert not other.kiosk.wrong_codes.locked(other.now)


def test_a_code_that_the_store_knows_forgives_the_wrong_ones() -> None:
    hand = Hand()
    mistyped(hand, 4)
    hand.type_digits(CODE)
    hand.answer(TICKET)
    hand.printed()
    hand.press("green")
    mistyped(hand, 4)
    assert not hand.kiosk.wrong_codes.locked(hand.now)
