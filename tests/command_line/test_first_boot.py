"""A new device's first boot: the file on its card makes it what it is, and leaves no key on the card."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace as changed

from command_line.enrolment import bundle
from command_line.enrolment.bundle import Bundle, device_settings, write_bundle
from command_line.first_boot import command, screen
from command_line.first_boot.picture import wrong_file
from command_line.first_boot.screen import free_screen
from command_line.operator import CommandError, FailedError
from mqtt.certificates import make_authority
from program.settings import ScreenSettings
from rules.site import Device
from screen.style import Size
from screen.window import Closed, Window
from tests.command_line.clinic import Nobat

SETTINGS = device_settings(Device(id="kiosk-2", role="kiosk"), "kosar", "192.168.1.10", 8883)
AUTHORITY = make_authority("kosar", datetime(2026, 11, 22, tzinfo=UTC)).certificate
BUNDLE = Bundle(device="kiosk-2", password="a-long-secret", authority=AUTHORITY, settings=SETTINGS)  # noqa: S106


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    folder.mkdir()
    write_bundle(folder / "nobat.toml", BUNDLE)
    return folder / "nobat.toml"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The units that were started."""
    units: list[str] = []
    monkeypatch.setattr(command, "_start", units.append)
    return units


def test_the_device_becomes_what_its_card_says(nobat: Nobat, card: Path, tmp_path: Path, started: list[str]) -> None:
    said = nobat("first-boot", "--card", card, "--folder", tmp_path / "etc")
    assert (said.status, started) == (0, ["nobat-kiosk@kiosk-2"])
    secret = tmp_path / "etc/credentials/kiosk-2"
    assert (secret.read_text(), secret.stat().st_mode & 0o777) == ("a-long-secret\n", 0o600)
    assert "a-long-secret" not in said.out + said.err


def test_the_key_is_written_over_before_the_file_leaves_the_card(card: Path, tmp_path: Path) -> None:
    spare = tmp_path / "the same bytes on the card"
    spare.hardlink_to(card)
    command.take_in(card, tmp_path / "etc")
    assert not card.exists()
    assert set(spare.read_bytes()) == {0}


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ({"authority": AUTHORITY.replace("M", "N", 5)}, "certificate in it is damaged"),
        ({"password": ""}, "password is empty"),
        ({"settings": SETTINGS.replace('"usb"', '"usbb"', 1)}, "usbb"),
        ({"settings": SETTINGS.replace('"kiosk"', '"kiok"')}, "kiok"),
        ({"device": "kiosk-1"}, "the bundle is of kiosk-1"),
        ({"settings": SETTINGS.replace("[printer]", "[printer")}, "settings"),
        ({"settings": SETTINGS.replace('role = "kiosk"\n', "") + "[agi]\n"}, "telephone"),
    ],
)
def test_a_bundle_with_anything_wrong_in_it_leaves_nothing_behind_but_itself(
    card: Path, tmp_path: Path, spoilt: dict[str, str], told: str
) -> None:
    write_bundle(card, changed(BUNDLE, **spoilt))
    with pytest.raises(CommandError, match=told):
        command.take_in(card, tmp_path / "etc")
    assert card.is_file()
    assert not (tmp_path / "etc").exists()


