"""One call of the exchange on which every prompt is played: what `nobat prompts check` listens for, beside the voice menu."""

import hmac
import socket
from typing import Final

from phone_line import agi
from phone_line.listener import ENVIRONMENT_SECONDS, REPLY_SECONDS

CALL_WITHIN_SECONDS: Final = 300.0


class ExchangeError(Exception):
    """No call came, or it ended too soon; the message says which."""


def missing_at(server: socket.socket, exchanges: tuple[str, ...], key: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Take the first call of one of `exchanges` with this key, have it play `names` one after the other, and say which of
    them it has not. Whoever else connects is let go. Raises ExchangeError."""
    server.settimeout(CALL_WITHIN_SECONDS)
    while True:
        try:
            connection, (peer, *_) = server.accept()
        except TimeoutError as nobody:
            raise ExchangeError(f"no call came from the exchange within {CALL_WITHIN_SECONDS / 60:.0f} minutes") from nobody
        with connection:
            line = _Line(connection)
            if peer in exchanges and line.has_key(key):
                return line.missing(names)


class _Line:
    """One connection of the exchange."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._replies = agi.Replies()

    def has_key(self, key: str) -> bool:
        """Whether a call's environment comes soon, and the key in it."""
        self._connection.settimeout(ENVIRONMENT_SECONDS)
        lines: list[str] = []
        try:
            while line := self._read():
                lines.append(line)
                if len(lines) > agi.ENVIRONMENT_LINES_LIMIT:
                    return False
            return hmac.compare_digest(agi.environment(lines).key.encode(), key.encode())
        except (OSError, agi.HungUpError, agi.ProtocolError):
            return False

    def missing(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Have everything played. Raises ExchangeError."""
        self._connection.settimeout(REPLY_SECONDS)
        talk = agi.utterance(names, None)
        try:
            command = next(talk)
            while True:
                self._connection.sendall(f"{command}\n".encode())
                while (reply := self._replies.read(self._read())) is None:
                    pass
                command = talk.send(reply)
        except StopIteration as ended:
            heard: agi.Heard = ended.value
            return heard.missing
        except (OSError, agi.HungUpError, agi.ProtocolError) as problem:
            raise ExchangeError(f"the call ended before everything was played: {problem or 'hung up'}") from problem

    def _read(self) -> str:
        read = self._stream.readline(agi.LINE_LIMIT_BYTES)
        if not read.endswith(b"\n"):
            raise agi.HungUpError("the connection was closed")
        return read.decode("utf-8", errors="replace").rstrip("\r\n")
