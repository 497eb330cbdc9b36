"""`nobat absent` and `nobat close` in a clinic that runs, and at the ledger where no store does."""

import io
import stat
from pathlib import Path

import pytest

from command_line import operator
from tests.command_line.clinic import Clinic, Nobat
from tests.store.absences import TEMPLATES
from tests.store.clinic import SITE_FILE

CANCEL = ("--cancel", "--agreed-with", "the doctor")
MORADI = ("absent", "--doctor", 3, "--date")


@pytest.fixture(autouse=True)
def _with_texts(clinic: Clinic, nobat: Nobat, tmp_path: Path) -> None:
    file = tmp_path / "with_texts.toml"
    file.write_text(SITE_FILE.read_text(encoding="utf-8") + TEMPLATES, encoding="utf-8")
    assert nobat("load", file).status == 0
    assert clinic.operator.is_file()


def booked(nobat: Nobat, date: str, *more: object) -> str:
    said = nobat("book", "--department", 12, "--doctor", 3, "--date", date, *more)
    assert said.status == 0, said.err
    return said.out[:8]


def test_it_shows_whom_it_touches_then_does_it_and_a_second_time_nothing(nobat: Nobat) -> None:
    with_mobile, without = booked(nobat, "1405/09/10", "--mobile", "09121234567"), booked(nobat, "1405/09/10")
    said = nobat(*MORADI, "1405/09/10", *CANCEL, "--yes")
    assert (said.status, said.err) == (0, "")
    assert "Doctor 3 on 1405/09/10: 2 booked, 0 here already; 1 text; 1 to telephone, without a mobile." in said.out
    assert f"****{with_mobile[-4:]}" in said.out
    assert with_mobile not in said.out.replace("لغو: ", "")
    assert "telephone" in next(line for line in said.out.splitlines() if f"****{without[-4:]}" in line)
    assert "\nAbsence 1: 2 booked" in said.out
    again = nobat(*MORADI, "1405/09/10", *CANCEL, "--yes")
    assert again.status == 0
    assert "Absence 1 was announced before; nothing was done again." in again.out
    other = nobat(*MORADI, "1405/09/10", "--substitute", 4, "--agreed-with", "the doctor", "--yes")
    assert other.status == 1
    assert "not possible now: absence 1 stands for these hours" in other.err


def test_where_nobody_can_be_asked_nothing_is_done_without_yes(nobat: Nobat, monkeypatch: pytest.MonkeyPatch) -> None:
    booked(nobat, "1405/09/11")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    said = nobat(*MORADI, "1405/09/11", *CANCEL)
    assert said.status == 2
    assert "say --yes" in said.err
    assert "Absence" not in said.out


@pytest.mark.parametrize(("typed", "told"), [("n\n", "Nothing was done."), ("y\n", "booked, 0 here already")])
def test_a_person_is_asked(nobat: Nobat, monkeypatch: pytest.MonkeyPatch, typed: str, told: str) -> None:
    booked(nobat, "1405/09/12")

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(typed))
    said = nobat(*MORADI, "1405/09/12", *CANCEL)
    assert said.status == 0
    assert told in said.out.split("Do it?")[1]


def test_who_is_moved_is_shown_with_the_new_date(nobat: Nobat) -> None:
    booked(nobat, "1405/09/15")
    said = nobat(*MORADI, "1405/09/15", "--move-to", "1405/09/16", "--agreed-with", "the doctor", "--yes")
    assert "moved to 1405/09/16" in said.out
    assert nobat("absent", "--undo", 99).status == 2


def test_a_substitute_is_shown_and_all_is_taken_back(nobat: Nobat) -> None:
    booked(nobat, "1405/09/17")
    said = nobat(*MORADI, "1405/09/17", "--from", "8:00", "--to", "9:00", "--substitute", 4, "--agreed-with", "both", "--yes")
    assert "doctor 4" in said.out
    absence = said.out.rsplit("Absence ", 1)[1].split(":")[0]
    assert nobat("absent", "--undo", absence).out == f"Absence {absence} is taken back.\n"
    twice = nobat("absent", "--undo", absence)
    assert twice.status == 2
    assert "unknown absence" in twice.err


