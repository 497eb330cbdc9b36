"""The console's own TOML file: who it is at the broker, which ledger it reads, where browsers reach it."""

from pathlib import Path
from typing import Annotated

import msgspec

from program.settings import Broker, SettingsError, address_of, read_settings, refuse_no_address


class WallSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[wall]: beyond what the manager's wall warns."""

    waiting_people: int = 30  # so many wait
    waiting_minutes: int = 45  # the longest wait


class OutlookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[outlook]: from how many weeks tomorrow is told, and what its counters are to keep."""

    weeks: Annotated[int, msgspec.Meta(ge=1, le=26)] = 8  # of the past
    waiting_minutes: Annotated[int, msgspec.Meta(ge=0, le=240)] = 10  # how long a wait is good
    share: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.8  # of the people wait no longer than that


class ConsoleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file (`schema = 1`)."""

    site: str  # the site's id, as in the site file
    database: str  # as the store's: "sqlite:////var/lib/nobat/ledger.sqlite"; only read
    accounts_file: str  # made by `nobat staff add`
    schema: int = 1  # the layout of this file
    proposals_folder: str = "/run/nobat-console"  # site files on their way to the store, which must be able to read them there
    device: str = "console"  # an operator of the site file
    identity_key: str | None = None  # the store's own (docs/office.md); None: no pages of an insurance office
    language: str = "fa"  # in which pages begin; each browser may choose another
    listen: str = "127.0.0.1:8080"  # the address and port of the pages
    certificate: str | None = None  # both PEM files given: HTTPS, and the browser keeps its cookie from plain HTTP
    private_key: str | None = None  # the certificate's key
    metrics_listen: str | None = None  # for Prometheus, "127.0.0.1:9470": whoever reaches it reads it; None: nobody does
    broker: Broker = Broker()
    wall: WallSettings = WallSettings()
    outlook: OutlookSettings = OutlookSettings()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the pages."""
        return address_of(self.listen)


def load_settings(path: Path) -> ConsoleSettings:
    """Read and check `path`. Raises SettingsError with the file, the key and what was expected."""
    settings = read_settings(path, ConsoleSettings)
    for key, listen in (("listen", settings.listen), ("metrics_listen", settings.metrics_listen)):
        if listen is not None:
            refuse_no_address(path, key, listen, "127.0.0.1:8080")
    if (settings.certificate is None) != (settings.private_key is None):
        raise SettingsError(f"{path}: HTTPS needs both certificate and private_key")
    return settings
