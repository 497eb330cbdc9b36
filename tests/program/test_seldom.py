"""What fails at every turn is told now and then."""

from program.seldom import Seldom


def test_the_same_is_told_once_in_its_seconds_and_another_at_once() -> None:
    seldom = Seldom(10.0)
    assert seldom.is_due("the disk is full", 100.0)
    assert not seldom.is_due("the disk is full", 109.9)
    assert seldom.is_due("the lamp is out", 109.9)
    assert seldom.is_due("the disk is full", 110.0)
    assert not seldom.is_due("the lamp is out", 110.0)


def test_a_clock_that_was_set_back_silences_nothing() -> None:
    seldom = Seldom(10.0)
    assert seldom.is_due("the disk is full", 7200.0)
    assert seldom.is_due("the disk is full", 0.0)
