"""The patient page's own TOML file: which ledger it reads, and where phones reach it."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from program.settings import SettingsError
from program.unreadable import why_unreadable


class PatientPageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file (`schema = 1`)."""

    site: str  # the site's id, as in the site file
    database: str  # as the store's; only read
    listen: str  # "192.168.50.1:8090": on the patients' network, and never on that of the staff's pages
    schema: int = 1  # the layout of this file
    language: str = "fa"  # the page's language


def load_settings(path: Path) -> PatientPageSettings:
    """Read and check `path`. Raises SettingsError with the file, the key and what was expected."""
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        settings = msgspec.convert(document, PatientPageSettings)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise SettingsError(f"{path}: {why_unreadable(problem)}") from problem
    if settings.schema != 1:
        raise SettingsError(f"{path}: schema = {settings.schema}, this program reads schema = 1")
    host, _, port = settings.listen.rpartition(":")
    if not (host and port.isdigit()):
        raise SettingsError(f'{path}: listen = "{settings.listen}", expected an address and a port as in "192.168.50.1:8090"')
    return settings
