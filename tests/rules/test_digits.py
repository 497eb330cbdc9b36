"""Hours as people say them: no zero in front, in Latin digits and in Persian ones."""

import pytest

from rules.digits import plain_clock


@pytest.mark.parametrize(("clock", "said"), [("08:30", "8:30"), ("۰۸:۳۰", "۸:۳۰"), ("10:05", "10:05"), ("00:15", "0:15")])
def test_an_hour_is_written_without_the_zero_in_front(clock: str, said: str) -> None:
    assert plain_clock(clock) == said
