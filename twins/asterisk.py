"""An exchange without an exchange: calls a FastAGI service as Asterisk 13, 18 and 22 do, with a caller who follows a script.

    heard = dial("127.0.0.1", 4573, key="…", caller="09121234567", answers={"main_menu": "1", "ask_department": "11"})
    heard.prompts     # ("welcome", "main_menu", …): names below the exchange's nobat/ folder
    heard.result      # what the service left in NOBAT_RESULT: "done", "operator", or "" when it left nothing

A call is what `extensions_nobat.conf` makes of it: a service that drops it is tried again, with the same call and the same
variables. Prompts take no time here unless they are told to, and silence takes none. What the service may not do (a second
command before the reply, a line that is no command) ends the call with a TwinError.
"""

import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Final

FOLDER: Final = "nobat/"
RESULT: Final = "NOBAT_RESULT"
HANG_UP: Final = "hang up"
"""The answer of a caller who has had enough."""
DEAD: Final = "511 Command Not Permitted on a dead channel or intercept routine"
USAGE: Final = "520-Invalid command syntax.  Proper usage follows:\nUsage: GET DATA <file> …\n520 End of proper usage."
NO_USAGE: Final = "520 Invalid command syntax.  Proper usage not available."
ANSWER_SECONDS: Final = 30.0
"""How long the service may take for a command."""

_ARGUMENT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_VERBS: Final = ("GET DATA", "STREAM FILE", "SET VARIABLE", "GET VARIABLE", "CHANNEL STATUS")
_numbers = count(1)

Keys = str | Callable[[], str]
"""What is pressed; or what happens at that moment, and what is pressed then."""
Answers = Mapping[str, Keys | list[str] | list[Keys]]
"""A prompt's name to the keys that are pressed while it is heard; with a list, one after the other, and the last for ever."""


class TwinError(Exception):
    """The service does what an exchange does not forgive; the message says what."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """How this exchange behaves. `hang_up` is how it tells of one: "before" or "after" the reply, "glued" to what follows,
    as "511", or by "eof" alone. `bad_reply` answers each GET DATA. `prompt_seconds` is how long each prompt lasts. With
    `hasty` its callers type so fast that between two commands a key is lost. `tries` and `pause_seconds` are the dialplan's."""

    hang_up: str = "after"
    trying: bool = False  # "100 Trying" comes before each reply
    missing: frozenset[str] = frozenset()  # prompts that it does not have
    bad_reply: str | None = None
    prompt_seconds: float = 0.0
    hasty: bool = False
    tries: int = 3
    pause_seconds: float = 0.2


@dataclass(slots=True)
class Heard:
    """What came of a call."""

    prompts: tuple[str, ...] = ()
    result: str = ""
    connections: int = 0
    waits_ms: tuple[float, ...] = ()  # from each last key of an answer to the next words


def dial(
    host: str,
    port: int,
    *,
    key: str,
    caller: str = "unknown",
    answers: Answers | None = None,
    exchange: Exchange | None = None,
    call: str | None = None,
) -> Heard:
    """Make one call and follow it to its end. `call` is the exchange's id of it, new unless it is given."""
    exchange = exchange or Exchange()
    patient = Caller(answers or {}, exchange)
    unique = call or f"{int(time.monotonic())}.{next(_numbers)}"
    variables: dict[str, str] = {}
    heard = Heard()
    for attempt in range(exchange.tries):
        if attempt:
            time.sleep(exchange.pause_seconds)
        try:
            with socket.create_connection((host, port), timeout=ANSWER_SECONDS) as wire:
                heard.connections += 1
                Channel(wire, patient, variables, exchange).run(environment(unique, caller, key))
        except OSError:
            pass  # refused, or torn: the dialplan goes on
        if RESULT in variables or patient.gone:
            break
    heard.prompts = tuple(patient.heard)
    heard.result = variables.get(RESULT, "")
    heard.waits_ms = tuple(patient.waits_ms)
    return heard


