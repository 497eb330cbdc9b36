"""The exchange's calls: a thread that admits them, plays what it is told, and puts what is heard into the inbox.

One connection is one call. Who may connect is looked at before anything is read, then an environment must come within five
seconds, with the right key; a port scan, a health probe or a stranger is let go without a word. Nothing is decided here.
"""

import asyncio
import hmac
import logging
import os
import socket
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeVar

from phone_line import agi
from phone_line.agi import Environment, Heard, HungUpError, ProtocolError, Replies, Reply
from phone_line.state import Leave, Remember, Say
from program.inbox import Inbox
from program.settings import SettingsError

log = logging.getLogger(__name__)

ENVIRONMENT_SECONDS: Final = 5.0
REPLY_SECONDS: Final = 150.0
"""Longer than any prompt with its answer: an exchange that says nothing for so long is gone."""
LINES_AT_MOST: Final = 60
JOBS_AT_MOST: Final = 20
BACKLOG: Final = 64
SYSTEMD_SOCKET: Final = 3
BOOKING_VARIABLE: Final = "NOBAT_BOOKING"
"""Which of its bookings a call is at; the exchange keeps it with the call, over our restarts."""
RESULT_VARIABLE: Final = "NOBAT_RESULT"

Job = Say | Remember | Leave
Got = TypeVar("Got")


@dataclass(frozen=True, slots=True)
class CallCame:
    """A call is on `line`. `came_back` is the booking it is at, when it was with us before."""

    line: int
    exchange: str
    call: str
    caller: str
    came_back: int | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of the words of `turn`."""

    line: int
    turn: int
    heard: Heard


@dataclass(frozen=True, slots=True)
class CallEnded:
    """Nobody is on `line` any more: hung up, or handed back to the exchange."""

    line: int


@dataclass(slots=True)
class Line:
    """One connection."""

    number: int
    reader: StreamReader
    writer: StreamWriter
    jobs: asyncio.Queue[Job] = field(default_factory=lambda: asyncio.Queue(JOBS_AT_MOST))
    replies: Replies = field(default_factory=Replies)

    async def read_line(self) -> str:
        """The next line. Raises HungUpError at the stream's end, ProtocolError for what is no line."""
        try:
            read = await self.reader.readuntil(b"\n")
        except (asyncio.IncompleteReadError, OSError) as ended:
            raise HungUpError from ended
        except asyncio.LimitOverrunError as too_long:
            raise ProtocolError("a line without end") from too_long
        return read.decode("utf-8", errors="replace").rstrip("\r\n")

    async def environment(self) -> Environment:
        """What the exchange says first."""
        lines: list[str] = []
        while line := await self.read_line():
            lines.append(line)
            if len(lines) > agi.ENVIRONMENT_LINES_LIMIT:
                raise ProtocolError("an environment without end")
        return agi.environment(lines)

    async def command(self, command: str) -> Reply:
        """Send one command and wait for its reply; never a second one before."""
        self.writer.write(f"{command}\n".encode())
        async with asyncio.timeout(REPLY_SECONDS):
            while (reply := self.replies.read(await self.read_line())) is None:
                pass
        return reply

    async def until_hung_up(self) -> None:
        """While there is nothing to say, a hang-up is all that may come. Raises HungUpError."""
        while True:
            self.replies.read(await self.read_line())

    async def next_job(self) -> Job:
        """The next thing to do. Raises HungUpError."""
        return await self._or_hung_up(self.jobs.get())

    async def _or_hung_up(self, wanted: Coroutine[object, object, Got]) -> Got:
        tasks = (asyncio.ensure_future(wanted), asyncio.ensure_future(self.until_hung_up()))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[1].done():
                tasks[1].result()
            return tasks[0].result()
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError, HungUpError, ProtocolError):
                    await task

    async def speak(self, say: Say) -> Heard:
        """Play an utterance to its end."""
        talk = agi.utterance(say.prompts, say.gather)
        try:
            command = next(talk)
            while True:
                command = talk.send(await self.command(command))
        except StopIteration as ended:
            heard: Heard = ended.value
            return heard


