"""systemd takes every unit without a word, and each program is shut in, watched and started again for ever."""

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from booking_store.seal import NO_KEY
from command_line.__main__ import app
from command_line.demo.clinic import MEMORY
from command_line.doctor.site import OFFICE_KEY
from command_line.first_boot.command import SHOWN_SECONDS

SYSTEMD = Path(__file__).parents[2] / "systemd"
DEBIAN_BROKER = Path("/lib/systemd/system/mosquitto.service")
PYTHON = "/opt/nobat/current/.venv/bin/python"
UNITS = (
    "nobat-store.service",
    "nobat-phone-line.service",
    "nobat-kiosk@kiosk-1.service",
    "nobat-display@counter-1.service",
    "nobat-console.service",
    "nobat-patient-page.service",
    "nobat-letter-page.service",
    "nobat-schedule.service",
    "nobat-backup.service",
    "nobat-copies.service",
    "nobat-waiting.service",
    "nobat-first-boot.service",
    "nobat-whole.service",
    "nobat-screens.service",
    "mosquitto.service",
)
COMPOSITOR = "nobat-screens.service"
TWO_SCREENS = ("nobat-kiosk@.service.d/40-two-screens.conf", "nobat-display@.service.d/40-two-screens.conf")
EXPOSURE_LIMIT = 25  # tenths: 2.5 of 10, where a bare unit has 9.6

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
needs_broker = pytest.mark.skipif(not DEBIAN_BROKER.exists(), reason="Debian's mosquitto is not installed")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they stand on a device, with a Python that this machine has."""
    folder = tmp_path / "system"
    shutil.copytree(SYSTEMD, folder)
    for dropin in TWO_SCREENS:
        (folder / dropin).unlink()
    for unit in folder.glob("*.service"):
        text = unit.read_text(encoding="utf-8").replace(PYTHON, sys.executable).replace("/usr/bin/sway", sys.executable)
        unit.write_text(text, encoding="utf-8")
    (folder / "nobat-kiosk@.service").rename(folder / "nobat-kiosk@kiosk-1.service")
    (folder / "nobat-display@.service").rename(folder / "nobat-display@counter-1.service")
    if DEBIAN_BROKER.exists():
        shutil.copy(DEBIAN_BROKER, folder)
    return folder


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], check=False, capture_output=True, text=True, timeout=60)


def what_systemd_says(unit: Path) -> str:
    """Everything that `verify` writes. Its exit status is 0 even for unknown keys and bad values."""
    told = analyze("verify", "--man=no", str(unit))
    return told.stdout + told.stderr


@needs_systemd
@needs_broker
@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_each_unit_without_a_word(installed: Path, name: str) -> None:
    assert what_systemd_says(installed / name) == ""


@needs_systemd
@needs_broker
@pytest.mark.parametrize("name", UNITS)
def test_each_program_is_shut_in(installed: Path, name: str) -> None:
    told = analyze("security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_LIMIT}", str(installed / name))
    print(told.stdout.splitlines()[-1])
    assert told.returncode == 0, told.stdout + told.stderr


@needs_systemd
@needs_broker
@pytest.mark.parametrize("name", UNITS)
def test_what_holds_for_every_program_is_read_for_each_unit(installed: Path, name: str) -> None:
    """A word that systemd does not know, in the drop-ins, is complained of under each unit's name: so they are read."""
    for dropin in installed.glob("*.service.d/*.conf"):
        dropin.write_text(dropin.read_text(encoding="utf-8") + "NoSuchSetting=yes\n", encoding="utf-8")
    assert "NoSuchSetting" in what_systemd_says(installed / name)


def test_a_program_of_the_demo_is_as_heavy_as_on_a_device() -> None:
    text = (SYSTEMD / "nobat-.service.d" / "10-every-program.conf").read_text(encoding="utf-8")
    assert dict(re.findall(r"^Environment=(MALLOC_\w+)=(\w+)$", text, re.MULTILINE)) == MEMORY


@pytest.mark.parametrize("dropin", ["nobat-.service.d/10-every-program.conf", "mosquitto.service.d/90-nobat.conf"])
def test_no_program_is_given_up(dropin: str) -> None:
    text = (SYSTEMD / dropin).read_text(encoding="utf-8")
    assert "\nRestart=always\n" in text
    assert "\nStartLimitIntervalSec=0\n" in text


