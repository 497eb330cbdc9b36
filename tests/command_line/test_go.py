"""`nobat go`: numbers again after a copy was put back, without a kiosk that is dead."""

import sqlite3
from contextlib import closing

from booking_store.generations import mark_restored
from tests.command_line.clinic import Clinic, Nobat, Said


def test_numbers_are_given_again_on_go_and_the_command_names_who_has_not_settled(nobat: Nobat, clinic: Clinic) -> None:
    early = nobat("go", "--why", "in vain")
    assert early.status == 1
    assert "nothing is waited for" in early.err
    assert nobat("go").status == 2
    before = clinic.walk_in(department=11)

    clinic.store.end()
    mark_restored(clinic.store.url)
    clinic.store.start()
    gone = answered(nobat, "go", "--why", "both kiosks are at the electrician's")
    assert (gone.status, gone.out) == (0, "Numbers are given again. Not settled yet: kiosk-1, kiosk-2.\n")
    assert clinic.walk_in(department=11) > before + 1


def test_a_range_that_cannot_skip_so_far_is_named_with_what_to_do_and_close_ranges_goes_on_without_it(
    nobat: Nobat, clinic: Clinic
) -> None:
    clinic.store.end()
    mark_restored(clinic.store.url)
    with closing(sqlite3.connect(clinic.store.url.removeprefix("sqlite:///"))) as ledger, ledger:
        ledger.execute("UPDATE ledger SET lost_from_ms = lost_from_ms - 60000")
    clinic.store.start()
    refused = answered(nobat, "go", "--why", "we cannot wait")
    assert refused.status == 1
    assert refused.err.count("department 21 walk-in 310-319") == 1
    assert "kiosk-1, kiosk-2" in refused.err
    assert "--close-ranges" in refused.err
    gone = nobat("go", "--why", "we cannot wait", "--close-ranges")
    assert gone.status == 0
    assert "closed for today: department 21 walk-in 310-319" in gone.out
    assert clinic.walk_in(department=11)


def answered(nobat: Nobat, *words: str) -> Said:
    """What a command says once the store that was just started answers it."""
    said = nobat(*words)
    while "does not answer" in said.err:
        said = nobat(*words)
    return said
