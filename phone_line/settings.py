"""The telephone's own TOML file: who it is, where its broker is, which exchange may call it, and how texts leave."""

from pathlib import Path

import msgspec

from phone_line.gateways.settings import GatewaySettings
from program.settings import Broker, SettingsError, read_settings


class AgiSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the exchange's FastAGI calls come in. systemd's socket, where it hands one over, comes before `listen`."""

    key_file: str  # what stands after ?key= in the exchange's dialplan
    listen: str = "127.0.0.1:4573"  # one address of this machine
    exchanges: tuple[str, ...] = ("127.0.0.1",)  # the addresses that may connect


class PhoneLineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file (`schema = 1`)."""

    device: str  # its name in the site file, and its account at the broker
    site: str  # the site's id, as in the site file
    agi: AgiSettings  # where the exchange calls
    schema: int = 1  # the layout of this file
    state_folder: str = "/var/lib/nobat"  # where it writes what must outlive it
    broker: Broker = Broker()  # where the broker is
    gateways: tuple[GatewaySettings, ...] = ()  # for texts, the first first; none: this program sends none


def load_settings(path: Path) -> PhoneLineSettings:
    """Read and check `path`. Raises SettingsError with the file, the key and what was expected."""
    return read_settings(path, PhoneLineSettings)


def key_of(settings: AgiSettings) -> str:
    """The exchange's key. Raises SettingsError where there is none."""
    try:
        key = Path(settings.key_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"agi.key_file: {problem}") from problem
    if not key:
        raise SettingsError(f"agi.key_file: {settings.key_file} is empty")
    return key