def test_a_card_with_a_file_that_cannot_be_used_is_told_again_and_again() -> None:
    dropin = (SYSTEMD / "nobat-first-boot.service.d" / "20-done-when-written.conf").read_text(encoding="utf-8")
    assert "\nRestart=on-failure\n" in dropin
    minutes = re.search(r"^TimeoutStartSec=(\d+)min$", dropin, re.MULTILINE)
    assert minutes is not None
    assert 60 * int(minutes[1]) > SHOWN_SECONDS


def test_a_new_devices_first_boot_makes_the_folder_that_it_writes() -> None:
    unit = (SYSTEMD / "nobat-first-boot.service").read_text(encoding="utf-8")
    assert "\nConfigurationDirectory=nobat\n" in unit


@needs_systemd
@needs_broker
@pytest.mark.parametrize("name", ["nobat-kiosk@kiosk-1.service", "nobat-display@counter-1.service"])
def test_with_two_screens_no_program_takes_the_console_and_each_waits_for_the_compositor_only(
    installed: Path, name: str
) -> None:
    for dropin in TWO_SCREENS:
        shutil.copy(SYSTEMD / dropin, installed / dropin)
    assert what_systemd_says(installed / name) == ""
    told = analyze("security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_LIMIT}", str(installed / name))
    assert told.returncode == 0, told.stdout + told.stderr
    one, other = ((SYSTEMD / dropin).read_text(encoding="utf-8") for dropin in TWO_SCREENS)
    assert one == other
    assert {"StandardInput=null", "TTYPath=", f"After={COMPOSITOR}", f"Wants={COMPOSITOR}"} <= set(one.splitlines())


def test_the_programs_find_the_compositor_where_it_listens() -> None:
    unit = (SYSTEMD / COMPOSITOR).read_text(encoding="utf-8")
    assert "XDG_RUNTIME_DIR=/run/nobat-screens " in unit
    assert "\nRuntimeDirectory=nobat-screens\n" in unit
    assert "WAYLAND_DISPLAY=/run/nobat-screens/" in (SYSTEMD / TWO_SCREENS[0]).read_text(encoding="utf-8")
    for line in ("User=nobat", "ExecStart=/usr/bin/sway --config /opt/nobat/current/systemd/two-screens.sway"):
        assert f"\n{line}\n" in unit


def test_a_wrong_file_on_the_card_waits_for_the_compositor_and_is_let_in_there() -> None:
    """The first boot is root without any right of root's: it comes in as the group's, where the programs are the owner."""
    unit = (SYSTEMD / "nobat-first-boot.service").read_text(encoding="utf-8")
    (socket,) = re.findall(r"WAYLAND_DISPLAY=(\S+)", (SYSTEMD / TWO_SCREENS[0]).read_text(encoding="utf-8"))
    assert {f"Environment=WAYLAND_DISPLAY={socket}", "SupplementaryGroups=nobat"} <= set(unit.splitlines())
    assert re.search(rf"^After=.*{COMPOSITOR}", unit, re.MULTILINE)
    assert "\nRuntimeDirectoryMode=0750\n" in (SYSTEMD / COMPOSITOR).read_text(encoding="utf-8")
    (after_all,) = (SYSTEMD / f"{COMPOSITOR}.d").iterdir()  # what holds for every program comes after the unit, and before this
    assert "\nUMask=0007\n" in after_all.read_text(encoding="utf-8")


PROGRAMS = [unit for unit in sorted(SYSTEMD.glob("nobat-*.service")) if unit.name != COMPOSITOR]


