"""On a device whose card nobody writes, all that its programs keep lies on the partition that stays (docs/read-only.md)."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
PAGE = (SYSTEMD.parent / "docs" / "read-only.md").read_text(encoding="utf-8")
MOUNTS = sorted((SYSTEMD / "read-only").glob("*.mount"))
DEVICES = ("nobat-kiosk@.service", "nobat-display@.service")


def setting(unit: Path, name: str) -> str:
    found = re.search(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None, f"{unit.name} has no {name}="
    return found[1]


STAYS = {setting(unit, "Where"): setting(unit, "What") for unit in MOUNTS if unit.name != "data.mount"}


@pytest.mark.parametrize("unit", DEVICES)
def test_where_a_device_keeps_its_state_stays_through_a_power_cut(unit: str) -> None:
    state = Path("/var/lib") / setting(SYSTEMD / unit, "StateDirectory").replace("%i", "kiosk-1")
    assert any(state.is_relative_to(place) for place in STAYS)


def test_the_log_and_the_devices_own_files_stay() -> None:
    assert {"/etc/nobat", "/var/log/journal"} <= set(STAYS)


@pytest.mark.parametrize("unit", MOUNTS, ids=lambda unit: unit.name)
def test_a_mount_is_named_as_systemd_wants_it_and_begins_before_any_program(unit: Path) -> None:
    assert unit.name == f"{setting(unit, 'Where').strip('/').replace('/', '-')}.mount"
    assert (setting(unit, "Before"), setting(unit, "WantedBy")) == ("local-fs.target", "local-fs.target")


def test_what_is_switched_on_and_what_is_written_about_it_are_the_same() -> None:
    script = (SYSTEMD / "read-only" / "switch.sh").read_text(encoding="utf-8")
    kept = dict(re.findall(r"^ +keep (/\S+) (\w+)$", script, re.MULTILINE))
    assert {place: f"/data/{folder}" for place, folder in kept.items()} == STAYS
    told = re.findall(r"^\| `(/\S+)` \| `(/data/\w+)` \|", PAGE, re.MULTILINE)
    assert dict(told) == STAYS


def test_no_program_writes_any_more_when_its_state_is_copied() -> None:
    script = (SYSTEMD / "read-only" / "switch.sh").read_text(encoding="utf-8")
    assert 0 < script.find("    systemctl stop 'nobat-*'") < script.find("    keep /etc/nobat")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_each_mount_without_a_word() -> None:
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, MOUNTS)], check=False, capture_output=True, text=True, timeout=60
    )
    assert told.stdout + told.stderr == ""
