"""All that pages are made from, put together once: the clinic as it is heard, the ledger to read, the store to ask, who is
signed in, and the templates."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from booking_store.database import LedgerError
from booking_store.office_reader import OfficeReader
from booking_store.queue_report import QueueReader
from mqtt.contract import Answer, Operation, Order
from mqtt.store_line import StoreLine
from rules.site import Site
from screen import lettering
from staff_console.accounts import AccountBook
from staff_console.devices_view import gone
from staff_console.office.answers_book import AnswersBook
from staff_console.rights import Right
from staff_console.sessions import Sessions, Tries
from staff_console.settings import ConsoleSettings
from staff_console.site_in_force import can_book, site_in_force
from staff_console.statistics.book import StatisticsBook
from staff_console.visitor import Visitor
from staff_console.watch import Watch

_TEMPLATES: Final = Path(__file__).parent / "templates"


def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@dataclass(frozen=True)
class House:
    """One console."""

    settings: ConsoleSettings
    watch: Watch
    store_line: StoreLine
    queue: QueueReader
    accounts: AccountBook
    order: Callable[[str, Order], str]  # sends a device an order, gives its id; the right and the audit trail come before
    identities: OfficeReader | None = None  # an insurance office's; None: the console has no key, and there are no such pages
    sessions: Sessions = field(default_factory=Sessions)
    tries: Tries = field(default_factory=Tries)
    statistics: StatisticsBook = field(default_factory=lambda: StatisticsBook(time.monotonic))
    answers: AnswersBook = field(default_factory=lambda: AnswersBook(time.monotonic))
    templates: Environment = field(default_factory=_templates)

    def monotonic(self) -> float:
        """The clock that sessions and feeds end by (seconds)."""
        return time.monotonic()

    def ask(self, visitor: Visitor, operation: Operation, request: str | None = None) -> Answer | None:
        """The store's answer to what somebody wants; None: it does not answer. `request`: the form's own id, so that the same
        form sent twice does one thing."""
        return self.store_line.ask(operation, by=visitor.account.name, request=request)

    def office_site(self) -> Site | None:
        """The site in force where it has an insurance office, and this console the key of its ledger; None: there are no pages
        of an office. Raises LedgerError."""
        if self.identities is None:
            return None
        with self.queue.looking() as connection:
            site = site_in_force(connection)
        return site if site is not None and site.office is not None else None

    def page(self, request: Request, visitor: Visitor, template: str, *, status: int = 200, **facts: Any) -> Response:
        """A page for somebody who is signed in."""
        words = self.part(visitor, template, path=request.url.path, **facts)
        return HTMLResponse(words, status_code=status)

    def part(self, visitor: Visitor, template: str, **facts: Any) -> str:
        """A template filled: a page, or the part of one that is sent anew."""
        return self.templates.get_template(template).render(
            say=visitor.say,
            language=visitor.say.language,
            visitor=visitor,
            may=visitor.may,
            Right=Right,
            number=lambda value: lettering.localised(str(value), visitor.say.language),
            clinic=self.watch.clinic,
            gone=gone(self.watch.clinic, self.monotonic()),
            has_office=self._has_office,
            has_doctors=self._has_doctors,
            has_bookings=self._has_bookings,
            **facts,
        )

    def _has_office(self) -> bool:
        """Whether the menu leads to an office's pages; it does not where nobody can say."""
        try:
            return self.office_site() is not None
        except LedgerError:
            return False

    @property
    def _has_doctors(self) -> bool:
        """Whether anybody's days are a doctor's; they are taken to be while the site was not heard."""
        site = self.watch.clinic.site
        return site is None or bool(site.doctors)

    def _has_bookings(self) -> bool:
        """Whether anything here can be booked ahead; it is taken to be where nobody can say."""
        if self._has_doctors:
            return True
        try:
            with self.queue.looking() as connection:
                site = site_in_force(connection)
        except LedgerError:
            return True
        return site is None or can_book(site)
