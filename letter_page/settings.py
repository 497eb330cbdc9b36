"""The letter page's own TOML file: which ledger it reads, who it is at the broker, and where browsers reach it."""

from pathlib import Path

import msgspec

from program.settings import Broker, read_settings, refuse_no_address


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
    settings = read_settings(path, LetterPageSettings)
    refuse_no_address(path, "listen", settings.listen, "10.0.5.1:8091")
    return settings
