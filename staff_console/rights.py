"""Who may do what on the pages: roles and their rights as one table, and nothing else decides it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """What somebody is at this site; the word an account is made with."""

    RECEPTION = "reception"
    SECRETARY = "secretary"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    TECHNICIAN = "technician"


class Right(StrEnum):
    """One kind of page or action."""

    SEE_QUEUE = "see_queue"
    CALL = "call"  # press for a point
    CHANGE_TICKETS = "change_tickets"  # urgent, back in line, reopened, dropped
    BOOK = "book"  # find, check in, book and cancel for a caller
    HELP_KIOSKS = "help_kiosks"  # a paper once more, the lock on codes
    SEE_MOBILES = "see_mobiles"  # the whole number, each look logged
    CHANGE_DAY = "change_day"  # a doctor's day: absence, lateness, walk-in turns for the kiosks
    END_DAY = "end_day"  # the service day: end of reception, end of day
    SEE_STATISTICS = "see_statistics"
    SEE_DEVICES = "see_devices"
    ORDER_DEVICES = "order_devices"
    SEE_AUDIT = "see_audit"
    CHANGE_PLACES = "change_places"  # the site's points and its sound
    CHANGE_SITE = "change_site"  # its departments, doctors, texts and call order
    LOAD_SITE_FILE = "load_site_file"  # all of it at once, and what was in force before
    # an insurance office's own (docs/office.md)
    SEE_CASES = "see_cases"  # and who the households are: each look logged
    WRITE_CASES = "write_cases"  # open and record, papers, inquiries, letters of what is approved
    DECIDE_CASES = "decide_cases"  # approve, refuse, review again
    EXCHANGE_BATCHES = "exchange_batches"  # the files to the department and from it
    COUNT_CASES = "count_cases"  # the office's statistics
    SET_PINS = "set_pins"  # of the service offices


_DESK: Final = frozenset(
    {
        Right.SEE_QUEUE,
        Right.CALL,
        Right.CHANGE_TICKETS,
        Right.BOOK,
        Right.HELP_KIOSKS,
        Right.SEE_MOBILES,
        Right.END_DAY,
    }
)

_OFFICE: Final = frozenset({Right.SEE_CASES, Right.WRITE_CASES, Right.EXCHANGE_BATCHES})

RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        Role.RECEPTION: _DESK,
        Role.SECRETARY: frozenset({Right.SEE_QUEUE, Right.CALL, Right.CHANGE_TICKETS, Right.CHANGE_DAY}),
        Role.OFFICER: _DESK | _OFFICE,
        Role.REVIEWER: _DESK | _OFFICE | {Right.DECIDE_CASES, Right.COUNT_CASES},
        Role.MANAGER: frozenset(Right) - {Right.ORDER_DEVICES},
        Role.TECHNICIAN: frozenset(
            {
                Right.SEE_QUEUE,
                Right.SEE_DEVICES,
                Right.ORDER_DEVICES,
                Right.SEE_AUDIT,
                Right.CHANGE_PLACES,
                Right.LOAD_SITE_FILE,
            }
        ),
    }
)


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in RIGHTS[role]
