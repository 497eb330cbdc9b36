"""The console's own TOML file: who it is at the broker, which ledger it reads, where browsers reach it."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from program.settings import Broker, SettingsError
from program.unreadable import why_unreadable


class ConsoleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file (`schema = 1`)."""

    site: str
    database: str  # as the store's: "sqlite:////var/lib/nobat/ledger.sqlite"; only read
    accounts_file: str  # made by `nobat staff add`
    schema: int = 1
    proposals_folder: str = "/run/nobat-console"  # site files on their way to the store, which must be able to read them there
    device: str = "console"  # an operator of the site file
    language: str = "fa"
    listen: str = "127.0.0.1:8080"
    certificate: str | None = None  # both PEM files given: HTTPS, and the browser keeps its cookie from plain HTTP
    private_key: str | None = None
    broker: Broker = Broker()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host, int(port)


def load_settings(path: Path) -> ConsoleSettings:
    """Read and check `path`. Raises SettingsError with the file, the key and what was expected."""
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        settings = msgspec.convert(document, ConsoleSettings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise SettingsError(f"{path}: {why_unreadable(problem)}") from problem
    if settings.schema != 1:
        raise SettingsError(f"{path}: schema = {settings.schema}, this program reads schema = 1")
    host, colon, port = settings.listen.rpartition(":")
    if not (host and colon and port.isdigit()):
        raise SettingsError(f'{path}: listen = "{settings.listen}", expected an address and a port as in "127.0.0.1:8080"')
    if (settings.certificate is None) != (settings.private_key is None):
        raise SettingsError(f"{path}: HTTPS needs both certificate and private_key")
    return settings
