"""The staff's pages: `python -m staff_console FILE.toml`.

Two threads: the deciding one hears the clinic and asks the store, as in every program of the house; uvicorn's serves browsers.
Either may end without the other being harmed, and the clinic needs neither.
"""

import logging
import sys
import threading
import uuid
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvicorn
from prometheus_client import CollectorRegistry

from booking_store.office_reader import OfficeReader
from booking_store.queue_report import QueueReader
from booking_store.seal import Seal, SealError
from mqtt.contract import ORDER, Answer, Health, Order, OrderMessage
from mqtt.reporter import Reporter, last_will
from mqtt.session import Answered, GaveUp, Session
from mqtt.store_line import StoreLine, Wanted
from program.inbox import Inbox
from program.loop import Loop, Stop
from program.settings import address_of
from program.starting import StartError, start
from staff_console import clinic as clinics
from staff_console import metrics
from staff_console.accounts import AccountBook
from staff_console.clinic import Clinic
from staff_console.house import House
from staff_console.settings import ConsoleSettings, load_settings
from staff_console.watch import Watch
from staff_console.web import application

log = logging.getLogger(__name__)

ROLE = "console"


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the store what a page wants."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Tell:
    """Hand the answer to the page that waits; None: none came."""

    request: str
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Send:
    """Order a device something."""

    device: str
    order: OrderMessage


Action = Ask | Tell | Send


def step(clinic: Clinic, event: object, now: float) -> tuple[Clinic, tuple[Action, ...]]:
    """The clinic after an event, and what is to be done."""
    match event:
        case Wanted():
            return clinic, (Ask(event),)
        case Send():
            return clinic, (event,)
        case Answered(reply):
            return clinic, (Tell(reply.id, reply.answer),)
        case GaveUp(request):
            return clinic, (Tell(request, None),)
    return clinics.heard(clinic, event, now), ()


def run(settings: ConsoleSettings) -> None:
    """The console of `settings`. Raises StartError where its key cannot be used."""
    identities = identities_of(settings)
    inbox = Inbox()
    session = Session(
        settings.broker,
        site=settings.site,
        device=settings.device,
        inbox=inbox,
        follow=clinics.FOLLOW,
        will=partial(last_will, settings.device, ROLE),
    )
    watch, store_line = Watch(), StoreLine(inbox)
    reporter = Reporter(settings.device, ROLE, session, inbox, ())
    house = House(
        settings=settings,
        watch=watch,
        store_line=store_line,
        queue=QueueReader(settings.database),
        accounts=AccountBook(Path(settings.accounts_file)),
        order=partial(send, inbox),
        identities=identities,
    )

    def stepped(clinic: Clinic, event: object, now: float) -> tuple[Clinic, tuple[Action, ...]]:
        clinic, actions = step(clinic, event, now)
        watch.put(clinic)
        reporter.heard(event, now)
        reporter.tell(None, Health())
        return clinic, actions

    def perform(action: Action) -> None:
        match action:
            case Ask(wanted):
                session.ask(wanted.request, wanted.operation, give_up_seconds=wanted.give_up_seconds, seen=None, by=wanted.by)
            case Tell(request, answer):
                store_line.answer(request, answer)
            case Send(device, order):
                session.publish(ORDER.name, device, order)

    registry = CollectorRegistry()
    registry.register(metrics.Figures(lambda: watch.clinic, house.queue, house.monotonic))
    pages = metrics.Pages(registry)
    loop: Loop[Clinic, Action, None] = Loop(
        inbox=inbox, step=stepped, deadline=lambda _: None, perform=perform, timed=(session, reporter)
    )
    session.start()
    server = serving(settings, house, inbox, pages)
    if settings.metrics_listen is not None:
        metrics.serve(registry, *address_of(settings.metrics_listen))
    loop.stop_on_signals()
    loop.run(Clinic())
    server.should_exit = True
    store_line.close()
    session.stop()
    house.queue.close()
    if identities is not None:
        identities.close()


def identities_of(settings: ConsoleSettings) -> OfficeReader | None:
    """What opens who an insurance office's households are. Raises StartError."""
    if settings.identity_key is None:
        return None
    try:
        seal = Seal.read_if_any(Path(settings.identity_key))
    except SealError as problem:
        raise StartError(str(problem)) from problem
    if seal is None:
        log.error("the office's key is not here: its pages are shut, the queue's are not (docs/office.md)")
        return None
    return OfficeReader(settings.database, seal)


def send(inbox: Inbox, device: str, order: Order) -> str:
    """Have a device ordered something; the order's id."""
    message = OrderMessage(id=uuid.uuid4().hex, order=order)
    inbox.put(Send(device, message))
    return message.id


def serving(settings: ConsoleSettings, house: House, inbox: Inbox, pages: metrics.Pages) -> uvicorn.Server:
    """uvicorn on a thread of its own; when it cannot serve, the program ends and systemd starts it again."""
    host, port = settings.address
    server = uvicorn.Server(
        uvicorn.Config(
            pages.counting(application(house)),
            host=host,
            port=port,
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.private_key,
            log_config=None,
            access_log=False,  # addresses hold ticket numbers
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )

    def serve() -> None:
        try:
            server.run()
        except SystemExit:
            log.error("no pages: %s cannot be listened on", settings.listen)  # noqa: TRY400  uvicorn has told why
        inbox.put(Stop("the pages ended"))

    threading.Thread(target=serve, name="pages", daemon=True).start()
    return server


if __name__ == "__main__":
    sys.exit(start("staff_console", load_settings, run, sys.argv))
