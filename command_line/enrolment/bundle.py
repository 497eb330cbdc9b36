"""What a device is given to sign in with: one TOML file, readable by its owner only, taken in once and deleted.

It is as good as the device's key, so nobody can tell a copy of it from itself. What "single use" means here: `nobat join`
deletes it when it has taken it in; enrolling the device again gives it another password, and the older bundle opens
nothing; and an account is one connection, so that two machines that share a bundle turn each other out and are seen to.
"""

import json
import ssl
import tomllib
from pathlib import Path
from typing import Final

import msgspec

from command_line.operator import CommandError
from command_line.units import unit_of
from installing.plan import ROLES
from installing.roles import too_many_screens
from installing.steps import devices_of, roles_of
from mqtt.access import ACCOUNT
from program.durable_file import write_whole
from program.secret_file import make_secret_folder, write_secret
from program.settings import DeviceSettings, SettingsError, settings_in
from program.unreadable import why_unreadable
from rules.site import Device

DEVICES_FOLDER: Final = Path("/etc/nobat")
"""Where the units look for device files."""
AUTHORITY: Final = "authority.crt"


class Bundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`authority`: the certificate by which the device knows its broker. `settings`: its device file, ready to be completed."""

    device: str  # whose it is
    password: str  # of its account at the broker
    authority: str  # the certificate by which it knows the broker
    settings: str  # its device file
    schema: int = 1  # the layout of this file

    def __repr__(self) -> str:
        """Without the password."""
        return f"Bundle({self.device})"


def write_bundle(path: Path, bundle: Bundle) -> None:
    """The bundle as a file. Raises OSError."""
    lines = (
        f"# Nobat: what {bundle.device} needs to sign in. It is a key: hand it over, and leave no copy.",
        "# On the device:  nobat join THIS_FILE",
        "schema = 1",
        f"device = {_quoted(bundle.device)}",
        f"password = {_quoted(bundle.password)}",
        f"authority = '''\n{bundle.authority}'''",
        f"settings = '''\n{bundle.settings}'''",
    )
    write_secret(path, "\n".join(lines) + "\n")


def read_bundle(path: Path) -> Bundle:
    """The bundle in a file. Raises CommandError for what is none."""
    try:
        bundle = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Bundle)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise CommandError(f"{path}: {why_unreadable(problem)}") from problem
    except msgspec.ValidationError as problem:
        raise CommandError(f"{path}: this is no bundle of nobat enroll: {problem}") from None
    if bundle.schema != 1:
        raise CommandError(f"{path}: schema = {bundle.schema}, this program reads schema = 1")
    if ACCOUNT.fullmatch(bundle.device) is None:
        raise CommandError(f"{path}: {bundle.device!r} cannot be a device")
    if not bundle.password:
        raise CommandError(f"{path}: the password is empty; nobat enroll {bundle.device} makes another bundle")
    try:
        ssl.create_default_context(cadata=bundle.authority)
    except (ssl.SSLError, ValueError):
        raise CommandError(f"{path}: the certificate in it is damaged; copy the bundle again") from None
    return bundle


def refuse_unusable_settings(bundle: Bundle, path: Path) -> None:
    """Its device file is one that a device's program starts with, and of this device. Raises SettingsError."""
    inside = Path(f"{path}, settings")
    try:
        document = tomllib.loads(bundle.settings)
    except tomllib.TOMLDecodeError as problem:
        raise SettingsError(f"{inside}: {why_unreadable(problem)}") from problem
    if document.get("device") != bundle.device:
        raise SettingsError(f'{inside}: device = "{document.get("device", "")}", and the bundle is of {bundle.device}')
    if "agi" in document:
        raise SettingsError(f"{path}: {bundle.device} is a telephone; on its machine: sudo nobat join FILE")
    settings_in(document, inside, DeviceSettings)


def refuse_another_screen(bundle: Bundle, folder: Path) -> None:
    """One that would stay black beside a device that this machine carries already is not taken in. Raises CommandError."""
    try:
        role = str(tomllib.loads(bundle.settings).get("role", ""))
    except tomllib.TOMLDecodeError:
        return  # its program says what is wrong with it
    if refused := too_many_screens(roles_of(Path(ROLES)), {**devices_of(folder), bundle.device: role}):
        raise CommandError(refused)


def unpack(bundle: Bundle, folder: Path) -> bool:
    """Put its parts where the units look for them; False: the device file was there, and was left as it is. Raises OSError."""
    make_secret_folder(folder / "credentials")
    write_secret(folder / "credentials" / bundle.device, bundle.password + "\n")
    write_for_all(folder / AUTHORITY, bundle.authority)
    settings = folder / f"{bundle.device}.toml"
    if settings.exists():
        return False
    write_for_all(settings, bundle.settings)
    return True


def write_for_all(path: Path, text: str) -> None:
    """What is no secret: the device's program reads it as a user of its own, however careful root's umask is."""
    write_whole(path, text.encode())
    path.chmod(0o644)


def device_settings(device: Device, site: str, host: str, port: int) -> str:
    """A device file with everything that the site file and the broker know of it, and the usual hardware of its role
    (hardware.md)."""
    unit = unit_of(device.role, device.id)
    lines = [
        "schema = 1",
        f"device = {_quoted(device.id)}",
        *(() if device.role == "phone" else (f"role = {_quoted(device.role)}",)),
        f"site = {_quoted(site)}",
        f"state_folder = {_quoted(f'/var/lib/nobat/{device.id}')}",
        *((f"points = [{', '.join(map(_quoted, device.points))}]",) if device.points else ()),
        *((f"zone = {_quoted(device.zone)}",) if device.zone and device.role == "waiting_room" else ()),
        "",
        "[broker]",
        f"host = {_quoted(host)}",
        f"port = {port}",
        f"password_file = {_quoted(f'/run/credentials/{unit}.service/mqtt')}",
        f"ca_file = {_quoted(str(DEVICES_FOLDER / AUTHORITY))}",
        *_hardware(device, unit),
    ]
    return "\n".join(lines) + "\n"


def _hardware(device: Device, unit: str) -> tuple[str, ...]:
    match device.role:
        case "kiosk":
            return ("", "[printer]", 'kind = "usb"', "", "[keypad]", 'kind = "usb"', "", "[speaker]")
        case "counter" | "room":
            return ("", "[buttons]", 'kind = "gpio"')
        case "waiting_room":
            return ("", "[screen]", "width = 1920", "height = 1080", "diagonal_inches = 43.0", "viewing_distance_meters = 8.0",
                    "", "[speaker]")  # fmt: skip
        case _:
            return ("", "[agi]", f"key_file = {_quoted(f'/run/credentials/{unit}.service/agi-key')}")


def _quoted(text: str) -> str:
    """A TOML string; JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False)
