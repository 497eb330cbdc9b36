"""`nobat go`: numbers again after a copy was put back, without a kiosk that is dead."""

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


def answered(nobat: Nobat, *words: str) -> Said:
    """What a command says once the store that was just started answers it."""
    said = nobat(*words)
    while "does not answer" in said.err:
        said = nobat(*words)
    return said
