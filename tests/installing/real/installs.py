"""A blank Debian becomes each part of a site without any network; once more changes nothing; uninstalling leaves its data."""

import re
from pathlib import Path

import pytest

from installing.plan import CURRENT, units_of
from installing.roles import Role
from tests.installing.real.roots import Root

PROGRAMS: dict[Role, tuple[str, ...]] = {
    Role.STORE: ("booking_store", "command_line"),
    Role.KIOSK: ("kiosk_device", "evdev"),
    Role.COUNTER: ("display_device", "evdev"),
    Role.ROOM: ("display_device",),
    Role.WAITING_ROOM: ("display_device",),
    Role.PHONE: ("phone_line",),
    Role.CONSOLE: ("staff_console",),
    Role.PATIENT_PAGE: ("patient_page",),
    Role.LETTER_PAGE: ("letter_page",),
    Role.STANDBY: ("command_line",),
    Role.TWO_SCREENS: (),
}
EXPOSURE_LIMIT = 25  # tenths, of 100


@pytest.mark.parametrize("role", Role)
def test_a_blank_card_becomes_what_its_role_says_and_nothing_is_changed_twice(bare: Root, role: Role) -> None:
    assert bare.install("--role", role).endswith("done\n")
    assert bare.install("--role", role) == "everything was as it should be\n"
    for program in PROGRAMS[role]:
        entry = f"{program}.__main__" if program != "evdev" else program
        bare.run(f"{CURRENT}/.venv/bin/python", "-c", f"import importlib.util as u; assert u.find_spec({entry!r})")
    for unit in units_of((role,), {}):
        assert bare.run("systemctl", "is-enabled", unit) == "enabled\n", unit
    assert {"nobat", "nobat-store"} <= set(re.findall(r"^(nobat[^:]*):", bare.at("/etc/passwd").read_text(), re.MULTILINE))
    assert "usage" in bare.run("nobat", "--help").lower()


def test_a_kiosk_has_no_broker_and_a_store_no_screen(bare: Root) -> None:
    bare.install("--role", "kiosk")
    assert not bare.at("/usr/sbin/mosquitto").exists()
    assert list(bare.at("/usr/lib").rglob("libEGL.so.1")) != []


def test_a_role_that_comes_later_joins_those_that_are_there(bare: Root) -> None:
    bare.install("--role", "kiosk")
    current = bare.at(str(CURRENT)).readlink()
    assert bare.install("--role", "console").endswith("done\n")
    assert bare.at(str(CURRENT)).readlink() == current
    for unit in units_of((Role.KIOSK, Role.CONSOLE), {}):
        assert bare.run("systemctl", "is-enabled", unit) == "enabled\n", unit


def test_the_systemd_of_each_debian_takes_every_unit_without_a_word_and_shuts_it_in(whole: Root) -> None:
    units = [unit for unit in ours(whole) if unit.endswith((".service", ".timer", ".socket"))]
    names = [unit.replace("@.", "@kiosk-1.") for unit in units]
    said = whole.run("sh", "-c", f"systemd-analyze verify --man=no {' '.join(names)} 2>&1", check=False)
    assert said == ""
    for name in names:
        if name.endswith(".service"):
            whole.run("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_LIMIT}", name)


def test_the_log_and_the_watchdog_are_set_as_they_are_shipped(whole: Root) -> None:
    for what, wanted in (("systemd/journald.conf", "Storage=persistent"), ("systemd/system.conf", "RuntimeWatchdogSec=1min")):
        last = [line for line in whole.run("systemd-analyze", "cat-config", what).splitlines() if line.startswith(wanted[:8])]
        assert last[-1] == wanted


def test_udev_takes_the_rules_without_a_word(whole: Root) -> None:
    rules = "/etc/udev/rules.d/60-nobat.rules"
    if "verify" in whole.run("udevadm", "--help"):  # since Debian 13
        assert whole.run("sh", "-c", f"udevadm verify --no-summary {rules} 2>&1") == ""
    for group in re.findall(r'GROUP="(\w+)"', whole.at(rules).read_text()):
        assert re.search(rf"^{group}:", whole.at("/etc/group").read_text(), re.MULTILINE)


def test_taking_it_away_leaves_what_the_clinic_has_written_and_nothing_else(whole: Root) -> None:
    ledger, settings = "/var/lib/nobat-store/ledger.sqlite", "/etc/nobat/store.conf"
    for file in (ledger, settings):
        whole.at(file).parent.mkdir(parents=True, exist_ok=True)
        whole.at(file).write_text("the clinic's")
    whole.install("--uninstall")
    left = whole.run("find", "/", "-xdev", "-path", "/mnt", "-prune", "-o", "-name", "*nobat*", "-print").split()
    assert set(left) == {"/etc/nobat", "/var/lib/nobat-store"}
    assert whole.at(ledger).read_text() == whole.at(settings).read_text() == "the clinic's"
    assert whole.at("/etc/udev/rules.d").is_dir()


def ours(root: Root) -> list[str]:
    """The units of ours that are installed."""
    return sorted(path.name for path in Path(root.at("/etc/systemd/system")).glob("nobat-*") if path.is_file())
