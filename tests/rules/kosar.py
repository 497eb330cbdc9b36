"""The Kosar clinic of sites/kosar_clinic.toml, and moments in it, for the rules' tests."""

from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from booking_store.site_file import read_site
from rules.site import Site

SATURDAY = date(2026, 11, 21)  # 1405/08/30
SUNDAY = date(2026, 11, 22)
THURSDAY = date(2026, 11, 26)
FRIDAY = date(2026, 11, 27)
TEHRAN = ZoneInfo("Asia/Tehran")


@cache
def kosar() -> Site:
    return read_site(Path(__file__).parents[2] / "sites" / "kosar_clinic.toml")


def at(clock: str, day: date = SUNDAY) -> datetime:
    """ "07:30" on a date, in Arak."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=TEHRAN)
