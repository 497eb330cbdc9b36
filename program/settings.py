"""One device's own TOML file: who it is, where its broker is, what hardware it has. Checked once, at start."""

import tomllib
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

import msgspec

from program.unreadable import why_unreadable


class SettingsError(Exception):
    """The device file cannot be used; the message says file, key, what was expected."""


class Versioned(Protocol):
    """Settings that say which layout their file has."""

    @property
    def schema(self) -> int:
        """1: the one that this release reads."""


Settings = TypeVar("Settings", bound=Versioned)


def read_settings(path: Path, kind: type[Settings]) -> Settings:
    """A program's own TOML file. Raises SettingsError with the file, the key and what was expected."""
    return settings_in(read_document(path), path, kind)


def read_document(path: Path) -> dict[str, Any]:
    """What stands in a TOML file, whosever it is. Raises SettingsError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SettingsError(f"{path}: {why_unreadable(problem)}") from problem


def settings_in(document: dict[str, Any], path: Path, kind: type[Settings]) -> Settings:
    """A program's settings, out of what was read from `path`. Raises SettingsError as `read_settings` does."""
    try:
        settings = msgspec.convert(document, kind)
    except msgspec.ValidationError as problem:
        raise SettingsError(f"{path}: {why_unreadable(problem)}") from problem
    if settings.schema != 1:
        raise SettingsError(f"{path}: schema = {settings.schema}, this program reads schema = 1")
    return settings


def address_of(listen: str) -> tuple[str, int]:
    """Host and port of "127.0.0.1:8080". Raises ValueError."""
    host, _, port = listen.rpartition(":")
    if not (host and port.isdigit()):
        raise ValueError(listen)
    return host, int(port)


def refuse_no_address(path: Path, key: str, listen: str, example: str) -> None:
    """Raises SettingsError where a file's `key` names no address to listen on."""
    try:
        address_of(listen)
    except ValueError as problem:
        raise SettingsError(f'{path}: {key} = "{listen}", expected an address and a port as in "{example}"') from problem


class Broker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the broker is and how this device signs in. The password stands in a file of its own."""

    host: str = "127.0.0.1"  # its name or address
    port: int = 1883  # 1883 on the broker's own machine, 8883 for TLS
    password_file: str | None = None  # readable by its owner only; None: no password, as in the demo
    ca_file: str | None = None  # the certificate by which it is known; given: TLS


class ScreenSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The screen: pixels, physical size and how far people stand, from which digit heights are checked (EN 301 549 5.1.4)."""

    width: int = 1024  # pixels
    height: int = 600  # pixels
    diagonal_inches: float = 10.1  # of the panel, without its frame
    viewing_distance_meters: float = 0.6  # from where people read it
    driver: str = "kmsdrm"  # "kmsdrm" on a Pi without desktop, "wayland" in cage, "window" on a desktop, "dummy" with no screen
    output: str = ""  # "HDMI-A-2": with two screens on one machine, by driver "wayland", this one's connector
    cell: int | None = None  # many windows on one desktop: which of its three by three places, in reading order
    keep_pictures: str | None = None  # a folder: every new picture is saved there as PNG, by its name


class PrinterSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ticket printer."""

    kind: Literal["usb", "serial", "network", "file", "none"] = "usb"  # by what it is connected; "none": there is none
    address: str = ""  # "04b8:0202" (empty: the first USB printer), "/dev/ttyUSB0", "192.0.2.7:9100", "/dev/usb/lp0"
    paper_mm: int = 80  # 80 (576 dots) | 58 (384 dots)
    cutter: bool = True  # whether it cuts the paper by itself
    baud_rate: int = 19200  # of a serial printer
    deadline_seconds: float = 5.0  # a paper that is not printed by then counts as unknown


class KeypadSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keypad: a matrix on GPIO, a USB numeric pad, or the desktop's keyboard."""

    kind: Literal["matrix", "usb", "keyboard", "none"] = "usb"  # on GPIO, a USB pad, the desktop's keys, or none
    device: str = ""  # a /dev/input/by-id path, or empty for the first pad that has the keys
    rows: tuple[int, ...] = (5, 6, 12, 13)  # GPIO (BCM) numbers of a matrix's rows, the top one first (hardware.md)
    columns: tuple[int, ...] = (17, 27, 22)  # GPIO numbers of its columns, the left one first
    pad_drives: tuple[str, ...] = ()  # displays: the points that this pad drives; empty: the device's own


class ButtonSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One point's buttons and lamp on GPIO (BCM numbers); None: not fitted."""

    kind: Literal["gpio", "keyboard", "none"] = "gpio"  # on GPIO, the desktop's keys, or none
    call_next: int | None = 5  # the green button
    no_show: int | None = 6  # «غایب»
    send_away: int | None = 13  # «برمی‌گردد»
    lamp: int | None = 12  # the green button's lamp, through a transistor


class SpeakerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sound card, and the chain of voice packs to try, best first."""

    driver: str = "alsa"  # "alsa" | "pulse" | "pipewire" | "disk" | "dummy": SDL's names
    card: str = ""  # ALSA name, "plughw:CARD=vc4hdmi0,DEV=0"; empty: the default
    packs: tuple[str, ...] = ()  # folders of sounds/{language}/, best first; empty: as the package ships them
    keep_announcements: str | None = None  # a folder: each announcement is saved there as WAV


class DeviceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole device file (`schema = 1`)."""

    device: str  # its name in the site file, and its account at the broker
    role: Literal["kiosk", "counter", "room", "waiting_room"]  # what it is in the clinic
    site: str  # the site's id, as in the site file
    schema: int = 1  # the layout of this file
    points: tuple[str, ...] = ()  # counter and room: the points on this desk, at most two
    zone: str | None = None  # waiting_room: whose calls it shows
    language: str = "fa"  # in which it begins: a language of screen/phrases
    state_folder: str = "/var/lib/nobat"  # where it writes what must outlive it
    broker: Broker = Broker()  # where the broker is
    screen: ScreenSettings = ScreenSettings()  # its screen
    printer: PrinterSettings = PrinterSettings(kind="none")  # of a kiosk; without this table there is none
    keypad: KeypadSettings = KeypadSettings(kind="none")  # without this table there is none
    buttons: ButtonSettings = ButtonSettings(kind="none")  # of a counter or room; without this table there are none
    speaker: SpeakerSettings | None = None  # without this table it is silent
    clock_offset_file: str | None = None  # tests and the demo: the store's own, 8 bytes of seconds to add to the clock
    twin_socket: str | None = None  # tests and the demo: GPIO is gpiozero's mock, driven over this Unix socket


def load_settings(path: Path) -> DeviceSettings:
    """Read and check `path`. Raises SettingsError with the file, the key and what was expected."""
    return read_settings(path, DeviceSettings)
