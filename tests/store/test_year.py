"""The measured year is a year of a clinic: what statistics read of it adds up, on both kinds of database."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from benchmarks.year import TODAY, make
from booking_store import database
from booking_store.statistics.figures import statistics
from booking_store.statistics.outlook_reading import read_outlook
from booking_store.statistics.reading import Dates, read
from rules.erlang import Promise
from tests.store import postgresql

TICKETS = 3_000


@pytest.fixture(params=["sqlite", "postgresql"])
def year_url(request: pytest.FixtureRequest, sqlite_tables_url: str) -> str:
    """A small year."""
    url = sqlite_tables_url
    if request.param == "postgresql":
        url = postgresql.fresh_database(*map(request.getfixturevalue, ("postgresql_server", "tables_on_postgresql")))
    make(url, TICKETS)
    return url


def test_everybody_of_the_year_is_found_with_waits_services_calls_and_texts(year_url: str) -> None:
    engine = database.open_for_reading(year_url)
    with engine.connect() as connection:
        found = statistics(read(connection, Dates(TODAY - timedelta(days=365), TODAY, ZoneInfo("Asia/Tehran"))))
        ahead = read_outlook(connection, TODAY, 8, Promise(0.8, 10))
    engine.dispose()
    whole = found.whole.figures
    assert 0.9 * TICKETS < whole.people < 1.1 * TICKETS
    assert whole.services.count > 1.8 * whole.people, "reception, and one stage more"
    assert found.whole.kept == found.by_source["booked"].people
    assert found.phone.gave_up_at
    assert set(found.whole.texts) == {"booked", "reminder"}
    assert ahead is not None
    assert (ahead.enough, ahead.weeks) == (True, 8)
    assert ahead.booked > 0
