"""The telephone for tests: its own parts in this process before a store that does as it is told, or its real process."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mqtt.contract import Answer, Changed, ConfirmHold, DeviceState, HoldPlace, Operation, Reply, SiteCard, StoreBeat
from mqtt.reporter import Reporter
from mqtt.session import Answered, Connected, GaveUp
from mqtt.session import Heard as HeardMessage
from mqtt.store_line import StoreLine
from phone_line import calls
from phone_line.calls import Action, Telephone
from phone_line.hands import Hands
from phone_line.listener import Listener
from phone_line.open_calls import OpenCalls
from program.inbox import Inbox
from program.loop import Loop, Stop
from tests.broker import RunningBroker, free_port
from tests.phone_line.calling import BOOKED, OFFER, SITE, SUNDAY_MS
from twins.asterisk import HANG_UP, Answers, Exchange, Heard, dial

LONG_SECONDS: Final = 10.0
WITHIN_SECONDS: Final = 20.0
KEY: Final = "the-exchange-has-this"


def usual(operation: Operation) -> Answer | None:
    """A store with a place for everyone. None: it does not answer."""
    match operation:
        case HoldPlace():
            return OFFER
        case ConfirmHold():
            return BOOKED
    return Changed()


@dataclass
class ToldStore:
    """Stands where the session does: answers what it is told to, and keeps what it was asked."""

    inbox: Inbox
    answer: Callable[[Operation], Answer | None] = usual
    asked: list[Operation] = field(default_factory=list)
    states: list[DeviceState] = field(default_factory=list)
    refused: int = 0
    connection: str = "c"
    boot: str = "b"

    def ask(self, request_id: str, operation: Operation, *, give_up_seconds: float | None, seen: None) -> None:
        assert seen is None
        self.asked.append(operation)
        answer = self.answer(operation)
        if answer is not None:
            self.inbox.put(Answered(Reply(id=request_id, answer=answer, epoch="e", sequence=2)))
        elif give_up_seconds is not None:
            self.inbox.put(GaveUp(request_id))

    def give_up(self, request_id: str) -> None:
        """It was asked once, and is not asked again."""

    def publish(self, topic: str, key: str, message: Any) -> bool:
        assert (topic, key) == ("device", message.device)
        self.states.append(message)
        return True

    def next_deadline(self) -> float | None:
        return None

    def tick(self, now: float) -> None:
        """Nothing is asked twice."""

    def of(self, kind: type[Any]) -> list[Any]:
        """What it was asked of one kind."""
        return [operation for operation in self.asked if isinstance(operation, kind)]


class TelephoneHere:
    """The telephone's listener, loop and disk in this process."""

    def __init__(self, folder: Path, site: SiteCard = SITE, exchanges: tuple[str, ...] = ("127.0.0.1",)) -> None:
        self._folder = folder
        self.inbox = Inbox()
        self.store = ToldStore(self.inbox)
        self.listener = Listener("127.0.0.1:0", exchanges, KEY, self.inbox)
        self.open_calls = OpenCalls(folder)
        session: Any = self.store
        hands = Hands(
            listener=self.listener,
            session=session,
            open_calls=self.open_calls,
            store_line=StoreLine(self.inbox),
            wake_texts=lambda: None,
            inbox=self.inbox,
        )
        self.reporter = Reporter("phone-1", calls.ROLE, session, self.inbox, ())
        self.loop: Loop[Telephone, Action, None] = Loop(
            inbox=self.inbox,
            step=self._step,
            deadline=calls.deadline,
            perform=hands.perform,
            timed=(session, self.reporter),
        )
        first = Telephone(boot=secrets.token_hex(8), secret=b"s")
        self.telephone = calls.at_start(first, self.open_calls.left_open, time.monotonic())
        self.inbox.put(Connected("c"))
        self.inbox.put(HeardMessage("site", "", site, live=False))
        beat = StoreBeat(up=True, connection="s", epoch="e", sequence=1, wall_ms=SUNDAY_MS)
        self.inbox.put(HeardMessage("store", "", beat, live=True))
        self._changed = threading.Condition()
        self._steps = 0
        self._thread = threading.Thread(target=self.loop.run, args=(self.telephone,), daemon=True)

    def _step(self, telephone: Telephone, event: object, now: float) -> calls.Result:
        telephone, actions = calls.step(telephone, event, now)
        self.reporter.tell(None, calls.health_of(telephone))
        with self._changed:
            self.telephone = telephone
            self._steps += 1
            self._changed.notify_all()
        return telephone, actions

    def __enter__(self) -> "TelephoneHere":
        self.listener.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.stop()
        self.inbox.put(Stop("the test is over"))
        self._thread.join(LONG_SECONDS)
        assert self.loop.failures == 0

    def open(self) -> list[Path]:
        """What is on its disk."""
        return list((self._folder / "open-calls").iterdir())

    @property
    def port(self) -> int:
        return self.listener.address[1]

    def dial(self, answers: Answers | None = None, **more: Any) -> Heard:
        """One call, to its end."""
        return dial("127.0.0.1", self.port, **{"key": KEY, "answers": answers, **more})

    def wait(self, true: Callable[[Telephone], bool]) -> None:
        """Wait until something that happened makes it true."""
        with self._changed:
            assert self._changed.wait_for(lambda: true(self.telephone), LONG_SECONDS), self.telephone

    def quiet(self) -> None:
        """Wait until nobody is on the line, nothing is owed, and all that followed is done."""
        self.wait(lambda telephone: not telephone.calls and not telephone.cares)
        steps = self._steps
        self.inbox.put("one more step")
        self.wait(lambda _: self._steps > steps)


