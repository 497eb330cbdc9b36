"""The site as its document in force describes it, for pages that need more of it than the card on everybody's door says."""

from functools import lru_cache

from sqlalchemy import Connection

from booking_store import site_history
from booking_store.site_file import SiteFileError, parse_site
from rules.site import Site


@lru_cache(maxsize=64)
def site_of(document: str) -> Site | None:
    """The site that a document of the ledger describes; None where a later program reads it no more."""
    try:
        return parse_site(document, "")
    except SiteFileError:
        return None


def site_in_force(connection: Connection) -> Site | None:
    """The site of the document that was loaded last; None: there is none yet."""
    load = next(iter(site_history.newest(connection, 1)), None)
    return site_of(load.document) if load is not None else None


def can_book(site: Site) -> bool:
    """Whether any place of the site is booked ahead, by telephone or at reception: an office may serve only who comes."""
    own = (one.timetable for one in site.departments if one.timetable is not None)
    for timetable in (*own, *(one.timetable for one in site.doctors)):
        shifts = (*timetable.weekly.values(), *(one.shifts for one in timetable.overrides))
        if any(shift.capacity.phone or shift.capacity.reserve for some in shifts for shift in some):
            return True
    return False
