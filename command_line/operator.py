"""How a command reaches the store: as the account `operator` through the broker, or at the ledger when no store runs."""

import datetime
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Final, TypeVar

import jdatetime
import msgspec
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from mqtt.contract import REPLY_WAIT_SECONDS, Answer, Message, Operation, Order, OrderMessage, Reason, Refusal
from mqtt.request_id import request_id
from mqtt.session import Answered, Connected, GaveUp, Heard, Session
from program.inbox import Inbox, Tick
from program.settings import Broker
from program.unreadable import why_unreadable

Wanted = TypeVar("Wanted")
Published = TypeVar("Published", bound=Message)

PLACES: Final = (Path(".nobat/demo/operator.toml"), Path("/etc/nobat/operator.toml"))
CONNECT_WITHIN_SECONDS: Final = 5.0
DATABASES: Final = ("sqlite", "postgresql")


class CommandError(Exception):
    """A mistake in what was asked; the message says what is wrong and what to do."""

    exit_status = 2


class FailedError(CommandError):
    """Asked rightly, and not done: nobody answers, or the clinic's rules say no."""

    exit_status = 1


MISTAKES: Final = frozenset(
    {
        Reason.UNKNOWN_DEPARTMENT,
        Reason.UNKNOWN_DOCTOR,
        Reason.UNKNOWN_NUMBER,
        Reason.UNKNOWN_POINT,
        Reason.UNKNOWN_ABSENCE,
        Reason.UNKNOWN_TEXT,
        Reason.BAD_MOBILE,
        Reason.BAD_DATE,
        Reason.BAD_SITE_FILE,
        Reason.MALFORMED,
        Reason.TOO_LARGE,
    }
)
"""Refusals of what was typed; all others tell how the clinic stands."""

MEANINGS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.BAD_DATE: "that day is over",
        Reason.BEYOND_HORIZON: "so far ahead nothing can be booked (horizon_days and loaded_until in the site file)",
        Reason.NO_SESSION: "no hours are left there on that day",
        Reason.SESSION_FULL: "every place is taken",
        Reason.DOCTOR_ABSENT: "the doctor is away on that day",
        Reason.BAD_MOBILE: "write it like 09121234567",
        Reason.UNDO_TOO_LATE: "a point takes back its last act for ten seconds",
    }
)
"""What a refusal's word leaves open, where the store adds nothing."""


class CopiesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where copies of the ledger go (docs/copies.md)."""

    folder: str | None = None  # on another device than the ledger, unless there is a standby
    standby: str | None = None  # for rsync: "nobat-copies@192.0.2.11:copies"


class OperatorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's TOML file (`schema = 1`): which site, which broker, which ledger."""

    site: str  # the site's id, as in the site file
    database: str  # "sqlite:////var/lib/nobat/ledger.sqlite" or "postgresql://…"
    device: str = "operator"  # an operator of the site file
    schema: int = 1  # the layout of this file
    broker: Broker = Broker()  # where the broker is
    copies: CopiesSettings = CopiesSettings()  # where copies go


def read_operator_settings(path: Path | None) -> OperatorSettings:
    """The settings at `path`, $NOBAT_OPERATOR, the running demo's, or /etc/nobat's; CommandError when there is none."""
    named = path or (Path(os.environ["NOBAT_OPERATOR"]) if "NOBAT_OPERATOR" in os.environ else None)
    places = (named,) if named else PLACES
    for place in places:
        if place.is_file():
            return _read(place)
    looked = ", ".join(str(place) for place in places)
    raise CommandError(f"no operator settings: looked for {looked}. Start the demo (make run) or name a file with --operator")


def _read(place: Path) -> OperatorSettings:
    try:
        settings = msgspec.convert(tomllib.loads(place.read_text(encoding="utf-8")), OperatorSettings)
        backend = make_url(settings.database).get_backend_name()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as problem:
        raise CommandError(f"{place}: {why_unreadable(problem)}") from problem
    except ArgumentError:
        backend = "nothing that is known"
    if backend not in DATABASES:
        raise CommandError(f"{place}: database: expected sqlite:////path or postgresql://user@host/name, found {backend}")
    if settings.schema != 1:
        raise CommandError(f"{place}: schema = {settings.schema}, this program reads schema = 1")
    return settings


