"""The letter page: `python -m letter_page FILE.toml`. It reads the ledger without its key, and may ask the store one thing.

Two threads: the deciding one asks the store what a service office wants; uvicorn's serves browsers.
"""

import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import Final

from booking_store.letter_report import LetterReader
from letter_page.settings import LetterPageSettings, load_settings
from letter_page.web import LetterPage, application
from mqtt.contract import Answer, Health
from mqtt.reporter import Reporter, last_will
from mqtt.session import Answered, GaveUp, Session
from mqtt.store_line import StoreLine, Wanted
from program.inbox import Inbox
from program.loop import Loop
from program.starting import start
from program.web_server import serve_strangers

ROLE: Final = "letter_page"


@dataclass(frozen=True, slots=True)
class Tell:
    """Hand the answer to the page that waits; None: none came."""

    request: str
    answer: Answer | None


Action = Wanted | Tell


def step(event: object) -> tuple[Action, ...]:
    """What is to be done about an event."""
    match event:
        case Wanted():
            return (event,)
        case Answered(reply):
            return (Tell(reply.id, reply.answer),)
        case GaveUp(request):
            return (Tell(request, None),)
    return ()


def run(settings: LetterPageSettings) -> None:
    """The page of `settings`."""
    inbox = Inbox()
    will = partial(last_will, settings.device, ROLE)
    session = Session(settings.broker, site=settings.site, device=settings.device, inbox=inbox, follow=(), will=will)
    store_line = StoreLine(inbox)
    reporter = Reporter(settings.device, ROLE, session, inbox, ())
    reader = LetterReader(settings.database, settings.site, time.time)  # noqa: TID251  which day it is, beside the store's own clock
    page = LetterPage(reader, store_line.ask, settings.language)

    def stepped(state: None, event: object, now: float) -> tuple[None, tuple[Action, ...]]:
        reporter.heard(event, now)
        reporter.tell(None, Health())
        return state, step(event)

    def perform(action: Action) -> None:
        match action:
            case Wanted():
                session.ask(action.request, action.operation, give_up_seconds=action.give_up_seconds, seen=None)
            case Tell(request, answer):
                store_line.answer(request, answer)

    loop: Loop[None, Action, None] = Loop(
        inbox=inbox, step=stepped, deadline=lambda _: None, perform=perform, timed=(session, reporter)
    )
    session.start()
    server = serve_strangers(application(page), settings.listen, inbox, settings.proxy)
    loop.stop_on_signals()
    loop.run(None)
    server.should_exit = True
    store_line.close()
    session.stop()
    reader.close()


if __name__ == "__main__":
    sys.exit(start("letter_page", load_settings, run, sys.argv))
