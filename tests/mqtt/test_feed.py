"""Law 7, no screen lies: a screen knows within 6 s that what it shows may be old, by its own clock alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from mqtt.contract import BEAT_EVERY_SECONDS, Progress, StoreBeat
from mqtt.feed import Feed, compared, connected, disconnected, heard_beat

LAW_SECONDS = 6.0
PROGRESS = (Progress(topic="point/counter-1", sequence=5),)
UP = StoreBeat(up=True, connection="c1", epoch="e1", sequence=7, wall_ms=1_000_000, progress=PROGRESS)
WILL = StoreBeat(up=False, connection="c1")
FRESH = heard_beat(Feed(connected=True), UP, live=True, now=100.0)


def test_a_screen_that_never_heard_a_beat_is_lost() -> None:
    assert Feed().lost(0.0)
    assert Feed(connected=True).lost(0.0)


def test_a_screen_that_hears_beats_is_not_lost() -> None:
    feed = FRESH
    for beat in range(1, 20):
        now = 100.0 + beat * BEAT_EVERY_SECONDS
        assert not feed.lost(now)
        feed = heard_beat(feed, UP, live=True, now=now)


@given(silence=st.floats(0, 60, allow_nan=False))
def test_silence_is_told_within_the_law_and_one_late_beat_is_forgiven(silence: float) -> None:
    if silence >= LAW_SECONDS:
        assert FRESH.lost(100.0 + silence)
    if silence <= 2 * BEAT_EVERY_SECONDS:
        assert not FRESH.lost(100.0 + silence)


def test_the_deadline_is_the_moment_at_which_the_feed_is_lost() -> None:
    deadline = FRESH.deadline()
    assert deadline is not None
    assert FRESH.lost(deadline)
    assert not FRESH.lost(deadline - 0.01)
    assert Feed().deadline() is None


def test_a_screen_without_its_broker_is_lost_at_once() -> None:
    assert disconnected(FRESH).lost(100.0)
    assert not connected(disconnected(FRESH)).lost(100.5), "the same store's next beat may be on its way"


def test_whose_snapshots_come_is_not_known_before_the_first_beat_on_a_connection() -> None:
    assert Feed(connected=True).live_epoch is None
    assert FRESH.live_epoch == "e1"
    assert connected(disconnected(FRESH)).live_epoch is None
    assert heard_beat(FRESH, WILL, live=True, now=100.5).live_epoch is None
    again = heard_beat(connected(disconnected(FRESH)), structs.replace(UP, epoch="e2"), live=True, now=101.0)
    assert again.live_epoch == "e2"


def test_the_stores_last_will_loses_the_feed_at_once() -> None:
    assert heard_beat(FRESH, WILL, live=True, now=100.5).lost(100.5)


def test_the_late_will_of_an_older_connection_means_nothing() -> None:
    again = heard_beat(FRESH, structs.replace(UP, connection="c2"), live=True, now=101.0)
    assert not heard_beat(again, WILL, live=True, now=101.5).lost(101.5)


def test_a_beat_that_the_broker_had_kept_proves_nothing() -> None:
    assert heard_beat(Feed(connected=True), UP, live=False, now=100.0).lost(100.0)


@pytest.mark.parametrize(("epoch", "sequence"), [("e0", 9), (None, 0), ("e1", 4)])
def test_a_snapshot_older_than_the_stores_own_is_told(epoch: str | None, sequence: int) -> None:
    behind = compared(FRESH, FRESH, "point/counter-1", epoch, sequence, now=100.0)
    heard = heard_beat(FRESH, UP, live=True, now=104.0)
    behind = compared(heard, behind, "point/counter-1", epoch, sequence, now=104.0)
    assert not behind.lost(104.0)  # it may be on its way
    behind = compared(heard, behind, "point/counter-1", epoch, sequence, now=105.0)
    assert behind.lost(105.0)
    assert behind.deadline() == 105.0
    caught_up = compared(heard, behind, "point/counter-1", "e1", 5, now=105.5)
    assert not caught_up.lost(105.5)


def test_nothing_is_compared_before_the_first_beat() -> None:
    assert compared(Feed(connected=True), Feed(), "point/counter-1", None, 0, now=1.0) == Feed(connected=True)


def test_the_stores_time_goes_on_between_beats_and_is_unknown_without_one() -> None:
    assert FRESH.wall_ms(101.5) == 1_001_500
    assert Feed().wall_ms(101.5) is None
    assert heard_beat(FRESH, WILL, live=True, now=101.0).wall_ms(101.5) is None