def dial_at_once(calls: Sequence[Mapping[str, object]], host: str, port: int, **same: object) -> list[Heard]:
    """Many calls in the same moment, each with its own words for `dial`."""
    heard: list[Heard | None] = [None] * len(calls)

    def one(place: int, words: Mapping[str, object]) -> None:
        heard[place] = dial(host, port, **{**same, **words})  # type: ignore[arg-type]

    threads = [threading.Thread(target=one, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [one for one in heard if one is not None]


def environment(call: str, caller: str, key: str) -> str:
    """What Asterisk says first."""
    values = {
        "network": "yes",
        "network_script": f"booking?key={key}",
        "request": f"agi://127.0.0.1/booking?key={key}",
        "channel": "PJSIP/trunk-00000001",
        "language": "pr",
        "type": "PJSIP",
        "uniqueid": call,
        "version": "18.26.4",
        "callerid": caller,
        "calleridname": "unknown",
        "context": "nobat-booking",
        "extension": "s",
        "priority": "6",
        "enhanced": "0.0",
        "accountcode": "",
        "threadid": "140000000000000",
    }
    return "".join(f"agi_{name}: {value}\n" for name, value in values.items()) + "\n"


class Caller:
    """Somebody with a telephone who presses what the script says when they hear a prompt."""

    def __init__(self, answers: Answers, exchange: Exchange) -> None:
        self._answers = {name: list(keys) if isinstance(keys, list) else [keys] for name, keys in answers.items()}
        self._exchange = exchange
        self._pressed: list[str] = []
        self._last_key_at: float | None = None
        self.heard: list[str] = []
        self.waits_ms: list[float] = []
        self.gone = False

    def hears(self, prompt: str) -> bool:
        """A prompt begins. False: the exchange has none of this name."""
        if not prompt:
            return True
        name = prompt.removeprefix(FOLDER)
        if name in self._exchange.missing:
            return False
        if self._last_key_at is not None:
            self.waits_ms.append((time.monotonic() - self._last_key_at) * 1000)
            self._last_key_at = None
        time.sleep(self._exchange.prompt_seconds)
        self.heard.append(name)
        script = self._answers.get(name)
        if script:
            pressed = script.pop(0) if len(script) > 1 else script[0]
            keys = pressed() if callable(pressed) else pressed
            if keys == HANG_UP:
                self.gone = True
            else:
                self._pressed.extend(keys)
        return True

    def types_on(self) -> None:
        """A command has ended and the next one not begun: what is pressed now is lost."""
        if self._exchange.hasty and self._pressed:
            del self._pressed[0]

    def presses(self, among: str) -> str:
        """The next key, if it is one of these; others are lost. Empty: none."""
        while self._pressed:
            key = self._pressed.pop(0)
            if key in among:
                self._last_key_at = time.monotonic()
                return key
        return ""

    def collects(self, most: int) -> tuple[str, bool]:
        """The keys up to `most` or #, and whether the time was over before."""
        keys = ""
        while self._pressed and len(keys) < most:
            key = self._pressed.pop(0)
            self._last_key_at = time.monotonic()
            if key == "#":
                return keys, False
            keys += key
        return keys, len(keys) < most


@dataclass(slots=True)
class Channel:
    """One connection of the exchange to the service."""

    wire: socket.socket
    caller: Caller
    variables: dict[str, str]
    exchange: Exchange
    _read: bytes = field(default=b"")

    def run(self, first: str) -> None:
        """Say the environment, then do as told until the service or the caller ends it. Raises OSError, TwinError."""
        self.wire.settimeout(ANSWER_SECONDS)
        self.wire.sendall(first.encode())
        told = False
        while (line := self._line()) is not None:
            verb = next((verb for verb in _VERBS if line.startswith(verb)), None)
            if verb is None:
                raise TwinError(f"no command: {line!r}")
            arguments = [re.sub(r"\\(.)", r"\1", found) for found in _ARGUMENT.findall(line)]
            if self.caller.gone:
                self._say(self._of_the_dead(verb, arguments))
                continue
            self.caller.types_on()
            reply = self._reply(verb, arguments)
            if self.caller.gone and not told:
                told = True
                if not self._hang_up():
                    return
                continue
            self._say(f"100 Trying...\n{reply}" if self.exchange.trying else reply)
            if RESULT in self.variables and verb == "SET VARIABLE":
                return

    def _line(self) -> str | None:
        while b"\n" not in self._read:
            more = self.wire.recv(4096)
            if not more:
                return None
            self._read += more
        line, _, self._read = self._read.partition(b"\n")
        if self._read:
            raise TwinError(f"a second command before the reply to the first: {self._read!r}")
        return line.decode()

    def _say(self, reply: str) -> None:
        self.wire.sendall(f"{reply}\n".encode())

    def _reply(self, verb: str, arguments: list[str]) -> str:  # noqa: PLR0911  one case a command
        match verb, arguments:
            case "STREAM FILE", [prompt, keys]:
                if not self.caller.hears(prompt):
                    return "200 result=-1 endpos=0"
                key = self.caller.presses(keys) if keys else ""
                return f"200 result={ord(key) if key else 0} endpos=8000"
            case "GET DATA", [prompt, _, most]:
                if self.exchange.bad_reply is not None:
                    return self.exchange.bad_reply
                if not self.caller.hears(prompt):
                    return "200 result=-1"
                keys, timeout = self.caller.collects(int(most))
                return f"200 result={keys}{' (timeout)' if timeout else ''}"
            case "SET VARIABLE", [name, value]:
                self.variables[name] = value
                return "200 result=1"
            case "GET VARIABLE", [name]:
                return f"200 result=1 ({self.variables[name]})" if name in self.variables else "200 result=0"
            case "CHANNEL STATUS", _:
                return "200 result=6"
        raise TwinError(f"wrong arguments: {verb} {arguments}")

    def _of_the_dead(self, verb: str, arguments: list[str]) -> str:
        return self._reply(verb, arguments) if "VARIABLE" in verb else DEAD

    def _hang_up(self) -> bool:
        """Tell of it. False: the connection ends."""
        match self.exchange.hang_up:
            case "before":
                self._say("HANGUP\n200 result=-1")
            case "after":
                self._say("200 result=-1\nHANGUP")
            case "glued":
                self._say(f"HANGUP{DEAD}")
            case "511":
                self._say(DEAD)
            case _:
                return False
        return True
