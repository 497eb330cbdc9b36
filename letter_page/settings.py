"""The letter page's own TOML file: which ledger it reads, who it is at the broker, and where browsers reach it."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from program.settings import Broker, SettingsError
from program.unreadable import why_unreadable


class LetterPageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file (`schema = 1`)."""

    site: str  # the site's id, as in the site file
    database: str  # as the store's; only read
    listen: str  # "10.0.5.1:8091": where the office's own web server finds it, and never on the staff's network
    schema: int = 1  # the layout of this file
    device: str = "letter-page"  # a letter_page of the site file
    language: str = "fa"  # in which the page begins
    proxy: str | None = None  # the web server before it, "10.0.5.2": only its word about who asks is believed
    broker: Broker = Broker()  # where the broker is


def load_settings(path: Path) -> LetterPageSettings:
    """Read and check `path`. Raises SettingsError with the file, the key and what was expected."""
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        settings = msgspec.convert(document, LetterPageSettings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise SettingsError(f"{path}: {why_unreadable(problem)}") from problem
    if settings.schema != 1:
        raise SettingsError(f"{path}: schema = {settings.schema}, this program reads schema = 1")
    host, _, port = settings.listen.rpartition(":")
    if not (host and port.isdigit()):
        raise SettingsError(f'{path}: listen = "{settings.listen}", expected an address and a port as in "10.0.5.1:8091"')
    return settings
