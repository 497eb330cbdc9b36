"""Whether the clinic's service day is open: read in the ledger on the store's machine, asked of the broker on any other."""

import time
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import text

from booking_store import database
from booking_store.database import LedgerDamagedError, LedgerError
from command_line.operator import FailedError
from command_line.units import device_files, outside_its_unit
from mqtt import codec
from mqtt.contract import DAY, Day, DayStatus
from mqtt.link import Arrived, Ended, Joined, Link
from program.settings import Broker, SettingsError, read_settings

WITHIN_SECONDS: Final = 5.0
TURN_SECONDS: Final = 0.2
OPEN_DAY: Final = "SELECT date FROM service_days WHERE ended_at_ms IS NULL"


class SignsIn(msgspec.Struct, frozen=True):
    """Of a device's file, or the telephone's, by what name it knows which broker."""

    device: str
    site: str
    schema: int = 1
    broker: Broker = Broker()


def there_is_a_ledger(url: str) -> bool:
    """Whether this store's machine has a ledger already. Raises FailedError where it had one that is gone."""
    try:
        return not database.is_sqlite(url) or database.sqlite_there(url).is_file()
    except LedgerDamagedError as problem:
        raise FailedError(str(problem)) from problem
    except LedgerError:
        return False


def open_in_the_ledger(url: str) -> str:
    """The date of the open day, "2026-11-22"; empty: none is open. Raises FailedError where the ledger cannot say."""
    try:
        engine = database.open_for_reading(url)
        try:
            with database.telling_readers(url), engine.connect() as connection:
                return str(connection.execute(text(OPEN_DAY)).scalar_one_or_none() or "")
        finally:
            engine.dispose()
    except LedgerError as problem:
        raise FailedError(f"whether the day is open cannot be read: {problem}") from problem


def open_at_the_broker(folder: Path) -> str:
    """The same, as a device of this machine hears it; empty too where the machine carries no device.

    It comes in under the device's own name, which turns the running program out for a moment: that is back within three
    seconds, and no screen says that it hears nothing before five. Raises FailedError where nobody answers.
    """
    files = device_files(folder)
    if not files:
        return ""
    try:
        settings = read_settings(files[0], SignsIn)
        return _heard(settings.site, settings.device, outside_its_unit(settings.broker, settings.device, folder))
    except (SettingsError, OSError) as problem:
        raise FailedError(f"whether the day is open cannot be asked: {problem}") from problem


def _heard(site: str, device: str, broker: Broker) -> str:
    link = Link(broker, device)
    link.connect()
    end = time.monotonic() + WITHIN_SECONDS
    try:
        while time.monotonic() < end:
            for arrival in link.turn(TURN_SECONDS):
                match arrival:
                    case Joined():
                        link.subscribe([codec.prefix(site) + DAY.name])
                    case Arrived(payload=payload):
                        day = codec.decode(DAY.name, payload)
                        return day.date if isinstance(day, Day) and day.status is not DayStatus.CLOSED else ""
                    case Ended(why=why):
                        raise OSError(why)
                    case _:
                        continue
    except codec.UnfitError as problem:
        raise OSError(str(problem)) from problem
    finally:
        link.close()
    raise OSError(f"{broker.host}:{broker.port} has nothing of the site {site}: has its store run with this broker?")
