"""What Asterisk and we say to each other over FastAGI, without a socket: lines in, replies out, and how words are played.

The rules, each seen on Asterisk 13, 18 or 22 (or in its source):

- The environment is `agi_…: value` lines up to an empty one.
- Each command has one reply. `100 Trying` is none; a usage error is one line (`520 …`) or many (`520-…` to `520 End …`).
- Who hangs up is told by a bare `HANGUP` before or after the reply, by 511, by the end of the stream, or by all of them;
  old versions glue HANGUP to what follows.
- -1 is a hang-up or a missing file: CHANNEL STATUS tells which.
- Keys pressed between two commands are lost, so one GET DATA plays the question and collects its whole answer inside
  Asterisk. It ends with the last digit that is asked for, with #, or when its time is over; "*" is a digit to it.
- A key that cuts the words before a question short is the answer's first.
"""

import re
from collections.abc import Generator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, urlsplit

from phone_line.state import BACK, Gather

ALL_KEYS: Final = "0123456789*#"
LINE_LIMIT_BYTES: Final = 4096
ENVIRONMENT_LINES_LIMIT: Final = 100
_REPLY: Final = re.compile(r"(\d{3})([ -])(.*)", re.ASCII)
_RESULT: Final = re.compile(r"result=(\S*)(?: \((.*)\))?", re.ASCII)
_NOT_IN_A_LINE: Final = re.compile("[\r\n\0]")


class HungUpError(Exception):
    """Nobody is on the line any more."""


class ProtocolError(Exception):
    """The other side does not speak FastAGI, or a command of ours is none; the message says which."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a command: `200 result=12 (timeout)` has result "12" and note "timeout"."""

    code: int
    result: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """What Asterisk says of the call before anything else."""

    values: dict[str, str] = field(default_factory=dict)

    @property
    def call(self) -> str:
        """The exchange's own name for the call."""
        return self.values.get("agi_uniqueid", "")

    @property
    def caller(self) -> str:
        """The caller's number as the exchange shows it; empty when it is withheld."""
        number = self.values.get("agi_callerid", "")
        return "" if number == "unknown" else number

    @property
    def key(self) -> str:
        """The key in the address that the dialplan calls: agi://…/booking?key=…"""
        query = urlsplit(self.values.get("agi_network_script", "")).query
        return parse_qs(query).get("key", [""])[0]


def environment(lines: list[str]) -> Environment:
    """The environment of its lines, the empty one left out. Raises ProtocolError where a line is none."""
    values = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.startswith("agi_"):
            raise ProtocolError(f"no FastAGI environment: {line[:40]!r}")
        values[name] = value.strip()
    return Environment(values)


@dataclass(slots=True)
class Replies:
    """Reads lines into replies."""

    _in_usage: bool = False

    def read(self, line: str) -> Reply | None:
        """The reply that this line completes. None: not yet. Raises HungUpError, and ProtocolError for what is no reply."""
        if line.startswith("HANGUP"):
            raise HungUpError
        match = _REPLY.fullmatch(line)
        if self._in_usage:
            self._in_usage = match is None or match[1] != "520" or match[2] == "-"
            return None if self._in_usage else Reply(520)
        if match is None:
            raise ProtocolError(f"no reply: {line[:80]!r}")
        code, goes_on, rest = int(match[1]), match[2] == "-", match[3]
        if code == 511:
            raise HungUpError
        if code == 100:
            return None
        if code == 520 and goes_on:
            self._in_usage = True
            return None
        result = _RESULT.match(rest)
        return Reply(code) if result is None else Reply(code, result[1], result[2] or "")


# ------------------------------------------------------------------------------------------- commands


def command(verb: str, *arguments: str | int) -> str:
    """A command's line. Raises ValueError for an argument that would end it."""
    return " ".join([verb, *(_quoted(str(argument)) for argument in arguments)])


def _quoted(argument: str) -> str:
    if _NOT_IN_A_LINE.search(argument):
        raise ValueError(f"a command is one line: {argument!r}")
    escaped = argument.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


# --------------------------------------------------------------------------------------------- speaking


class EndedBy(StrEnum):
    """How an utterance ended."""

    KEYS = "keys"
    POUND = "pound"
    SILENCE = "silence"
    PLAYED = "played"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an utterance. `missing`: the prompts that the exchange does not have. `cut_short`: a key came before the
    question began, and what stands before it was not heard to its end."""

    ended_by: EndedBy
    keys: str = ""
    missing: tuple[str, ...] = ()
    cut_short: bool = False


Talk = Generator[str, Reply, Heard]
"""Gives commands, takes their replies, ends in what was heard. HungUpError and ProtocolError come out of it."""


def utterance(prompts: tuple[str, ...], gather: Gather | None) -> Talk:
    """Play prompts one after the other; with `gather`, the last one is a question whose answer is collected."""
    missing: list[str] = []
    if gather is None:
        for prompt in prompts:
            yield from _played(prompt, "", missing)
        return Heard(EndedBy.PLAYED, missing=tuple(missing))
    *before, question = prompts
    first = yield from _cut_short(before, missing)
    if first == "#":
        return Heard(EndedBy.POUND, missing=tuple(missing), cut_short=True)
    if first and (first == BACK or gather.most == 1):
        return Heard(EndedBy.KEYS, first, tuple(missing), cut_short=True)
    reply = yield from _collected("" if first else question, gather.wait_ms, gather.most - len(first), missing)
    keys = first + reply.result
    if keys:
        return Heard(EndedBy.KEYS, keys, tuple(missing), cut_short=bool(first))
    return Heard(EndedBy.SILENCE if reply.note == "timeout" else EndedBy.POUND, missing=tuple(missing))


def _cut_short(prompts: list[str], missing: list[str]) -> Generator[str, Reply, str]:
    """Play what comes before a question. The key that cut it short; empty: none did."""
    for prompt in prompts:
        key = yield from _played(prompt, ALL_KEYS, missing)
        if key:
            return key
    return ""


def _collected(question: str, wait_ms: int, most: int, missing: list[str]) -> Generator[str, Reply, Reply]:
    """The reply with the keys that answer a question; without one, with those that follow the first."""
    reply = _good((yield command("GET DATA", question, wait_ms, most)))
    if reply.result != "-1":
        return reply
    yield from _must_be_alive()
    if not question:
        raise ProtocolError("the exchange collects no keys")
    missing.append(question)
    return (yield from _collected("", wait_ms, most, missing))


def _played(prompt: str, keys: str, missing: list[str]) -> Generator[str, Reply, str]:
    """Play one prompt to its end, or to one of these keys, which it gives."""
    reply = _good((yield command("STREAM FILE", prompt, keys)))
    if reply.result == "-1":
        yield from _must_be_alive()
        missing.append(prompt)
        return ""
    return chr(int(reply.result)) if reply.result.isdigit() and reply.result != "0" else ""


def _must_be_alive() -> Generator[str, Reply, None]:
    """-1 has two meanings. Raises HungUpError for the one."""
    reply = yield command("CHANNEL STATUS")
    if reply.code != 200 or reply.result.startswith("-"):
        raise HungUpError


def _good(reply: Reply) -> Reply:
    if reply.code != 200:
        raise ProtocolError(f"the exchange does not know a command of ours: {reply.code}")
    return reply
