"""Which calls a board holds: the last ones for the eye, and every one that may still be spoken (PROTOCOL rule 12)."""

from rules.calls import first_on_board


def test_a_quiet_hall_keeps_the_last_calls_however_old_they_are() -> None:
    assert first_on_board([0, 1000, 2000], now_ms=10**6, most=2, spoken_within_ms=90_000) == 1
    assert first_on_board([0], now_ms=10**6, most=2, spoken_within_ms=90_000) == 0
    assert first_on_board([], now_ms=10**6, most=2, spoken_within_ms=90_000) == 0


def test_a_busy_hall_keeps_every_call_that_may_still_be_spoken() -> None:
    called_at_ms = [9_999, 10_000, 10_001, 50_000, 60_000]
    assert first_on_board(called_at_ms, now_ms=100_000, most=1, spoken_within_ms=90_000) == 2
