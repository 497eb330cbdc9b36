"""On a device whose card nobody writes, all that its programs keep lies on the partition that stays (docs/read-only.md)."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
PAGE = (SYSTEMD.parent / "docs" / "read-only.md").read_text(encoding="utf-8")
PARTITION, OVER = SYSTEMD / "read-only" / "data.mount", SYSTEMD / "read-only" / "what-stays.service"
DEVICES = ("nobat-kiosk@.service", "nobat-display@.service")
LAID = re.findall(r"^ExecStart=mount --bind (\S+) (\S+)$", OVER.read_text(encoding="utf-8"), re.MULTILINE)
STAYS = {place: kept for kept, place in LAID}


def setting(unit: Path, name: str) -> str:
    found = re.search(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None, f"{unit.name} has no {name}="
    return found[1]


@pytest.mark.parametrize("unit", DEVICES)
def test_where_a_device_keeps_its_state_stays_through_a_power_cut(unit: str) -> None:
    state = Path("/var/lib") / setting(SYSTEMD / unit, "StateDirectory").replace("%i", "kiosk-1")
    assert any(state.is_relative_to(place) for place in STAYS)


def test_the_log_and_the_devices_own_files_stay() -> None:
    assert {"/etc/nobat", "/var/log/journal"} <= set(STAYS)


@pytest.mark.parametrize("unit", [PARTITION, OVER], ids=lambda unit: unit.name)
def test_what_stays_is_there_before_any_program_begins(unit: Path) -> None:
    assert setting(unit, "Before").split()[0] == "local-fs.target"
    assert setting(unit, "WantedBy") == "local-fs.target"


def test_a_partition_that_is_missing_keeps_no_program_from_starting() -> None:
    assert setting(OVER, "ConditionPathIsMountPoint") == setting(PARTITION, "Where")
    assert [file.name for file in OVER.parent.glob("*.mount")] == [PARTITION.name]  # systemd requires one that state lies on
    assert not OVER.name.startswith("nobat-")  # what those may not do: nobat-.service.d


def test_what_is_switched_on_and_what_is_written_about_it_are_the_same() -> None:
    script = (SYSTEMD / "read-only" / "switch.sh").read_text(encoding="utf-8")
    kept = dict(re.findall(r"^ +keep (/\S+) (\w+)$", script, re.MULTILINE))
    assert {place: f"/data/{folder}" for place, folder in kept.items()} == STAYS
    told = re.findall(r"^\| `(/\S+)` \| `(/data/\w+)` \|", PAGE, re.MULTILINE)
    assert dict(told) == STAYS


def test_no_program_writes_any_more_when_its_state_is_copied() -> None:
    script = (SYSTEMD / "read-only" / "switch.sh").read_text(encoding="utf-8")
    assert 0 < script.find("    systemctl stop 'nobat-*'") < script.find("keep /etc/nobat")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_both_without_a_word() -> None:
    verify = ["systemd-analyze", "verify", "--man=no", str(PARTITION), str(OVER)]
    told = subprocess.run(verify, check=False, capture_output=True, text=True, timeout=60)
    assert told.stdout + told.stderr == ""
