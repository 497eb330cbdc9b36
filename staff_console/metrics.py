"""Figures for Prometheus: the clinic as the console hears it, and the line as the ledger has it. Nobody is named by them.

They have an address of their own, because whoever collects them signs in nowhere and may see no page.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from booking_store import tables
from booking_store.database import LedgerError
from booking_store.outbox_report import FAILED
from booking_store.queue_report import QueueReader, Standing
from mqtt.contract import DayStatus, DeviceState, PrinterStatus
from rules.journey import State
from staff_console.clinic import Clinic
from staff_console.devices_view import devices_of

log = logging.getLogger(__name__)

DAY_MS: Final = 24 * 3600 * 1000


class Pages:
    """Counts what the pages were asked, by the answer's status."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._asked = Counter("nobat_pages_requests", "What browsers asked the pages.", ("status",), registry=registry)

    def counting(self, app: ASGIApp) -> ASGIApp:
        """The same application, with each of its answers counted."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._asked.labels(message["status"]).inc()
                await send(message)

            await app(scope, receive, sending)

        return counted


class Figures(Collector):
    """Reads everything anew at each question."""

    def __init__(self, clinic: Callable[[], Clinic], queue: QueueReader, monotonic: Callable[[], float]) -> None:
        self._clinic = clinic
        self._queue = queue
        self._monotonic = monotonic

    def describe(self) -> Iterator[Metric]:
        """Nothing in advance: no name is used twice here, and looking would ask the ledger at the start."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """All figures now; those of the ledger are left out while it cannot be read."""
        clinic, now = self._clinic(), self._monotonic()
        yield from of_the_clinic(clinic, now)
        yield from of_devices(clinic)
        now_ms = clinic.feed.wall_ms(now)
        if clinic.day is None or now_ms is None:
            return
        try:
            standing = self._queue.standing(clinic.day.service_day)
            with self._queue.looking() as connection:
                texts = tuple(of_texts(connection, now_ms))
        except LedgerError as problem:
            log.warning("%s", problem)
            return
        yield from of_the_line(standing, now_ms)
        yield from texts


def serve(registry: CollectorRegistry, host: str, port: int) -> None:
    """Answer at this address from now on, on a thread of its own. Where that cannot be, the pages do without."""
    try:
        start_http_server(port, host, registry)
    except OSError as problem:
        log.error("no figures: %s:%d cannot be listened on: %s", host, port, problem.strerror)  # noqa: TRY400  all is said


def of_the_clinic(clinic: Clinic, now: float) -> Iterator[Metric]:
    """Whether the store is heard, and how much it has written."""
    yield GaugeMetricFamily("nobat_store_up", "Whether the store is heard.", 0.0 if clinic.lost(now) else 1.0)
    if clinic.feed.beat is not None:
        yield CounterMetricFamily("nobat_store_commits", "The ledger's last commit.", clinic.feed.beat.sequence)
    if clinic.day is not None:
        is_open = clinic.day.status is not DayStatus.CLOSED
        yield GaugeMetricFamily("nobat_day_open", "Whether a service day is open.", float(is_open))


def of_devices(clinic: Clinic) -> Iterator[Metric]:
    """Each device of the site; what a device that is gone said last is no figure any more."""
    cards = devices_of(clinic.site) if clinic.site is not None else ()
    here = {name: state for name, state in clinic.devices.items() if state.up}
    up = GaugeMetricFamily("nobat_device_up", "Whether a device of the site is there.", labels=("device", "role"))
    for card in cards:
        up.add_metric((card.id, card.role), float(card.id in here))
    yield up
    for name, help_, figure in _OF_A_DEVICE:
        family = GaugeMetricFamily(name, help_, labels=("device",))
        for device, state in here.items():
            if (value := figure(state)) is not None:
                family.add_metric((device,), value)
        yield family
    printers = GaugeMetricFamily("nobat_device_printer", "1 for the state that its printer is in.", labels=("device", "state"))
    for device, state in here.items():
        if state.health.printer is not PrinterStatus.NONE:
            printers.add_metric((device, state.health.printer.value), 1.0)
    yield printers


def of_the_line(standing: tuple[Standing, ...], now_ms: int) -> Iterator[Metric]:
    """Today's tickets by their state, and who waits where and how long."""
    tickets = GaugeMetricFamily("nobat_tickets", "Today's tickets.", labels=("state",))
    for state in State:
        if state is not State.VOID:
            tickets.add_metric((state.value,), sum(one.state is state for one in standing))
    yield tickets
    waiting = GaugeMetricFamily("nobat_waiting", "Who waits to be called.", labels=("stage",))
    longest = GaugeMetricFamily("nobat_longest_wait_seconds", "The wait of who waits longest.", labels=("stage",))
    line = [one for one in standing if one.state is State.WAITING]
    for stage in sorted({one.stage for one in line}):
        since = [one.waiting_since_ms for one in line if one.stage == stage]
        waiting.add_metric((stage,), len(since))
        longest.add_metric((stage,), max(0, now_ms - min(since)) / 1000)
    yield waiting
    yield longest


def of_texts(connection: Connection, now_ms: int) -> Iterator[Metric]:
    """The outbox: what has not left yet, and what failed within a day."""
    texts = tables.texts.c
    waiting = select(func.count()).where(texts.next_at_ms.is_not(None))
    failed = select(func.count()).where(texts.written_at_ms >= now_ms - DAY_MS, texts.state.in_(FAILED))
    yield GaugeMetricFamily(
        "nobat_texts_waiting", "Texts not sent, or not followed yet.", connection.execute(waiting).scalar_one()
    )
    yield GaugeMetricFamily("nobat_texts_failed", "Texts of a day that failed.", connection.execute(failed).scalar_one())


def _megabytes(state: DeviceState) -> float | None:
    return None if state.health.memory_mb is None else state.health.memory_mb * 1e6


_OF_A_DEVICE: Final[tuple[tuple[str, str, Callable[[DeviceState], float | None]], ...]] = (
    ("nobat_device_temperature_celsius", "Of its processor.", lambda state: state.health.temperature_c),
    ("nobat_device_memory_bytes", "What its program holds.", _megabytes),
    ("nobat_device_clock_off_seconds", "Its clock less the store's.", lambda state: state.health.clock_off_seconds),
    ("nobat_device_unsettled", "Papers of which the store was not told.", lambda state: state.health.unsettled),
    ("nobat_device_refused_messages", "Messages it could not read.", lambda state: state.health.refused_messages),
    ("nobat_device_dropped_events", "Events a full inbox lost.", lambda state: state.health.dropped_events),
    ("nobat_device_faults", "What a technician has to see to.", lambda state: len(state.health.faults)),
)
