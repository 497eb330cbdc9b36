"""`nobat doctor` on a machine that carries two screens: each program has a connector of its own, or one is named."""

from pathlib import Path

import pytest

from command_line.doctor.finding import State
from command_line.doctor.screens import screens


@pytest.mark.parametrize(
    ("roles", "kiosk", "hall", "found"),
    [
        ("kiosk", "", None, []),
        ("kiosk", "", "", [(State.ILL, "hall-1 and kiosk-1 want")]),
        ("kiosk", "", 'driver = "dummy"', []),  # a hall that shows nothing wants no connector
        ("two_screens", 'driver = "wayland"\noutput = "HDMI-A-1"', None, [(State.WELL, "kiosk-1 has HDMI-A-1")]),
        (
            "two_screens",
            'driver = "wayland"\noutput = "HDMI-A-1"',
            'driver = "wayland"\noutput = "HDMI-A-1"',
            [(State.WELL, "hall-1 has HDMI-A-1"), (State.ILL, "kiosk-1 and hall-1 both")],
        ),
        ("two_screens", "", 'driver = "wayland"', [(State.ILL, "names no connector"), (State.ILL, "by kmsdrm")]),
        ("two_screens", 'driver = "dummy"', None, [(State.WELL, "has none")]),
        (  # whose program does not start, as the device's own examination tells: the connector is free
            "two_screens",
            'driver = "wayland"\noutput = "HDMI-A-1"',
            'driver = "dummy"\noutput = "HDMI-A-1"',
            [(State.WELL, "kiosk-1 has HDMI-A-1")],
        ),
    ],
)
def test_two_devices_that_would_draw_on_one_screen_are_told(
    tmp_path: Path, roles: str, kiosk: str, hall: str | None, found: list[tuple[State, str]]
) -> None:
    (tmp_path / "roles").write_text(roles)
    for name, role, screen in (("kiosk-1", "kiosk", kiosk), ("hall-1", "waiting_room", hall)):
        if screen is not None:
            text = f'device = "{name}"\nrole = "{role}"\nsite = "small"\n[screen]\n{screen}\n'
            (tmp_path / f"{name}.toml").write_text(text)
    told = list(screens(tmp_path, tmp_path / "roles"))
    assert [(one.state, words in one.says) for one, (_, words) in zip(told, found, strict=True)] == [
        (state, True) for state, _ in found
    ]
    advice = [one.do for one in told if one.state is not State.WELL]
    assert all(advice)
    assert len(set(advice)) == len(advice)  # by which an upgrade tells the one device's fault from the other's
