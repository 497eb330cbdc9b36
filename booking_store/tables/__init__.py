"""The ledger's tables. A law that a table can hold is a constraint here, so that no code can break it.

The same tables serve SQLite and PostgreSQL. Times are integer milliseconds UTC by the store's clock (`_ms`), dates ISO
text in the site's own calendar day, departments and doctors their codes, points, stages and devices their ids in the
site file. What a constraint keeps:

| law | here |
|---|---|
| one number, one ticket a service day, 1 to 9999 | tickets: UNIQUE (service_day, number), CHECK |
| one ticket, one counter; one counter, one ticket | points: UNIQUE (ticket), one row a point |
| one place, one booking or one call that holds it | bookings: partial UNIQUE (session, place) |
| one call, one place | bookings: partial UNIQUE (call) |
| what is told is told once | texts: UNIQUE (dedupe_key) |
| an absence is announced once, and touches nobody twice | absences: partial UNIQUE; touched: partial UNIQUE |
| one code, one booking; one booking, one ticket | bookings: UNIQUE (code); tickets: partial UNIQUE (booking) |
| one open day, one day a date | service_days: partial UNIQUE |
| a ticket stands at one stop at a time | stops: partial UNIQUE (ticket) |
| a household has one open case; a case has one letter that stands | cases, letters: partial UNIQUE |
| one number, one letter a year; one code, one letter | letters: UNIQUE (year, serial), UNIQUE (code) |
| one household code, one household | marks: partial UNIQUE (mark) |
| one request, one effect | requests and ticket_requests: PRIMARY KEY (device, request) |
| nothing ends before it begins | CHECK on every pair of times |

A table stands in the module of its subject, and everybody takes it from here.
"""

from booking_store.tables.cases import (
    batches,
    case_people,
    case_steps,
    cases,
    households,
    inquiries,
    letter_years,
    letters,
    marks,
    office_tickets,
    people,
    seals,
    service_pins,
)
from booking_store.tables.days import calls, points, service_days, stops, ticket_requests, tickets
from booking_store.tables.records import audit, boots, epochs, ledger, requests, settled_kiosks, sites
from booking_store.tables.schema import metadata
from booking_store.tables.telephone import phone_calls, texts
from booking_store.tables.visits import BookingState, absences, bookings, late_doctors, sessions, touched

__all__ = [
    "BookingState",
    "absences",
    "audit",
    "batches",
    "bookings",
    "boots",
    "calls",
    "case_people",
    "case_steps",
    "cases",
    "epochs",
    "households",
    "inquiries",
    "late_doctors",
    "ledger",
    "letter_years",
    "letters",
    "marks",
    "metadata",
    "office_tickets",
    "people",
    "phone_calls",
    "points",
    "requests",
    "seals",
    "service_days",
    "service_pins",
    "sessions",
    "settled_kiosks",
    "sites",
    "stops",
    "texts",
    "ticket_requests",
    "tickets",
    "touched",
]
