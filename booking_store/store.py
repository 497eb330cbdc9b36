"""The store without its wires: requests in, one durable commit, then replies and snapshots out.

`__main__` drives it from the broker; `nobat load`, tests and a simulation drive it directly. It reads no clock and
sends nothing: whoever drives it gives the moment and takes the messages, and there are none before their commit.
"""

import logging
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from booking_store import answering, notices
from booking_store import ledger as ledger_words
from booking_store.answering import Incoming
from booking_store.clock import Now
from booking_store.desk import calling, day, dispatch, generations, leaving, missed, nearly, places, reminders, retention, site
from booking_store.desk.desk import Asked, Desk, Opened, Touched
from booking_store.desk.line import Line
from booking_store.desk.office import due as office_due
from booking_store.desk.office import seat
from booking_store.desk.recent_calls import RecentCalls
from booking_store.desk.sheets import Sheets
from booking_store.digests import Digests
from booking_store.generations import Generation
from booking_store.ledger import CommitFailedError, Ledger, Transaction
from booking_store.notices import Outgoing
from booking_store.seal import Seal, SealError
from booking_store.settling_log import SettlingLog
from booking_store.statements import Statements
from mqtt.contract import (
    REPLY,
    SHEET_EVERY_SECONDS,
    Answer,
    DaySettled,
    DeviceState,
    Operation,
    Reply,
    Seen,
    TellSeen,
    Want,
)
from program.seldom import Seldom
from rules.generations import MODES
from rules.site import Site

log = logging.getLogger(__name__)

BATCH_LIMIT: Final = 16
"""The most requests of one commit. To decide so many takes longer than a flush, even on a card: with more of them, the
first would wait for the last and nobody would gain."""
WANTS: Final = {mode: Want(conduct.wants.value) for mode, conduct in MODES.items()}
SAME_FAILURE_EVERY_SECONDS: Final = 10.0
PURGE_EVERY_MS: Final = 3600 * 1000
SHEETS_EVERY_MS: Final = int(SHEET_EVERY_SECONDS * 1000)
QUEUES_ANEW_EVERY_MS: Final = 30 * 1000
"""Waits grow without any request, and with them the order of calls (who is aged); the next opening comes nearer, or the
clock is set: screens follow this soon."""