@pytest.mark.parametrize("spoilt", ["", "device = ", 'schema = 1\ndevice = "kiosk-2"\n', "\x00\x01\x02"])
def test_a_file_that_cannot_be_used_stays_on_the_card_and_is_told_on_the_screen(
    nobat: Nobat, card: Path, tmp_path: Path, started: list[str], monkeypatch: pytest.MonkeyPatch, spoilt: str
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(command, "_show", lambda problem, _: shown.append(problem))
    card.write_text(spoilt)
    said = nobat("first-boot", "--card", card, "--folder", tmp_path / "etc")
    assert (said.status, started) == (2, [])
    assert card.read_text() == spoilt
    assert shown
    assert shown[0] in said.err


def test_what_is_wrong_is_in_the_log_before_the_screen_stands_for_minutes(
    card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(command, "_show", lambda *_: logged.append(capsys.readouterr().err))
    card.write_text("device = ")
    with pytest.raises(CommandError):
        command.first_boot(card, tmp_path / "etc", no_screen=False)
    assert str(card) in logged[0]


def test_a_bundle_with_settings_that_no_program_reads_is_told_and_kept(card: Path, tmp_path: Path) -> None:
    write_bundle(card, Bundle(device="kiosk-2", password="x", authority=AUTHORITY, settings='device = "kiosk-2"\n'))  # noqa: S106
    with pytest.raises(CommandError, match="role"):
        command.take_in(card, tmp_path / "etc")
    assert card.exists()


def test_a_name_that_leads_out_of_the_folder_is_refused(card: Path, tmp_path: Path) -> None:
    write_bundle(card, Bundle(device="../../root", password="x", authority=AUTHORITY, settings=SETTINGS))  # noqa: S106
    with pytest.raises(CommandError, match="cannot be a device"):
        command.take_in(card, tmp_path / "etc")
    assert not (tmp_path / "etc").exists()


def test_a_card_that_cannot_be_written_is_told(card: Path, tmp_path: Path) -> None:
    (tmp_path / "etc").write_text("a file where the folder should be")
    with pytest.raises(FailedError):
        command.take_in(card, tmp_path / "etc")
    assert card.exists()


def test_a_device_without_such_a_file_goes_on(nobat: Nobat, monkeypatch: pytest.MonkeyPatch, started: list[str]) -> None:
    monkeypatch.setattr(command, "CARDS", ())
    assert (nobat("first-boot").status, started) == (0, [])


def test_the_devices_program_is_not_waited_for_since_the_console_is_free_only_afterwards() -> None:
    commands: list[list[str]] = []
    command._start("nobat-kiosk@kiosk-2", lambda words: commands.append(list(words)))
    assert commands == [["systemctl", "enable", "--now", "--no-block", "nobat-kiosk@kiosk-2"]]


@pytest.mark.parametrize("size", [Size(1024, 600), Size(800, 480), Size(1920, 1080)])
def test_the_screen_has_room_for_all_of_it(size: Size) -> None:
    assert wrong_file(size, "/boot/firmware/nobat.toml: no such key " * 3).too_long == []


@pytest.mark.parametrize(
    ("roles", "on", "has", "told_on"),
    [
        ("kiosk", {"HDMI-A-1": "connected"}, {}, ("kmsdrm", "")),
        ("kiosk", {}, {}, ("kmsdrm", "")),
        ("two_screens", {"HDMI-A-1": "connected", "HDMI-A-2": "connected"}, {}, ("wayland", "HDMI-A-1")),
        ("two_screens", {"HDMI-A-1": "connected", "HDMI-A-2": "connected"}, {"hall-1": "HDMI-A-1"}, ("wayland", "HDMI-A-2")),
        ("two_screens", {"HDMI-A-1": "disconnected", "HDMI-A-2": "connected"}, {}, ("wayland", "HDMI-A-2")),
        ("two_screens", {"HDMI-A-1": "connected", "HDMI-A-2": "disconnected"}, {"hall-1": "HDMI-A-1"}, None),
    ],
)
def test_with_two_screens_a_wrong_file_is_told_on_one_that_no_patient_looks_at(
    tmp_path: Path, roles: str, on: dict[str, str], has: dict[str, str], told_on: tuple[str, str] | None
) -> None:
    (tmp_path / "roles").write_text(roles)
    for connector, status in on.items():
        (tmp_path / "drm" / f"card1-{connector}").mkdir(parents=True)
        (tmp_path / "drm" / f"card1-{connector}" / "status").write_text(f"{status}\n")
    for device, output in has.items():
        screen = f'[screen]\ndriver = "wayland"\noutput = "{output}"\n'
        (tmp_path / f"{device}.toml").write_text(f'device = "{device}"\nrole = "waiting_room"\nsite = "small"\n{screen}')
    (tmp_path / "room-9.toml").write_text('role = "room"\n')  # which its program refuses: it shows nothing
    found = free_screen(tmp_path, tmp_path / "roles", tmp_path / "drm")
    assert (found and (found.driver, found.output)) == told_on


def test_where_each_screen_has_a_device_a_wrong_file_covers_none_and_is_told_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(screen, "free_screen", lambda _: None)
    command._show("no such key", tmp_path)
    assert "each screen has a device" in capsys.readouterr().err


def test_a_wrong_file_stands_on_the_screen_until_its_time_is_over_or_the_compositor_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ScreenSettings(driver="dummy", keep_pictures=str(tmp_path))
    monkeypatch.setattr(screen, "free_screen", lambda _: settings)
    waited: list[float] = []
    command._show("no such key", tmp_path, waited.append)
    assert (tmp_path / "first-boot.png").is_file()
    assert sum(waited) == command.SHOWN_SECONDS
    monkeypatch.setattr(Window, "pump", lambda _: (Closed(),))
    waited.clear()
    command._show("no such key", tmp_path, waited.append)
    assert len(waited) <= 1


def test_a_second_screen_of_one_machine_is_refused_on_the_card_and_by_hand_and_nothing_is_taken_in(
    nobat: Nobat, card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etc, roles = tmp_path / "etc", tmp_path / "roles"
    etc.mkdir()
    (etc / "hall-1.toml").write_text('role = "waiting_room"\n')
    monkeypatch.setattr(bundle, "ROLES", roles)
    roles.write_text("kiosk\nwaiting_room\n")
    with pytest.raises(CommandError, match="two_screens"):
        command.take_in(card, etc)
    said = nobat("join", card, "--folder", etc)
    assert (said.status, "hall-1 and kiosk-2" in said.err) == (2, True)
    assert card.exists()
    assert [path.name for path in etc.iterdir()] == ["hall-1.toml"]
    roles.write_text("kiosk\nwaiting_room\ntwo_screens\n")
    assert nobat("join", card, "--folder", etc).status == 0
