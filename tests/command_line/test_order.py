"""A technician tells a device something from the store's machine."""

from collections.abc import Iterator

import pytest

from mqtt.contract import DeviceState, Order, OrderMessage, TestPrint, UnlockCodes
from mqtt.session import Connected, Session
from program.inbox import Inbox
from tests.command_line.clinic import Clinic, Nobat
from tests.mqtt.conftest import Program


@pytest.fixture
def kiosk(clinic: Clinic) -> Iterator[Program]:
    """A kiosk that hears its orders."""
    login, inbox = clinic.broker.login("kiosk-1"), Inbox()
    session = Session(login, site="small", device="kiosk-1", inbox=inbox, follow=("order/kiosk-1", "device/kiosk-1"))
    program = Program(session, inbox)
    session.start()
    connection = program.wait_for(Connected).connection
    session.publish("device", "kiosk-1", DeviceState(device="kiosk-1", up=True, connection=connection))
    program.wait_message(DeviceState)
    yield program
    session.stop()


@pytest.mark.parametrize(("word", "order"), [("unlock-codes", UnlockCodes()), ("test-print", TestPrint())])
def test_an_order_reaches_its_device(kiosk: Program, nobat: Nobat, word: str, order: Order) -> None:
    assert nobat("order", "kiosk-1", word).status == 0
    assert kiosk.wait_message(OrderMessage).order == order


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("kiosk-1", "dance"), 2, "no order 'dance'; there are identify,"),
        (("kiosk-2", "identify"), 1, "kiosk-2 is not there"),
    ],
)
def test_an_order_that_nobody_hears_or_knows_is_told_of(
    clinic: Clinic, nobat: Nobat, arguments: tuple[str, ...], status: int, told: str
) -> None:
    said = nobat("order", *arguments)
    assert (said.status, told in said.err) == (status, True), said