class Listener:
    """Admits calls. `do` may be called from any thread and never waits."""

    def __init__(self, listen: str, exchanges: tuple[str, ...], key: str, inbox: Inbox) -> None:
        """Take systemd's socket, or bind one to `listen` ("127.0.0.1:4573"). Raises SettingsError, OSError."""
        self._socket = systemd_socket() or bound(listen)
        self._exchanges = frozenset(exchanges)
        self._key = key.encode()
        self._inbox = inbox
        self._lines: dict[int, Line] = {}
        self._numbers = 0
        self._missing: set[str] = set()
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="agi", daemon=True)
        self.turned_away = 0
        """Connections that were no calls, since the start."""

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._socket.getsockname()[:2]
        return host, port

    def start(self) -> None:
        """Begin to take calls."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Give every call back to the exchange, which brings it again, and end."""
        if self._loop is not None and self._stop is not None:
            with suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(timeout=2.0)

    def do(self, job: Job) -> None:
        """Do `job` on its line, after what it does now; nothing where nobody is there any more."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._hand_over, job)

    # What follows runs in the listener's thread.

    def _hand_over(self, job: Job) -> None:
        line = self._lines.get(job.line)
        if line is not None:
            try:
                line.jobs.put_nowait(job)
            except asyncio.QueueFull:
                line.writer.close()

    def _run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._served, sock=self._socket, limit=agi.LINE_LIMIT_BYTES, backlog=BACKLOG)
        self._ready.set()
        await self._stop.wait()
        server.close()
        for line in tuple(self._lines.values()):
            line.writer.close()

    async def _served(self, reader: StreamReader, writer: StreamWriter) -> None:
        peer = str((writer.get_extra_info("peername") or ("",))[0])
        if peer not in self._exchanges or len(self._lines) >= LINES_AT_MOST:
            self._turn_away(peer, "it is no exchange of ours" if peer not in self._exchanges else "too many calls at once")
            writer.close()
            return
        self._numbers += 1
        line = Line(self._numbers, reader, writer)
        self._lines[line.number] = line
        try:
            await self._take(line, peer)
        except HungUpError:
            pass
        except (ProtocolError, TimeoutError) as problem:
            log.warning("a call from %s was ended: %s", peer, problem or "no reply")
        finally:
            del self._lines[line.number]
            writer.close()
            self._inbox.put(CallEnded(line.number))

    async def _take(self, line: Line, peer: str) -> None:
        """One call from its environment to its end."""
        try:
            async with asyncio.timeout(ENVIRONMENT_SECONDS):
                environment = await line.environment()
        except (HungUpError, ProtocolError, TimeoutError):
            self._turn_away(peer, "no call came")
            return
        if not environment.call or not hmac.compare_digest(environment.key.encode(), self._key):
            self._turn_away(peer, "it has not the key")
            return
        before = await line.command(agi.command("GET VARIABLE", BOOKING_VARIABLE))
        came_back = int(before.note) if before.note.isascii() and before.note.isdigit() else None
        await self._remember(line, came_back or 1)
        came = CallCame(line.number, peer, environment.call, environment.caller, came_back)
        if not self._inbox.put(came):
            return
        await self._converse(line)

    async def _converse(self, line: Line) -> None:
        while True:
            match await line.next_job():
                case Say() as say:
                    heard = await line.speak(say)
                    self._note_missing(heard.missing)
                    self._inbox.put(Spoken(line.number, say.turn, heard))
                case Remember(booking=booking):
                    await self._remember(line, booking)
                case Leave(result=result):
                    await line.command(agi.command("SET VARIABLE", RESULT_VARIABLE, result))
                    return

    async def _remember(self, line: Line, booking: int) -> None:
        await line.command(agi.command("SET VARIABLE", BOOKING_VARIABLE, booking))

    def _note_missing(self, prompts: tuple[str, ...]) -> None:
        for prompt in set(prompts) - self._missing:
            log.warning("the exchange has no prompt %s", prompt)
        self._missing.update(prompts)

    def _turn_away(self, peer: str, why: str) -> None:
        self.turned_away += 1
        log.info("a connection from %s was let go: %s", peer, why)


def bound(listen: str) -> socket.socket:
    """A socket on one address. Raises SettingsError for an address that is none, OSError for one that cannot be had."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit():
        raise SettingsError(f'agi.listen: {listen!r} is no address with a port, like "127.0.0.1:4573"')
    return socket.create_server((host, int(port)), backlog=BACKLOG)


def systemd_socket() -> socket.socket | None:
    """The socket that systemd listens on for us, sd_listen_fds(3); None where we were started otherwise."""
    ours = os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS", "0") != "0"
    return socket.socket(fileno=SYSTEMD_SOCKET) if ours else None
