"""Ask the store: through the broker while one runs, else at the ledger itself, under the store's own lock."""

import secrets
import time

import typer

from booking_store import database
from booking_store.clock import Clock
from booking_store.database import LedgerBusyError, LedgerError
from booking_store.ledger import Ledger
from booking_store.store import Store
from command_line.operator import FailedError, OperatorSettings, at_the_desk
from mqtt.contract import AbsencePlan, Answer, Loaded, LoadSite, Operation, Refusal
from mqtt.request_id import request_id


class HeldError(FailedError):
    """No store answers, and yet somebody holds the ledger."""


def ask_store(settings: OperatorSettings, operation: Operation, request: str | None = None) -> Answer:
    """The running store's answer; FailedError when it cannot be reached. `request`: as Desk.ask."""
    with at_the_desk(settings) as desk:
        return desk.ask(operation, request=request)


def ask_store_or_ledger(settings: OperatorSettings, operation: Operation) -> Answer:
    """The store's answer; where no store runs, that of the ledger, which loading a first site file creates.

    Raises FailedError when somebody holds the ledger and does not answer, or the ledger cannot be used.
    """
    request = request_id(secrets.token_hex(8), 0)  # one id however often it is asked: a slow store does it once
    try:
        return _ask_either(settings, operation, request)
    except HeldError:
        # A store that started in between answers now; another command that held the ledger is done soon.
        return _ask_either(settings, operation, request)


def _ask_either(settings: OperatorSettings, operation: Operation, request: str) -> Answer:
    try:
        return ask_store(settings, operation, request)
    except FailedError as away:
        try:
            answer = _ask_ledger(settings, operation)
        except LedgerBusyError as busy:
            raise HeldError(f"{away} (and the ledger is held, by a store out of reach or another command: ask again)") from busy
        except LedgerError as problem:
            raise FailedError(f"{away} (and the ledger cannot be used: {problem})") from problem
        if _was_written(operation, answer):
            typer.echo("No store runs: this was done in the ledger, and holds when one starts.", err=True)
        return answer


def _was_written(operation: Operation, answer: Answer) -> bool:
    """Whether the ledger was changed: not by a refusal, a preview or a dry run, nor by a site file that says nothing new."""
    match answer:
        case Refusal() | AbsencePlan(absence=None) | Loaded(changes=()):
            return False
        case _:
            return not (isinstance(operation, LoadSite) and operation.dry_run)


def _ask_ledger(settings: OperatorSettings, operation: Operation) -> Answer:
    if not isinstance(operation, LoadSite):
        database.open_for_reading(settings.database).dispose()  # never creates a ledger: only loading may
    wall_seconds = time.time()  # noqa: TID251  no store runs, so this is the clinic's one clock for a moment
    ledger = Ledger.open(settings.database, int(wall_seconds * 1000))
    try:
        clock = Clock(ledger.last_commit_ms)
        now = clock.read(wall_seconds, time.monotonic(), synchronised=False)
        return Store(ledger, settings.site).ask(operation, now)
    finally:
        ledger.close()
