"""Two hands at once: a press on the page and on the real button is one call; and orders to a kiosk reach it, noted first."""

import re
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator

import pytest

from mqtt.contract import CallNext, DeviceState, OrderMessage, Press, Pressed, PrintCopy, Reason, Refusal, UnlockCodes
from mqtt.session import Answered, Heard, Session
from program.inbox import Inbox
from tests.command_line.clinic import Clinic
from tests.staff_console.running import SECONDS, Browser


class Device:
    """A counter's or a kiosk's end of the broker."""

    def __init__(self, clinic: Clinic, device: str, role: str) -> None:
        self.inbox = Inbox()
        login = clinic.broker.login(device)
        self.session = Session(login, site="small", device=device, inbox=self.inbox, follow=(f"order/{device}",))
        self.session.start()
        until = time.monotonic() + SECONDS
        state = DeviceState(device=device, up=True, connection="here", role=role)
        while not self.session.publish("device", device, state):
            assert time.monotonic() < until
            time.sleep(0.05)

    def hear(self, kind: type) -> object:
        """The next event of this kind."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            event = self.inbox.get(time.monotonic() + 0.05)
            if isinstance(event, kind):
                return event
            self.session.tick(time.monotonic())
        raise AssertionError(f"no {kind}")


@pytest.fixture
def counter(clinic: Clinic) -> Iterator[Device]:
    """The real buttons of counter 1."""
    counter = Device(clinic, "counter-1", "counter")
    yield counter
    counter.session.stop()


@pytest.fixture
def kiosk(clinic: Clinic) -> Iterator[Device]:
    """A kiosk that hears orders."""
    kiosk = Device(clinic, "kiosk-2", "kiosk")
    yield kiosk
    kiosk.session.stop()


def calls(clinic: Clinic) -> int:
    with sqlite3.connect(clinic.store.url.removeprefix("sqlite:///")) as ledger:
        count: int = ledger.execute("SELECT count(*) FROM calls WHERE kind = 'call'").fetchone()[0]
        return count


def test_the_page_and_the_real_button_pressed_at_the_same_instant_make_one_call(
    clinic: Clinic, reception: Browser, counter: Device
) -> None:
    last = [clinic.walk_in(11) for _ in range(3)][-1]
    reception.until(f'data-number="{last}"')
    seen = re.search(
        r'value="call_next">\s*<input type="hidden" name="point" value="counter-1">\s*'
        r'<input type="hidden" name="epoch" value="([^"]+)">\s*<input type="hidden" name="revision" value="(\d+)">',
        reception.page(),
    )
    assert seen is not None
    form = {"what": "call_next", "point": "counter-1", "epoch": seen[1], "revision": seen[2]}
    before, said = calls(clinic), []
    token = reception.form_token()

    def on_the_page() -> None:
        whole = {**form, "form_token": token}
        said.append(reception.client.post("/act", data=whole, headers={"accept": "application/json"}).json()["done"])

    page = threading.Thread(target=on_the_page)
    page.start()
    press = Press(point="counter-1", epoch=seen[1], revision=int(seen[2]), act=CallNext())
    counter.session.ask(uuid.uuid4().hex, press, give_up_seconds=None, seen=None)
    answered = counter.hear(Answered)
    page.join(SECONDS)
    assert isinstance(answered, Answered)
    by_button = answered.reply.answer
    assert said == [not isinstance(by_button, Pressed)]
    assert isinstance(by_button, Pressed) or (isinstance(by_button, Refusal) and by_button.reason is Reason.STALE)
    assert calls(clinic) == before + 1


def test_a_lost_paper_is_printed_at_the_chosen_kiosk(clinic: Clinic, reception: Browser, kiosk: Device) -> None:
    number = clinic.walk_in(11)
    reception.until("<option>kiosk-2</option>", f"/ticket/{number}")
    form = {"form_token": reception.form_token(), "kiosk": "kiosk-2"}
    answer = reception.client.post(f"/ticket/{number}/print", data=form, headers={"accept": "application/json"}).json()
    assert answer["done"], answer
    heard = kiosk.hear(Heard)
    assert isinstance(heard, Heard)
    assert isinstance(heard.message, OrderMessage)
    assert isinstance(heard.message.order, PrintCopy)
    assert heard.message.order.ticket.number == number
    assert "قبض دوباره چاپ شد" in reception.page(f"/ticket/{number}")


def test_a_kiosks_code_lock_is_lifted_and_the_audit_trail_knows_by_whom(
    clinic: Clinic, reception: Browser, kiosk: Device
) -> None:
    reception.until('id="unlock-kiosk-2"')
    form = {"form_token": reception.form_token(), "kiosk": "kiosk-2"}
    assert reception.client.post("/unlock-codes", data=form, headers={"accept": "application/json"}).json()["done"]
    heard = kiosk.hear(Heard)
    assert isinstance(heard, Heard)
    assert isinstance(heard.message, OrderMessage)
    assert heard.message.order == UnlockCodes()
    with sqlite3.connect(clinic.store.url.removeprefix("sqlite:///")) as ledger:
        rows = ledger.execute("SELECT who, why FROM audit WHERE what = 'device_ordered'").fetchall()
    assert rows == [("operator:reception", "unlock_codes")]