class RunningTelephone:
    """The telephone's process, which may be killed. Its port stays, as with systemd's socket, when `keep_port`."""

    def __init__(self, folder: Path, broker: RunningBroker, *, site: str = "small", gateways: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self._socket = socket.create_server(("127.0.0.1", self.port), backlog=64)
        login = broker.login("phone-1")
        (folder / "agi-key").write_text(KEY + "\n", encoding="utf-8")
        self._file = folder / "phone-1.toml"
        self._file.write_text(
            f"""
device = "phone-1"
site = "{site}"
state_folder = "{folder / "state"}"
[broker]
port = {login.port}
password_file = "{login.password_file}"
[agi]
key_file = "{folder / "agi-key"}"
{gateways}
""",
            encoding="utf-8",
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it as systemd does, with the socket handed over, and come back when it said ready."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            path = self.folder / "notify"
            path.unlink(missing_ok=True)
            told.bind(str(path))
            told.settimeout(LONG_SECONDS)
            self.launch(NOTIFY_SOCKET=str(path))
            while told.recv(100) != b"READY=1":
                pass

    def launch(self, **environment: str) -> None:
        """Start it, and do not wait."""
        handed_over = (
            "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1');"
            "os.execv(sys.executable, [sys.executable, '-m', 'phone_line', sys.argv[2]])"
        )
        with (self.folder / "phone.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", handed_over, str(self._socket.fileno()), str(self._file)],
                pass_fds=(self._socket.fileno(),),
                env={**os.environ, **environment},
                stderr=log,
                cwd=Path(__file__).parents[2],
            )

    def kill(self) -> None:
        """Power cut."""
        self.end(signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, or worse; its exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(number)
        status = self.process.wait(LONG_SECONDS)
        self.process = None
        return status

    def close(self) -> None:
        """It is needed no more."""
        self.kill()
        self._socket.close()

    def dial(self, answers: Answers, **more: Any) -> Heard:
        """One call, to its end."""
        return dial("127.0.0.1", self.port, **{"key": KEY, "answers": answers, **more})

    def log(self) -> str:
        """What it wrote."""
        return (self.folder / "phone.log").read_text(encoding="utf-8")


def code_of(heard: Heard) -> str:
    """The code that was told first: the digits after «your code»."""
    told = heard.prompts[heard.prompts.index("your_code") + 1 :]
    return "".join(prompt.removeprefix("digit/")[0] for prompt in told if prompt.startswith("digit/"))[:8]


def ready(telephone: RunningTelephone) -> None:
    """Wait until the store answers callers."""
    soon(lambda: "welcome" in telephone.dial({"main_menu_with_operator": HANG_UP}, exchange=Exchange(tries=1)).prompts)


def soon(true: Callable[[], bool]) -> None:
    """Wait until something that other programs do has become true."""
    give_up_at = time.monotonic() + WITHIN_SECONDS
    while not true():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
