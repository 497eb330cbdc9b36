"""The patient page's own TOML file: which ledger it reads, and where phones reach it."""

from pathlib import Path

import msgspec

from program.settings import read_settings, refuse_no_address


class PatientPageSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file (`schema = 1`)."""

    site: str  # the site's id, as in the site file
    database: str  # as the store's; only read
    listen: str  # "192.168.50.1:8090": on the patients' network, and never on that of the staff's pages
    schema: int = 1  # the layout of this file
    language: str = "fa"  # the page's language


def load_settings(path: Path) -> PatientPageSettings:
    """Read and check `path`. Raises SettingsError with the file, the key and what was expected."""
    settings = read_settings(path, PatientPageSettings)
    refuse_no_address(path, "listen", settings.listen, "192.168.50.1:8090")
    return settings
