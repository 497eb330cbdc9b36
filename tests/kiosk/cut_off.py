"""A kiosk that has its sheet, before a store that lives and after it was lost."""

from typing import Any

from kiosk_device.actions import SendSettle
from mqtt.contract import Settle, SheetCode, StoreBeat
from tests.kiosk.clinic import NOW_MS, Hand, sheet


def with_sheet(*codes: SheetCode, **facts: Any) -> Hand:
    """A kiosk that has its sheet, before a store that lives."""
    hand = Hand()
    hand.hear(sheet(*codes, **facts))
    hand.hear(StoreBeat(up=True, connection="s", epoch="epoch-1", sequence=1, wall_ms=NOW_MS))
    return hand


def cut_off(*codes: SheetCode, **facts: Any) -> Hand:
    """A kiosk that has its sheet, and lost its store."""
    hand = with_sheet(*codes, **facts)
    hand.lose_the_store()
    return hand


def settle_of(hand: Hand) -> Settle:
    last = hand.last(SendSettle)
    assert isinstance(last, SendSettle)
    return last.operation
