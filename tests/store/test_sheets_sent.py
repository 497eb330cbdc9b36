"""A kiosk's sheet on the wire: from the real store through the real broker, with digests as they are in a clinic."""

import time
from pathlib import Path

from booking_store.ledger import Ledger
from mqtt.contract import DayStatus, Sheet
from mqtt.session import Heard, Session
from program.inbox import Inbox
from rules.code_digest import digest_of
from tests.broker import RunningBroker
from tests.store.clinic import Clinic, moment_ms
from tests.store.running import SECONDS, RunningStore
from tests.store.test_sheets import booked


def first_sheet(inbox: Inbox) -> Sheet | None:
    """The first sheet that came; None when none did."""
    give_up_at = time.monotonic() + SECONDS
    while time.monotonic() < give_up_at:
        event = inbox.get(time.monotonic() + 0.1)
        if isinstance(event, Heard) and isinstance(event.message, Sheet):
            return event.message
    return None


def test_a_sheet_reaches_its_kiosk_as_soon_as_its_digests_are_made(broker: RunningBroker, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    before = Clinic(lambda: Ledger.open(url, moment_ms("06:00")))
    code = booked(before)
    before.ledger.close()
    store, inbox = RunningStore(broker, tmp_path, url), Inbox()
    kiosk = Session(broker.login("kiosk-1"), site="small", device="kiosk-1", inbox=inbox, follow=("sheet/kiosk-1",))
    kiosk.start()
    try:
        store.start()
        sheet = first_sheet(inbox)
    finally:
        kiosk.stop()
        store.kill()
    assert sheet is not None
    assert sheet.today is not None
    assert sheet.today.status is DayStatus.ACCEPTING
    assert [one.digest for one in sheet.today.codes] == [digest_of(code, sheet.today.salt, sheet.scrypt_cost)]