@pytest.mark.parametrize("unit", PROGRAMS, ids=lambda unit: unit.name)
def test_each_unit_starts_a_program_of_this_house_and_waits_for_nothing(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    program = re.search(rf"^ExecStart={PYTHON} -m (\w+) ", text, re.MULTILINE)
    assert program is not None
    assert importlib.util.find_spec(program[1]) is not None
    assert re.search(r"^(Requires|Requisite|BindsTo)=", text, re.MULTILINE) is None
    assert "network-online" not in re.sub(r"#.*", "", text)


@needs_systemd
@needs_broker
@pytest.mark.parametrize("timer", [timer.name for timer in sorted(SYSTEMD.glob("*.timer"))])
def test_systemd_takes_each_timer_without_a_word(installed: Path, timer: str) -> None:
    assert what_systemd_says(installed / timer) == ""


@pytest.mark.parametrize("written", ["html", "json", "csv"])
def test_the_schedules_unit_asks_for_what_the_command_knows(written: str) -> None:
    unit = (SYSTEMD / "nobat-schedule.service").read_text(encoding="utf-8")
    started = [shlex.split(line) for line in re.findall(rf"^ExecStart={PYTHON} -m command_line (.*)$", unit, re.MULTILINE)]
    name, *asked = next(words for words in started if written in words)
    command: Any = get_command(app)
    command.commands[name].make_context(name, asked).close()


@pytest.mark.parametrize("unit", ["nobat-backup", "nobat-copies", "nobat-waiting"])
def test_a_unit_about_copies_asks_for_what_the_command_knows(unit: str) -> None:
    text = (SYSTEMD / f"{unit}.service").read_text(encoding="utf-8")
    started = re.findall(rf"^ExecStart={PYTHON} -m command_line (.*)$", text, re.MULTILINE)
    assert started
    for line in started:
        name, *asked = shlex.split(line)
        command: Any = get_command(app)
        command.commands[name].make_context(name, asked).close()


def test_every_group_that_a_unit_needs_is_made() -> None:
    conf = (SYSTEMD / "sysusers.conf").read_text(encoding="utf-8")
    made, users = (set(re.findall(rf"^{kind} (\S+)", conf, re.MULTILINE)) for kind in "gu")
    needed = {
        group
        for unit in SYSTEMD.glob("*.service")
        for groups in re.findall(r"^SupplementaryGroups=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        for group in groups.split()
    }
    assert needed - users == made  # each user has a group of its own


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd-sysusers is not installed")
@pytest.mark.parametrize(
    ("file", "users"),
    [
        (
            "sysusers.conf",
            [("nobat", "/var/lib/nobat", "/usr/sbin/nologin"), ("nobat-store", "/var/lib/nobat-store", "/usr/sbin/nologin")],
        ),
        ("standby/sysusers.conf", [("nobat-copies", "/var/lib/nobat-copies", "/bin/sh")]),
    ],
)
def test_the_users_are_made_on_an_empty_machine(tmp_path: Path, file: str, users: list[tuple[str, ...]]) -> None:
    (tmp_path / "etc").mkdir()
    command = ["systemd-sysusers", f"--root={tmp_path}", str(SYSTEMD / file)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    made = (tmp_path / "etc" / "passwd").read_text(encoding="utf-8")
    assert re.findall(r"^(nobat\S*?):.*:(\S+):(\S+)$", made, re.MULTILINE) == users


def test_everything_in_the_folder_is_named_in_its_installation_notes() -> None:
    notes = (SYSTEMD / "README.md").read_text(encoding="utf-8")
    files = [path.relative_to(SYSTEMD).as_posix() for path in SYSTEMD.rglob("*") if path.is_file() and path.name != "README.md"]
    assert [name for name in files if f"`{name}`" not in notes] == []


@pytest.mark.parametrize("unit", ["nobat-store.service", "nobat-console.service"])
def test_an_offices_key_is_given_where_there_is_one_and_its_absence_keeps_nobody_from_starting(unit: str) -> None:
    text = (SYSTEMD / unit).read_text(encoding="utf-8")
    assert f"\nLoadCredential=identity:{OFFICE_KEY}\nSetCredential=identity:{NO_KEY.decode()}\n" in text


def test_the_store_is_given_only_options_that_it_knows() -> None:
    unit = (SYSTEMD / "nobat-store.service").read_text(encoding="utf-8")
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    usage = subprocess.run(
        [sys.executable, "-m", "booking_store", "--help"], capture_output=True, text=True, check=True, timeout=60
    )
    assert set(re.findall(r"--[a-z-]+", command)) <= set(re.findall(r"--[a-z-]+", usage.stdout))
