"""The devices: how each one is, kept new while somebody looks, and what a technician orders them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mqtt.contract import Changed, DeviceState, NoteOrder
from staff_console.acts import words_of
from staff_console.answering import form_of, told
from staff_console.devices_view import ORDERS, devices_view, orders_of
from staff_console.guard import guarded, house_of
from staff_console.house import House
from staff_console.live import sent_anew
from staff_console.rights import Right
from staff_console.visitor import Visitor

TAKEN_WITHIN_SECONDS: Final = 5.0
"""A device says within a second that it took an order; over a bad radio link it may have to be told twice."""


@guarded(Right.SEE_DEVICES)
def devices(request: Request, house: House, visitor: Visitor) -> Response:
    """The page."""
    view = devices_view(house.watch.clinic, visitor.say, house.monotonic())
    return house.page(request, visitor, "devices.html", view=view, back="/devices")


async def live(request: Request) -> Response:
    """The page's changing part, whenever a device says something."""
    house = house_of(request)

    def part(visitor: Visitor) -> str:
        view = devices_view(house.watch.clinic, visitor.say, house.monotonic())
        return house.part(visitor, "_devices.html", view=view, back="/devices")

    return sent_anew(request, Right.SEE_DEVICES, part)


@guarded(Right.ORDER_DEVICES)
def order(request: Request, house: House, visitor: Visitor) -> Response:
    """Order a device something, once the audit trail says who did, and tell whether it took it."""
    device, what, say = request.path_params["device"], form_of(request).get("what", ""), visitor.say
    before = house.watch.clinic.devices.get(device)
    if before is None or what not in orders_of(before):
        return told(request, visitor, False, say("staff.devices.cannot", device=device))
    noted = house.ask(visitor, NoteOrder(device=device, order=what))
    if not isinstance(noted, Changed):
        return told(request, visitor, *words_of(noted, what, say))
    sent = house.order(device, ORDERS[what])
    taken = house.watch.wait_until(lambda clinic: _took(clinic.devices.get(device), before, sent), TAKEN_WITHIN_SECONDS)
    return told(request, visitor, taken, say(f"staff.devices.done.{what}" if taken else "staff.devices.silent", device=device))


def _took(now: DeviceState | None, before: DeviceState, sent: str) -> bool:
    """Whether a device took the order: it says so, or it is a new run already, having been told to start anew."""
    return now is not None and now.up and (now.obeyed == sent or now.boot != before.boot)