class Desk:
    """The operator's seat at the broker, for one command or for a while."""

    def __init__(self, settings: OperatorSettings, follow: tuple[str, ...] = ()) -> None:
        """`follow`: topics to hear, below the site's prefix."""
        self._hear: Callable[[Heard], None] | None = None
        self._inbox = Inbox()
        self._ids_made = 0
        self._session = Session(
            settings.broker, site=settings.site, device=settings.device, inbox=self._inbox, follow=("store", *follow)
        )
        self._session.start()

    def tell(self, hear: Callable[[Heard], None]) -> None:
        """From now on `hear` is told each message, also while an answer is waited for."""
        self._hear = hear

    def ask(
        self,
        operation: Operation,
        wait_seconds: float = REPLY_WAIT_SECONDS,
        request: str | None = None,
        by: str | None = None,
    ) -> Answer:
        """The store's answer; FailedError when none comes in time. `request`: the id of one that was asked before; `by`: the
        staff account that wants it."""
        request = request or self._fresh_id()
        self._session.ask(request, operation, give_up_seconds=wait_seconds, seen=None, by=by)
        for event in self._events(wait_seconds + 1):
            if isinstance(event, Answered) and event.reply.id == request:
                return event.reply.answer
            if isinstance(event, GaveUp) and event.id == request:
                break
        raise FailedError("the store does not answer. Is booking_store running? (systemctl status nobat-store)")

    def order(self, device: str, order: Order) -> None:
        """Send an order to a device; FailedError while the broker is away."""
        if not self._session.publish("order", device, OrderMessage(id=self._fresh_id(), order=order)):
            raise FailedError("the broker is away: the order was not sent")

    def heard(self, seconds: float) -> Iterator[Heard]:
        """What is published, for `seconds`."""
        for event in self._events(seconds):
            if isinstance(event, Heard):
                yield event

    def first(self, topic: str, key: str, wanted: type[Published]) -> Published:
        """The first message heard on `topic` about `key`; FailedError when none comes."""
        for heard in self.heard(REPLY_WAIT_SECONDS):
            if heard.topic == topic and heard.key == key and isinstance(heard.message, wanted):
                return heard.message
        raise FailedError(f"nothing is published on {topic}{key and '/'}{key}: has the store run with this broker?")

    def connect(self) -> None:
        """Wait until the broker takes us in; FailedError with its reason when it does not."""
        for event in self._events(CONNECT_WITHIN_SECONDS):
            if isinstance(event, Connected):
                return
        broker = self._session.broker
        raise FailedError(f"cannot reach the broker at {broker.host}:{broker.port}: {self._session.why_away or 'no answer'}")

    def close(self) -> None:
        """Leave the broker."""
        self._session.stop()

    def _fresh_id(self) -> str:
        made = request_id(self._session.boot, self._ids_made)
        self._ids_made += 1
        return made

    def _events(self, seconds: float) -> Iterator[object]:
        end = monotonic() + seconds
        while (now := monotonic()) < end:
            self._session.tick(now)
            event = self._inbox.get(min(end, self._session.next_deadline() or end))
            if isinstance(event, Heard) and self._hear:
                self._hear(event)
            if not isinstance(event, Tick):
                yield event


@contextmanager
def at_the_desk(settings: OperatorSettings, *follow: str) -> Iterator[Desk]:
    """A connected Desk that is left afterwards."""
    desk = Desk(settings, follow)
    try:
        desk.connect()
        yield desk
    finally:
        desk.close()


def accepted(answer: Answer, wanted: type[Wanted]) -> Wanted:
    """`answer` as the type that was wanted; a refusal becomes an error that says its reason and its facts."""
    if isinstance(answer, wanted):
        return answer
    if isinstance(answer, Refusal):
        facts = msgspec.to_builtins(answer)
        reason = facts.pop("reason")
        detail = facts.pop("detail", "") or MEANINGS.get(answer.reason, "")
        facts.pop("type", None)
        if answer.date is not None:
            facts["date"] = jdatetime.date.fromgregorian(date=datetime.date.fromisoformat(answer.date)).strftime("%Y/%m/%d")
        named = ", ".join(f"{name} {value}" for name, value in facts.items())
        error = CommandError if answer.reason in MISTAKES else FailedError
        raise error(": ".join(part for part in (reason.replace("_", " "), detail, named) if part))
    raise FailedError(f"the store answered with {type(answer).__name__}, not {wanted.__name__}")
