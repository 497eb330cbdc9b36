"""The pages die in the middle of a form: kiosks and counters notice nothing, and whoever sat there signs in again."""

import socket
import time

from mqtt.contract import CallNext, PointState, Press, Pressed
from mqtt.session import Answered, Heard, Session
from program.inbox import Inbox
from staff_console.rights import Role
from tests.broker import RunningBroker
from tests.command_line.clinic import Clinic
from tests.staff_console.running import SECONDS, Console


class Counter:
    """counter-1, that presses its green button until it is answered."""

    def __init__(self, broker: RunningBroker) -> None:
        self.inbox = Inbox()
        login = broker.login("counter-1")
        self.session = Session(login, site="small", device="counter-1", inbox=self.inbox, follow=("point/counter-1",))
        self.session.start()

    def call_next(self) -> Pressed:
        shown, until = None, time.monotonic() + SECONDS
        while time.monotonic() < until:
            event = self.inbox.get(time.monotonic() + 0.05)
            match event:
                case Heard(message=PointState() as state) if shown is None:
                    shown = state
                    press = Press(point=state.point, epoch=state.epoch, revision=state.revision, act=CallNext())
                    self.session.ask("press-1", press, give_up_seconds=None, seen=None)
                case Answered(reply) if isinstance(reply.answer, Pressed):
                    self.session.stop()
                    return reply.answer
            self.session.tick(time.monotonic())
        raise AssertionError("no answer")


def test_the_pages_die_in_the_middle_of_a_form_and_the_clinic_goes_on(clinic: Clinic, console: Console) -> None:
    number = clinic.walk_in(11)
    clerk = console.browser(Role.RECEPTION)
    clerk.until(f'data-number="{number}"')
    cookies = "; ".join(f"{name}={value}" for name, value in clerk.client.cookies.items())
    form = f"form_token={clerk.form_token()}&what=make_urgent&number={number}&why=fever"
    head = (
        f"POST /act HTTP/1.1\r\nhost: localhost\r\ncookie: {cookies}\r\n"
        f"content-type: application/x-www-form-urlencoded\r\ncontent-length: {len(form)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", console.port)) as line:
        line.sendall((head + form[:-5]).encode())
        console.kill()
    pressed = Counter(clinic.broker).call_next()
    assert pressed.point.current is not None
    assert pressed.point.current.number == number
    assert not pressed.point.current.urgent, "half a form is no form"
    assert clinic.walk_in(11) != number
    console.start()
    assert clerk.client.get("/").headers["location"] == "/sign-in", "a new run knows no session"
    console.browser(Role.RECEPTION).until(f'href="/ticket/{number}"')
