"""Copies by hand: nobat backup, copies, restore, beside a clinic and after it is lost."""

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from booking_store.ledger import Ledger
from command_line.dates import jalali
from tests.command_line.clinic import Nobat, Said
from tests.store.clinic import Clinic, moment_ms


@pytest.fixture
def lone_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """A store without wires, its operator's settings found by the command; the copies' folder is on the same device."""
    (tmp_path / "copies").mkdir()
    settings = tmp_path / "operator.toml"
    settings.write_text(
        f'site = "small"\ndatabase = "sqlite:///{tmp_path}/ledger.sqlite"\n[copies]\nfolder = "{tmp_path}/copies"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("NOBAT_OPERATOR", str(settings))
    clinic = Clinic(lambda: Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite", moment_ms("06:00")))
    yield clinic
    clinic.ledger.close()


def copies_in(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "copies").glob("ledger-*"))


def test_a_folder_on_the_ledgers_own_device_is_no_second_device(nobat: Nobat, lone_ledger: Clinic, tmp_path: Path) -> None:
    said = nobat("backup")
    assert said.status == 1
    assert "own device" in said.err
    assert copies_in(tmp_path) == []


def test_the_timer_waits_without_a_word_for_a_folder_and_a_person_is_told_that_there_is_none(
    nobat: Nobat, lone_ledger: Clinic, tmp_path: Path
) -> None:
    settings = tmp_path / "operator.toml"
    settings.write_text(settings.read_text().partition("[copies]")[0])
    assert nobat("backup", "--if-set-up") == Said(0, "", "")
    asked = nobat("backup")
    assert (asked.status, "[copies] folder" in asked.err) == (2, True)
    assert nobat("backup", "--if-set-up", "--to", tmp_path / "copies").out.startswith("copied ledger-g")


def test_a_copy_by_hand_is_made_listed_and_not_made_twice(nobat: Nobat, lone_ledger: Clinic, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    assert nobat("backup", "--to", folder).out.startswith("copied ledger-g")
    assert nobat("backup", "--to", folder).out.startswith("nothing new since ledger-g")
    assert nobat("copies").out.startswith("good      ledger-g")
    os.truncate(copies_in(tmp_path)[0], 9000)
    said = nobat("copies")
    assert said.status == 1
    assert said.out.startswith("NOT GOOD")


def test_a_folder_may_be_named_from_where_one_stands(nobat: Nobat, lone_ledger: Clinic) -> None:
    assert nobat("backup", "--to", "copies").out.startswith("copied ledger-g")
    assert nobat("copies", "copies").out.startswith("good      ledger-g")
    lone_ledger.ledger.close()
    assert nobat("restore", "--from", "copies", "--yes").status == 0


def test_a_copy_is_told_by_the_sites_clock_wherever_its_machine_stands(
    nobat: Nobat, lone_ledger: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lone_ledger.walk_in()
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    time.tzset()
    try:
        made = nobat("backup", "--to", tmp_path / "copies").out
        listed = nobat("copies").out
        (tmp_path / "ledger.sqlite").rename(tmp_path / "lost.sqlite")
        looked = nobat("restore", "--check").out
    finally:
        monkeypatch.undo()
        time.tzset()
    at_the_clinic = datetime.fromtimestamp(lone_ledger.ledger.last_commit_ms / 1000, ZoneInfo("Asia/Tehran"))
    for said in (made, listed, looked):
        assert f"to {jalali(at_the_clinic.date().isoformat())} {at_the_clinic:%H:%M:%S}" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a second device")
def test_a_second_device_is_told_by_its_mount(nobat: Nobat, lone_ledger: Clinic, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        assert nobat("backup").status == 0
        assert len(copies_in(tmp_path)) == 1
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_lost_ledger_is_put_back_in_words_that_a_tired_person_understands(
    nobat: Nobat, lone_ledger: Clinic, tmp_path: Path
) -> None:
    lone_ledger.walk_in()
    nobat("backup", "--to", tmp_path / "copies")
    held = nobat("restore", "--yes")
    assert held.status == 1
    assert "systemctl stop nobat-store" in held.err
    lone_ledger.walk_in()
    lone_ledger.ledger.close()
    looked = nobat("restore", "--check")
    assert "The ledger: sound, 2 tickets" in looked.out
    assert "Tickets of the ledger that are not in it: 1" in looked.out
    assert not list(tmp_path.glob("set-aside-*"))
    (tmp_path / "ledger.sqlite").unlink()
    looked = nobat("restore", "--check")
    assert "The ledger: it is gone" in looked.out
    assert "about" in looked.out
    done = nobat("restore")
    assert done.status == 0
    assert "nobat go" in done.out
    lone_ledger.restart()
    assert lone_ledger.one("SELECT count(*) AS given FROM tickets").given == 1


def test_a_copy_that_has_more_than_the_ledger_says_how_many(nobat: Nobat, lone_ledger: Clinic, tmp_path: Path) -> None:
    lone_ledger.ledger.close()
    younger = (tmp_path / "ledger.sqlite").read_bytes()
    lone_ledger.restart()
    for _ in range(3):
        lone_ledger.walk_in()
    nobat("backup", "--to", tmp_path / "copies")
    lone_ledger.ledger.close()
    (tmp_path / "ledger.sqlite").write_bytes(younger)
    assert "It has 3 tickets more than the ledger" in nobat("restore", "--check").out


def test_pages_that_are_spoilt_are_told_with_the_next_step(nobat: Nobat, lone_ledger: Clinic, tmp_path: Path) -> None:
    lone_ledger.walk_in()
    lone_ledger.ledger.close()
    with (tmp_path / "ledger.sqlite").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * ((tmp_path / "ledger.sqlite").stat().st_size - 4096))
    for reading in (("report",), ("backup", "--to", tmp_path / "copies")):
        said = nobat(*reading)
        assert said.status == 1
        assert "malformed. The ledger is damaged: put the newest good copy in its place with nobat restore" in said.err


def test_no_good_copy_is_said_and_nothing_is_touched(nobat: Nobat, lone_ledger: Clinic, tmp_path: Path) -> None:
    lone_ledger.ledger.close()
    before = (tmp_path / "ledger.sqlite").read_bytes()
    said = nobat("restore", "--yes")
    assert said.status == 1
    assert "no good copy" in said.err
    assert (tmp_path / "ledger.sqlite").read_bytes() == before
    lone_ledger.restart()
