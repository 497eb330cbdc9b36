"""The small clinic with a telephone, its real store, and a look into its ledger."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.broker import RunningBroker
from tests.store.clinic import SITE_FILE
from tests.store.running import RunningStore

TELEPHONE = """
[texts.templates]
booked = "کد {code} روز {date}"

[[devices]]
id = "phone-1"
role = "phone"
"""


def store_with_a_telephone(broker: RunningBroker, folder: Path, more: str = "") -> RunningStore:
    """The real store of the small clinic, whose site file knows a telephone."""
    site_file = folder / "small_clinic.toml"
    site_file.write_text(SITE_FILE.read_text(encoding="utf-8") + TELEPHONE + more, encoding="utf-8")
    return RunningStore(broker, folder, site_file=site_file)


class Ledger:
    """What is in the ledger, read beside the store."""

    def __init__(self, store: RunningStore) -> None:
        self._path = store.url.removeprefix("sqlite:///")

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows of a question."""
        with sqlite3.connect(f"file:{self._path}?mode=ro", uri=True) as ledger:
            found = ledger.execute(query, values).fetchall()
        ledger.close()
        return found

    def bookings(self, state: str = "active") -> dict[str, str | None]:
        """The codes and mobiles of the bookings in a state."""
        return dict(self.rows("SELECT code, mobile FROM bookings WHERE state = ?", (state,)))

    def texted(self) -> list[str]:
        """To whom codes were texted."""
        return [mobile for (mobile,) in self.rows("SELECT mobile FROM texts WHERE kind = 'booked' ORDER BY id")]

    def ends(self) -> list[tuple[str, str]]:
        """How calls ended, and their steps as they are kept."""
        return self.rows("SELECT ended, steps FROM phone_calls ORDER BY ended_at_ms")
