"""One request answered at a desk: as it was answered before, or by its handler, in a savepoint of its own."""

import logging
import traceback
from dataclasses import dataclass

from booking_store import ledger as ledger_words
from booking_store.desk import dispatch
from booking_store.desk.desk import Asked, Desk
from booking_store.ledger import Transaction
from booking_store.statements import TransactionLostError
from mqtt.contract import Answer, Operation, Reason, Refusal, Reply, Request

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request and the device on whose topic it came."""

    device: str
    request: Request


def may_change_nothing(one: Incoming) -> bool:
    """Whether it is of those that are asked again anew: its answer is not remembered, and perhaps it only reads."""
    return type(one.request.operation) in dispatch.ASKED_AGAIN_ANEW


def reply_by_reading(desk: Desk, one: Incoming) -> Reply | None:
    """The reply of a desk that only reads. None: it takes a transaction."""
    answer = dispatch.answer_by_reading(desk, _asked(one), one.request.operation)
    return None if answer is None else Reply(id=one.request.id, answer=answer, epoch=desk.epoch, sequence=desk.sequence)


def reply(desk: Desk, transaction: Transaction, one: Incoming) -> Reply:
    """The reply, which leaves once the transaction is committed. A fault in one request undoes nothing of the others, be it the
    handler's or a flipped bit in what is remembered."""
    request = one.request
    site, touched = desk.site, desk.touched.copy()
    try:
        with transaction.statements.savepoint():
            before = ledger_words.remembered(transaction, one.device, request.id)
            answer = _first_answer(desk, transaction, one) if before is None else before
    except TransactionLostError:
        raise
    except Exception as fault:  # noqa: BLE001 (told below, without what was asked)
        log.error("request %s of %s: %s", request.id, one.device, _where(fault, request.operation))  # noqa: TRY400
        desk.site, desk.touched, desk.back_to_ms = site, touched, None
        desk.line.forget()
        desk.calls.forget()
        desk.generation.forget()
        desk.day_changed()
        before, answer = None, Refusal(reason=Reason.INTERNAL_ERROR, detail=type(fault).__name__)
    return Reply(id=request.id, answer=answer, epoch=desk.epoch, sequence=desk.sequence, repeated=before is not None)


def _first_answer(desk: Desk, transaction: Transaction, one: Incoming) -> Answer:
    answer = dispatch.answer(desk, _asked(one), one.request.operation)
    if not may_change_nothing(one):
        ledger_words.remember(transaction, one.device, one.request.id, answer)
    return answer


def _asked(one: Incoming) -> Asked:
    request = one.request
    return Asked(one.device, request.id, request.boot, request.seen, by=request.by)


def _where(fault: Exception, operation: Operation) -> str:
    """What a technician needs of a fault, and nothing of what was asked: mobiles, codes and texts stay out of the log, and
    the words of a fault may hold them."""
    return f"{type(operation).__name__}: {type(fault).__name__}\n{''.join(traceback.format_tb(fault.__traceback__))}"