def test_a_text_of_ones_own_comes_from_a_file_or_an_editor(
    nobat: Nobat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(nobat, "1405/09/18", "--mobile", "09121234567")
    (tmp_path / "words.txt").write_text("پزشک نیست، کد {code}\n", encoding="utf-8")
    said = nobat(*MORADI, "1405/09/18", *CANCEL, "--text", tmp_path / "words.txt", "--yes")
    assert "پزشک نیست، کد ۰" in said.out or "پزشک نیست، کد " in said.out
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/لغو/ببخشید/' \"$1\"\n", encoding="utf-8")
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("VISUAL", str(editor))
    booked(nobat, "1405/09/19", "--mobile", "09121234567")
    assert "ببخشید: " in nobat(*MORADI, "1405/09/19", *CANCEL, "--edit", "--yes").out
    monkeypatch.setenv("VISUAL", "false")
    failed = nobat(*MORADI, "1405/09/22", *CANCEL, "--edit", "--yes")
    assert failed.status == 1
    assert "the editor 'false' did not end well" in failed.err


def test_the_whole_site_is_closed(nobat: Nobat) -> None:
    booked(nobat, "1405/09/23", "--mobile", "09121234567")
    said = nobat("close", "--date", "1405/09/23", "--from", "8:00", "--agreed-with", "the director", "--yes")
    assert said.status == 0
    assert "The site on 1405/09/23 from 08:00: 1 booked" in said.out
    assert "بسته: " in said.out
    assert nobat("book", "--department", 12, "--doctor", 3, "--date", "1405/09/23").status == 1
    absence = said.out.rsplit("Absence ", 1)[1].split(":")[0]
    assert nobat("close", "--undo", absence).status == 0
    assert nobat("book", "--department", 12, "--doctor", 3, "--date", "1405/09/23").status == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("absent", "--doctor", 3), "give --doctor, --date and --agreed-with"),
        ((*MORADI, "1405/09/10", "--agreed-with", "x"), "give one of --substitute CODE, --move-to DATE and --cancel"),
        ((*MORADI, "1405/09/10", "--agreed-with", "x", "--cancel", "--substitute", 4), "give one of"),
        ((*MORADI, "2026-12-01", *CANCEL), "no Jalali date"),
        ((*MORADI, "1405/09/10", *CANCEL, "--from", "25:00"), "no time of day"),
        ((*MORADI, "1405/09/10", *CANCEL, "--from", "9:00", "--to", "9:00"), "malformed"),
        ((*MORADI, "1405/09/10", *CANCEL, "--from", "13:00", "--to", "10:00"), "not from 13:00 to 10:00"),
        (("absent", "--doctor", 99, "--date", "1405/09/10", *CANCEL), "unknown doctor"),
        ((*MORADI, "1404/09/10", *CANCEL), "bad date: that day is over: date 1404/09/10"),
        ((*MORADI, "1405/09/25", *CANCEL, "--text", "/nowhere/at/all"), "/nowhere/at/all"),
        (("close", "--date", "1405/09/10"), "give --date and --agreed-with"),
        ((*MORADI, "1405/09/25", "--cancel", "--agreed-with", "x" * 300), "agreed_with"),
    ],
)
def test_a_mistake_is_named(nobat: Nobat, asked: tuple[object, ...], told: str) -> None:
    said = nobat(*asked)
    assert said.status == 2
    assert told in said.err


def test_where_no_store_runs_it_is_done_in_the_ledger(nobat: Nobat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "quiet").mkdir()
    quiet = Clinic(tmp_path / "quiet")
    monkeypatch.setenv("NOBAT_OPERATOR", str(quiet.operator))
    monkeypatch.setattr(operator, "CONNECT_WITHIN_SECONDS", 1.0)
    assert nobat("load", SITE_FILE).status == 0
    said = nobat("close", "--date", "1407/01/20", "--agreed-with", "the director", "--yes")
    assert said.status == 0
    assert said.err == "No store runs: this was done in the ledger, and holds when one starts.\n"
    assert "Absence 1: nobody is touched." in said.out
