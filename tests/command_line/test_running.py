"""The technician's commands in a clinic that runs: what they do, say and refuse."""

import csv
import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from command_line.operator import FailedError, accepted, at_the_desk, read_operator_settings
from mqtt.contract import CallNext, PointState, Press, Pressed
from tests.broker import RunningBroker
from tests.command_line.clinic import Clinic, Nobat
from tests.store.clinic import SITE_FILE

pytestmark = pytest.mark.usefixtures("clinic")


def test_a_booking_gives_its_code_and_its_day(nobat: Nobat) -> None:
    said = nobat("book", "--department", 12, "--doctor", 3, "--mobile", "09121234567", "--date", "1405/09/03")
    assert (said.status, said.err) == (0, "")
    assert re.fullmatch(r"\d{8}  1405/09/03 08:00-10:00  department 12, doctor 3\n", said.out)


def test_persian_digits_are_read_in_codes_dates_times_and_mobiles(nobat: Nobat) -> None:
    said = nobat("book", "--department", "۲۱", "--mobile", "۰۹۱۲۱۲۳۴۵۶۷", "--date", "۱۴۰۵/۰۹/۰۴")
    assert "1405/09/04" in said.out
    assert nobat("late", "--doctor", "۴", "--until", "۱۰:۳۰").out == "Doctor 4 is late until 10:30.\n"


def test_the_last_place_is_given_once(nobat: Nobat) -> None:
    wish = ("book", "--department", 12, "--doctor", 4, "--date", "1405/09/05")
    assert [nobat(*wish).status for _ in range(3)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--department", 99), "unknown department"),
        (("--department", 12, "--doctor", 77), "unknown doctor"),
        (("--department", -1), "--department"),
        (("--department", "heart"), "'--department': 'heart' is no number"),
        (("--department", 12, "--date", "1404/12/30"), "'1404/12/30' is no Jalali date; write it like 1405/09/03"),
        (("--department", 12, "--date", "2026-11-24"), "no Jalali date"),
        (("--department", 12, "--date", ""), "no Jalali date"),
        (("--department", 12, "--date", "1405/09/03/1"), "no Jalali date"),
        (("--department", 12, "--mobile", "12345"), "bad mobile"),
        ((), "--department"),
    ],
)
def test_a_mistake_in_a_booking_is_named(nobat: Nobat, asked: tuple[object, ...], told: str) -> None:
    said = nobat("book", *asked)
    assert (said.status, said.out) == (2, "")
    assert told in said.err


def test_a_day_that_cannot_be_booked_is_no_mistake_of_the_asker(nobat: Nobat) -> None:
    said = nobat("book", "--department", 12, "--date", "1408/01/10")
    assert said.status == 1
    assert "beyond horizon" in said.err
    assert "date 1408/01/10" in said.err


def test_a_day_that_is_over_is_named_as_it_was_typed(nobat: Nobat) -> None:
    said = nobat("book", "--department", 12, "--date", "1404/01/10")
    assert said.status == 2
    assert said.err.startswith("nobat: bad date: that day is over: date 1404/01/10")


def test_a_doctor_is_late_and_then_here(nobat: Nobat) -> None:
    assert nobat("late", "--doctor", 3, "--until", "9:30").out == "Doctor 3 is late until 09:30.\n"
    assert nobat("late", "--doctor", 3, "--here").out == "Doctor 3 is here.\n"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--doctor", 3), "give either --until HH:MM or --here"),
        (("--doctor", 3, "--until", "10:30", "--here"), "give either"),
        (("--doctor", 3, "--until", "25:00"), "'25:00' is no time of day; write it like 10:30"),
        (("--doctor", 3, "--until", ""), "no time of day"),
        (("--doctor", 99, "--here"), "unknown doctor"),
        (("--doctor", 3, "--here", "--date", "1405/13/01"), "no Jalali date"),
    ],
)
def test_a_mistake_about_a_late_doctor_is_named(nobat: Nobat, asked: tuple[object, ...], told: str) -> None:
    said = nobat("late", *asked)
    assert said.status == 2
    assert told in said.err