class Store:
    """Decides, one batch after the other. One thread drives it."""

    def __init__(
        self,
        ledger: Ledger,
        site_id: str,
        randomness: random.Random | None = None,
        digests: Digests | None = None,
        seal: Seal | None = None,
    ) -> None:
        """`site_id` names the site until a site file is loaded. `digests`: who makes them for the kiosks' sheets; without,
        there are no sheets on a day with bookings. `seal`: of an office's identities; raises SealError where the ledger was
        sealed with another key."""
        self._ledger = ledger
        self._site_id = site_id
        self._seal = _fitting(ledger, seal)
        self._randomness = randomness or random.SystemRandom()
        self._changed = Touched()
        self._published = notices.Published()
        self._line = Line(ledger.statements)
        self._calls = RecentCalls(ledger.statements)
        self._opened: Opened | None = None
        self._generation = Generation(ledger.statements, ledger.epoch)
        self._missed = missed.Missed()
        self._sheets = Sheets(digests or Digests())
        self._sheets_due = False
        self._boots: dict[str, str] = {}
        self._left_boots: set[tuple[str, str]] = set()
        self._last_tick_ms = self._purged_ms = self._queues_ms = self._sheets_ms = 0
        self._clock_trusted = True
        self._erasing = False  # more is due than one commit erases
        self._scrub = False  # something was erased, and its traces are still there
        self._settling_log = SettlingLog()
        self._failures = 0  # commits that failed
        self._told = Seldom(SAME_FAILURE_EVERY_SECONDS)
        self.site = site_in_force(ledger, site_id)

    @property
    def epoch(self) -> str:
        return self._ledger.epoch

    @property
    def sequence(self) -> int:
        """The number of the last commit."""
        return self._ledger.sequence

    @property
    def queues_wait(self) -> bool:
        """Whether snapshots that nobody waits for, of who waits and for kiosks that are alone, are left for later."""
        return self._changed.queue or self._sheets_due

    def handle_batch(self, batch: Sequence[Incoming], now: Now) -> list[Outgoing]:
        """The replies to `batch`, all effects of which are durable. None at all when the commit failed: every asker asks
        again. Raises LedgerError when the ledger is gone or another store's."""
        if not self._knows_what_was_seen(batch, now):
            return []
        if len(batch) == 1 and (read := self._read_only(batch[0], now)) is not None:
            return [Outgoing(REPLY.name, batch[0].device, read)]
        replies: list[tuple[str, Reply]] = []
        with self._going_on(f"{len(batch)} requests", now):
            with self._at_desk(now) as (desk, transaction):
                answered = [(one.device, answering.reply(desk, transaction, one)) for one in batch]
            replies = answered
        return [Outgoing(REPLY.name, device, reply) for device, reply in replies]

    def _read_only(self, one: Incoming, now: Now) -> Reply | None:
        """The reply to somebody who asks alone and changes nothing: a commit would wear the card each time that a worker looks
        for texts in vain, and let each caller wait for the disk. None: it takes a transaction."""
        if not answering.may_change_nothing(one):
            return None
        try:
            with self._reading(now) as desk:
                return answering.reply_by_reading(desk, one)
        except Exception:  # noqa: BLE001 (the transaction meets it too, and tells it)
            return None

    def ask(self, operation: Operation, now: Now) -> Answer:
        """Do one operation as the store itself (`--load`, and commands where no store runs). Raises as Ledger.transaction."""
        with self._at_desk(now) as (desk, _):
            return dispatch.answer(desk, Asked(dispatch.STORE, ""), operation)

    @property
    def wants(self) -> Want:
        """What is asked of every kiosk now."""
        if not self._generation.is_read:
            with self._ledger.reading():
                self._generation.read()
        return WANTS[self._generation.mode(self.site)]

    def hear_device(self, device: str, state: DeviceState, now: Now) -> None:
        """A device tells how it is, or the broker that it is gone."""
        self._generation.hear(device, state)
        self._missed.hear(device, state, now.ms)
        if state.up:
            self.hear_boot(device, state.boot, now)

    def asked_long_enough(self) -> None:
        """Kiosks that are up and have not told what they saw are not waited for any more (ASKING_SECONDS)."""
        self._generation.asked_long_enough()

    def hear_boot(self, device: str, boot: str, now: Now) -> None:
        """A device tells which run of it this is: presses of an earlier run are stale from now on."""
        if self._boots.get(device) == boot:
            return
        with self._going_on(f"the start of {device}", now):
            with self._at_desk(now) as (desk, _):
                calling.hear_boot(desk, device, boot)
            self._boots[device] = boot

    def tick(self, now: Now) -> None:
        """What time brings, about once a second: the day by its hours, tickets that can be called now, places that calls
        hold no more, reminders, what is due to be forgotten."""
        with self._reading(now) as desk:
            due = day.due(desk) is not None or places.any_expired(desk) or reminders.any_due(desk)
            due = due or generations.all_settled(desk) or nearly.any_due(desk) or self._missed.any_due(desk)
            due = due or office_due.any_due(desk) or leaving.any_begins(desk)
            self._settling_log.tell(desk)
            if now.ms - self._queues_ms >= QUEUES_ANEW_EVERY_MS or notices.became_callable(desk, self._last_tick_ms):
                self._changed.queue = self._changed.day = True
        self._sheets_due = self._sheets_due or now.ms - self._sheets_ms >= SHEETS_EVERY_MS
        self._last_tick_ms = now.ms
        if now.trusted != self._clock_trusted:
            self._clock_trusted, self._changed.day = now.trusted, True
        purge = self._erasing or now.ms - self._purged_ms >= PURGE_EVERY_MS
        if due or purge:
            self._erasing = False
            with self._going_on("the hours", now):
                erased = self._pass_time(now, purge=purge)
                self._erasing, self._scrub = erased.more, self._scrub or erased.some
            if self._scrub and not self._erasing:
                self._scrub = False
                self._ledger.scrub()

    def _pass_time(self, now: Now, *, purge: bool) -> retention.Erased:
        """One commit of what is due by time; with `purge` also of what is due to be forgotten."""
        with self._at_desk(now) as (desk, transaction):
            day.keep_hours(desk, Asked(dispatch.STORE, ""))
            leaving.begin_due(desk, Asked(dispatch.STORE, ""))
            places.let_go_expired(desk)
            reminders.write_due(desk)
            nearly.write_due(desk)
            self._missed.write_due(desk)
            office_due.write_due(desk, Asked(dispatch.STORE, ""))
            generations.end_settling(desk, Asked(dispatch.STORE, ""))
            if purge:
                self._purged_ms = now.ms  # a full disk is not tried each second
                ledger_words.forget_old_requests(transaction)
            erased = retention.erase_due(desk) if purge else retention.Erased()
        self._missed.committed()
        return erased

    def snapshots(self, now: Now, *, queues: bool) -> Iterator[Outgoing]:
        """What the screens must hear of after the commits since the last call, each to be sent at once. Without `queues`
        those that only say who waits are left for later: they cost the most, and a burst of requests needs them once."""
        changed, self._changed = self._changed, Touched()
        if changed.queue and not queues:
            self._changed.queue, changed.queue = True, False
        sheets, self._sheets_due = self._sheets_due and queues, self._sheets_due and not queues
        if changed == Touched() and not sheets:
            return
        if changed.queue:
            self._queues_ms = now.ms
        with self._reading(now) as desk:
            yield from notices.changed(desk, changed, self._published)
            if sheets:
                yield from self._sheets_for_kiosks(desk)

    def everything(self, now: Now) -> list[Outgoing]:
        """All that is retained, for a broker that may know nothing or something old."""
        self._published = notices.Published()
        self._changed = Touched()
        with self._reading(now) as desk:
            return [*notices.everything(desk, self._published), *self._sheets_for_kiosks(desk)]

    def _sheets_for_kiosks(self, desk: Desk) -> Iterator[Outgoing]:
        made = self._sheets.of(desk)
        if made:  # else its digests are being made, and it leaves as soon as they are there
            self._sheets_ms = desk.now_ms
        return notices.sheets(made, self._published)

    def owns(self, topic: str, key: str) -> bool:
        """Whether a retained topic is one of this site's, as it is in force."""
        return notices.owns(self.site, topic, key)

    def beat(self, now: Now, connection: str) -> Outgoing:
        """The sign of life, every BEAT_EVERY_SECONDS."""
        wants = self.wants
        waits_for = () if wants is Want.NOTHING else sorted(self._generation.waits_for(self.site))
        return notices.beat(self._published, connection, self.epoch, self.sequence, now, wants, waits_for)

    def _knows_what_was_seen(self, batch: Sequence[Incoming], now: Now) -> bool:
        """Hold what kiosks saw against this ledger before anything is done for anybody (PROTOCOL rule 14). False: it could not
        be written down that a ledger is lost."""
        for one in batch:
            seen, operation = one.request.seen, one.request.operation
            if seen is not None and not self._ledger.knows(seen) and not self._lost(one.device, seen, now):
                return False
            if isinstance(operation, TellSeen | DaySettled) and operation.epoch == self.epoch:
                self._generation.told(one.device)
        return True

    def _lost(self, device: str, seen: Seen, now: Now) -> bool:
        with self._reading(now) as desk:
            if not generations.is_news(desk, device, seen):
                return True
        told = f"{device} has seen {seen.epoch}, {seen.sequence}"
        log.warning("%s, which this ledger does not hold: an older one was put back", told)
        with self._going_on("the lost ledger", now):
            with self._at_desk(now) as (desk, _):
                generations.history_lost(desk, Asked(device, ""), seen)
            with self._reading(now) as desk:
                self._settling_log.tell(desk)
            return True
        return False

    @contextmanager
    def _at_desk(self, now: Now) -> Iterator[tuple[Desk, Transaction]]:
        """A transaction with its desk; what it changed is known once it is committed."""
        with self._as_committed(), self._ledger.transaction(now.ms) as transaction:
            desk = self._desk(transaction.statements, now, transaction.now_ms, transaction.sequence)
            yield desk, transaction
            transaction.back_to_ms = desk.back_to_ms
        self.site, self._opened = desk.site, desk.opened
        self._changed.add(desk.touched)
        if desk.back_to_ms is not None:
            self._last_tick_ms = self._purged_ms = self._queues_ms = self._sheets_ms = 0

    def _desk(self, tx: Statements, now: Now, now_ms: int, sequence: int) -> Desk:
        return Desk(
            tx=tx,
            line=self._line,
            calls=self._calls,
            generation=self._generation,
            site=self.site,
            now_ms=now_ms,
            epoch=self.epoch,
            sequence=sequence,
            clock_trusted=now.trusted,
            clock_behind=now.behind,
            disk_full=now.disk_full,
            wall_ms=now.wall_ms,
            randomness=self._randomness,
            seal=self._seal,
            left_boots=self._left_boots,
            opened=self._opened,
        )

    @contextmanager
    def _as_committed(self) -> Iterator[None]:
        """A line and calls that have heard of what was never committed are read anew."""
        try:
            yield
        except BaseException:
            self._line.forget()
            self._calls.forget()
            self._generation.forget()
            self._opened = None
            raise

    @contextmanager
    def _reading(self, now: Now) -> Iterator[Desk]:
        """A desk on the last commit, where nothing is written."""
        with self._ledger.reading() as statements:
            desk = self._desk(statements, now, now.ms, self.sequence)
            yield desk
        self._opened = desk.opened

    @contextmanager
    def _going_on(self, what: str, now: Now) -> Iterator[None]:
        """A commit that failed (a full disk) did nothing, and whoever wanted it comes again: the store goes on. Each second
        one may fail, for one cause, which is told now and then."""
        try:
            yield
        except (CommitFailedError, SQLAlchemyError) as fault:
            self._failures += 1
            cause = ledger_words.cause(fault)
            if self._told.is_due(cause, now.ms / 1000):
                log.error("nothing was done of %s: %s (the %d. failure)", what, cause, self._failures)  # noqa: TRY400
            self._ledger.read_anew()
            self.site = site_in_force(self._ledger, self._site_id)


def _fitting(ledger: Ledger, seal: Seal | None) -> Seal | None:
    with ledger.reading() as statements:
        if seal is not None and not seat.fits(statements, seal):
            raise SealError("this ledger was sealed with another key: put its own key file back")
    return seal


def site_in_force(ledger: Ledger, site_id: str) -> Site:
    """The site as its last loaded file says, with the absences that stand."""
    with ledger.reading() as statements:
        return site.in_force(statements, site.filed(statements, site_id), ledger.last_commit_ms)
