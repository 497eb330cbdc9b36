"""`nobat day`: the service day by hand, from its hours' opening to its end and its repair."""

from booking_store.generations import mark_restored
from tests.command_line.clinic import Clinic, Nobat


def test_the_day_is_shown_stopped_resumed_and_ended(nobat: Nobat, clinic: Clinic) -> None:
    number = clinic.walk_in(department=11)
    assert nobat("day", "show").out == "service day 1, 1405/09/01: accepting\n"
    assert nobat("day", "stop").out == "service day 1, 1405/09/01: calling only\n"
    assert nobat("day", "resume").out == "service day 1, 1405/09/01: accepting\n"
    assert nobat("day", "open").out == "service day 1, 1405/09/01: accepting\n"

    waiting = nobat("day", "end")
    assert waiting.status == 1
    assert "tickets waiting" in waiting.err
    assert str(number) in waiting.err

    ended = nobat("day", "end", "--outcome", "sent home")
    assert ended.status == 0
    assert f"tickets given an outcome: {number}\n" in ended.out
    shown = nobat("day", "show").out
    assert "closed, opens 1405/09/02 07:00" in shown
    assert "1 sent home" in nobat("report").out


def test_the_day_of_a_store_that_is_away_is_shown_as_old(nobat: Nobat, clinic: Clinic) -> None:
    clinic.store.end()
    assert nobat("day", "show").out.endswith("\nThe store is away; this is how it stood.\n")


def test_the_day_names_the_kiosks_that_the_store_waits_for(nobat: Nobat, clinic: Clinic) -> None:
    clinic.store.end()
    mark_restored(clinic.store.url)
    clinic.store.start()
    shown = nobat("day", "show")
    while "is away" in shown.out:
        shown = nobat("day", "show")
    assert "The store waits for kiosk-1, kiosk-2: they have to settle their day again" in shown.out
    assert "The store waits for kiosk-1, kiosk-2" in nobat("board", "--once").out


def test_a_repair_needs_a_day_and_a_reason(nobat: Nobat, clinic: Clinic) -> None:
    assert nobat("day", "repair", 1).status == 2
    nowhere = nobat("day", "repair", "--why", "opened by mistake")
    assert nowhere.status == 1
    assert "name the day to repair, or confirm the clock" in nowhere.err
    assert nobat("day", "repair", 77, "--why", "opened by mistake").status == 1
    assert nobat("day", "open").status == 0
    assert nobat("day", "repair", "۱", "--why", "opened by mistake").status == 0