def test_a_ticket_is_called_recalled_and_taken_back(nobat: Nobat, clinic: Clinic) -> None:
    number = clinic.walk_in(department=21)
    assert f"counter-1: number {number}, " in nobat("call", "counter-1").out
    assert f"number {number}" in nobat("call", "counter-1", "recall").out
    assert "counter-1: nobody" in nobat("call", "counter-1", "finish").out
    assert f"number {number}" in nobat("call", "counter-1", "undo").out
    assert nobat("call", "counter-1", "finish").status == 0


def test_a_ticket_is_called_by_its_number_and_sent_to_the_cashier(nobat: Nobat, clinic: Clinic) -> None:
    number = clinic.walk_in(department=21)
    assert f"number {number}" in nobat("call", "counter-1", "number", number).out
    assert "nobody" in nobat("call", "counter-1", "to-stage", "cashier", "--come-back").out
    assert f"number {number}" in nobat("call", "counter-2", "number", number).out
    assert nobat("call", "counter-2", "not-served", "went home").status == 0


def test_a_point_pauses_closes_and_opens(nobat: Nobat, tmp_path: Path) -> None:
    with_reasons = tmp_path / "with_reasons.toml"
    text = SITE_FILE.read_text(encoding="utf-8")
    with_reasons.write_text(text + '\n[pause_reasons]\nprayer = { fa = "نماز" }\n', encoding="utf-8")
    assert nobat("load", with_reasons).status == 0
    assert nobat("call", "room-1", "pause", "prayer", "--until", "12:45").out == "room-1: nobody, 0 waiting, paused\n"
    assert nobat("call", "room-1", "resume").out == "room-1: nobody, 0 waiting, open\n"
    assert nobat("call", "room-1", "close").out == "room-1: nobody, 0 waiting, closed\n"
    assert nobat("call", "room-1", "resume").status == 0
    assert nobat("load", SITE_FILE).status == 0


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        (("counter-9",), 2, "no point 'counter-9'; there are counter-1, counter-2, room-1, room-2"),
        (("point/#",), 2, "no point 'point/#'"),
        (("counter-1", "shout"), 2, "no act 'shout'; there are next, recall"),
        (("counter-1", "number"), 2, "number needs a word after it"),
        (("counter-1", "number", "twelve"), 2, "'twelve' is no ticket number"),
        (("counter-1", "number", "777"), 2, "unknown number"),
        (("counter-1", "pause", "prayer", "--until", "noon"), 2, "no time of day"),
        (("counter-1", "pause", "boredom"), 1, "no pause reason of the site"),
        (("room-2", "next"), 1, "nobody waits"),
        (("room-2", "recall"), 1, "nothing current"),
    ],
)
def test_a_press_that_cannot_be_done_says_why(nobat: Nobat, asked: tuple[str, ...], status: int, told: str) -> None:
    said = nobat("call", *asked)
    assert said.status == status
    assert told in said.err


def test_a_press_on_what_the_point_no_longer_shows_is_refused(clinic: Clinic) -> None:
    with at_the_desk(read_operator_settings(clinic.operator), "point/room-2") as desk:
        seen = desk.first("point", "room-2", PointState)
        late = Press(point="room-2", epoch=seen.epoch, revision=seen.revision + 1, act=CallNext())
        with pytest.raises(FailedError, match="stale"):
            accepted(desk.ask(late), Pressed)


def test_the_board_shows_points_and_zones_once(nobat: Nobat) -> None:
    said = nobat("board", "--once")
    assert said.status == 0
    for shown in ("Small Clinic", "counter-1", "counter-2", "room-1", "room-2", "hall-1: "):
        assert shown in said.out


def test_the_report_is_a_table_for_people(nobat: Nobat, clinic: Clinic) -> None:
    clinic.walk_in(department=11)
    said = nobat("report")
    assert said.status == 0
    for shown in ("1405/09/01", "issued", "no-shows", "11 داخلی", "08:00"):
        assert shown in said.out


