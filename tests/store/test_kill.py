"""kill -9 between the promise and the reply, again and again: no number is lost, none is given twice (laws 1 to 3, 8)."""

import random
import sqlite3
import time
import uuid
from pathlib import Path

from mqtt.contract import Reason, SettleOutcome, TakeHelpTicket, TicketGiven
from mqtt.contract import Settle as SettleTicket
from tests.broker import RunningBroker
from tests.store.running import Kiosk, RunningStore

ROUNDS = 4


def test_a_store_killed_in_the_middle_of_requests_loses_no_number_and_gives_none_twice(
    broker: RunningBroker, tmp_path: Path
) -> None:
    store = RunningStore(broker, tmp_path)
    store.start()
    kiosk = Kiosk(broker)
    chance = random.Random(7)  # noqa: S311
    asked: list[str] = []
    try:
        kiosk.until_open()
        for _ in range(ROUNDS):
            mine = [uuid.uuid4().hex for _ in range(4)]
            for request in mine:
                help_ticket = TakeHelpTicket(service_day=kiosk.day, about=Reason.NO_SUCH_CODE)
                kiosk.session.ask(request, help_ticket, give_up_seconds=None, seen=None)
            kill_at = time.monotonic() + chance.random() * 0.03
            while time.monotonic() < kill_at:
                kiosk.turn()
            store.kill()
            store.start()
            kiosk.until_answered(mine)
            asked += mine
        settles = []
        for request in asked:
            answer = kiosk.answers[request]
            if isinstance(answer, TicketGiven):
                settle = SettleTicket(
                    request=request, service_day=kiosk.day, outcome=SettleOutcome.PRINTED, number=answer.number
                )
                settles.append(uuid.uuid4().hex)
                kiosk.session.ask(settles[-1], settle, give_up_seconds=None, seen=None)
        kiosk.until_answered(settles)
    finally:
        kiosk.session.stop()
        store.kill()
    given = [answer.number for answer in (kiosk.answers[request] for request in asked) if isinstance(answer, TicketGiven)]
    assert len(given) >= 4
    assert len(set(given)) == len(given)
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        in_ledger = [number for (number,) in raw.execute("SELECT number FROM tickets WHERE state <> 'void' ORDER BY number")]
    raw.close()
    assert in_ledger == sorted(given)