def test_the_report_is_csv_and_json_for_programs(nobat: Nobat, clinic: Clinic) -> None:
    clinic.walk_in(department=11)
    rows = list(csv.DictReader(StringIO(nobat("report", "--format", "csv").out)))
    figures = json.loads(nobat("report", "--format", "json", "--date", "1405/09/01").out)
    assert rows[0]["by"] == "all"
    assert int(rows[0]["issued"]) == figures["all"]["issued"] >= 1
    assert {row["by"] for row in rows} == {"all", "department", "hour"}
    assert figures["date"] == "2026-11-22"


def test_a_day_that_was_not_has_no_report(nobat: Nobat) -> None:
    said = nobat("report", "--date", "1405/08/01")
    assert (said.status, said.err) == (1, "nobat: no service day on 1405/08/01\n")
    assert nobat("report", "--date", "yesterday").status == 2
    assert nobat("report", "--format", "pdf").status == 2


def test_a_site_file_that_says_nothing_new_changes_nothing(nobat: Nobat) -> None:
    assert nobat("load", SITE_FILE).out == "Nothing changed.\n"


def test_a_change_of_the_site_file_is_told_before_and_when_it_is_made(nobat: Nobat, tmp_path: Path) -> None:
    changed = tmp_path / "new.toml"
    text = SITE_FILE.read_text(encoding="utf-8")
    changed.write_text(text.replace('fa = "سالن ۱"', 'fa = "سالن بزرگ"'), encoding="utf-8")
    would = nobat("load", changed, "--dry-run")
    does = nobat("load", changed)
    assert would.status == does.status == 0
    assert would.out == does.out != "Nothing changed.\n"
    assert nobat("load", changed).out == "Nothing changed.\n"
    assert nobat("load", SITE_FILE).status == 0


def test_a_broken_site_file_is_refused_with_all_its_problems(nobat: Nobat, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    text = SITE_FILE.read_text(encoding="utf-8")
    broken.write_text(text.replace("phone = 20", "fone = 20").replace("walk_in = 3", "walk_in = -3"), encoding="utf-8")
    said = nobat("load", broken)
    assert said.status == 2
    assert said.out == ""
    assert said.err.count("broken.toml:") == len(said.err.splitlines()) >= 3
    assert 'fone: unknown key; did you mean "phone"?' in said.err
    assert "walk_in" in said.err


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "cannot be read"), (b"\xff\xfe", "cannot be read"), (b"schema = ", "not TOML"), (b"", "schema")],
)
def test_a_file_that_is_no_site_file_is_refused(nobat: Nobat, tmp_path: Path, content: bytes | None, told: str) -> None:
    file = tmp_path / "site.toml"
    if content is not None:
        file.write_bytes(content)
    said = nobat("load", file)
    assert said.status == 2
    assert told in said.err


def test_a_site_file_of_another_clinic_is_refused(nobat: Nobat, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(SITE_FILE.read_text(encoding="utf-8").replace('id = "small"', 'id = "large"'), encoding="utf-8")
    said = nobat("load", other)
    assert said.status == 2
    assert 'this store serves the site "small"' in said.err


def test_a_wrong_password_is_told(nobat: Nobat, clinic: Clinic, broker: RunningBroker) -> None:
    elsewhere = broker.login("operator").password_file
    clinic.write_operator_file(password_file=str(elsewhere))
    try:
        said = nobat("late", "--doctor", 3, "--here")
    finally:
        clinic.write_operator_file()
    assert said.status == 1
    assert "cannot reach the broker" in said.err
    assert "ot authori" in said.err


def test_a_password_file_that_is_not_there_is_told(nobat: Nobat, clinic: Clinic) -> None:
    clinic.write_operator_file(password_file="/nowhere/secret")  # noqa: S106  a place
    try:
        said = nobat("board", "--once")
    finally:
        clinic.write_operator_file()
    assert said.status == 1
    assert "/nowhere/secret" in said.err


def test_the_installed_command_ends_with_the_same_status(clinic: Clinic) -> None:
    command = [sys.executable, "-m", "command_line", "book", "--department", "99"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "nobat: unknown department: department 99\n"
