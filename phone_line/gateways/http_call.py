"""One HTTP request to a gateway: within its time, of a bounded answer, and without its secret in any word that is kept.

What is known after a failure decides whether a text may be sent again: NotSentError when the request never reached the
gateway, NoAnswerError when it may have.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import msgspec

from phone_line.gateways.gateway import SEND_SECONDS
from program.secret_file import Secret

CONNECT_SECONDS: Final = 5.0
ANSWER_LIMIT_BYTES: Final = 64 * 1024
NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

for _chatty in ("httpx", "httpcore"):
    logging.getLogger(_chatty).setLevel(logging.WARNING)  # below it they write each URL, and a URL may hold the key


class NotSentError(Exception):
    """The request never left: the gateway cannot be reached."""


class NoAnswerError(Exception):
    """The gateway may have had the request; what it made of it is not known."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A gateway's answer, whole."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The body read as JSON, None where it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None


class HttpCaller:
    """The connection to one gateway. One thread calls it."""

    def __init__(self, secret: Secret) -> None:
        """Nothing is opened before the first call. Redirects are not followed: they would carry the key elsewhere."""
        timeout = httpx.Timeout(SEND_SECONDS / 2, connect=CONNECT_SECONDS)
        self._client = httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)
        self._secret = secret

    def call(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> HttpAnswer:
        """The answer to one request; `content` is httpx's `params`, `data` or `json`. Raises NotSentError, NoAnswerError."""
        end = time.monotonic() + SEND_SECONDS
        try:
            with self._client.stream(method, url, headers=headers, **content) as response:
                body = b""
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > ANSWER_LIMIT_BYTES or time.monotonic() > end:
                        raise NoAnswerError("its answer does not end")
                return HttpAnswer(response.status_code, body)
        except NOT_SENT as problem:
            raise NotSentError(self._words(problem)) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as problem:
            raise NoAnswerError(self._words(problem)) from None

    def _words(self, problem: Exception) -> str:
        """What failed, without the address: httpx puts it, and so the key, into some messages."""
        return self._secret.masked(f"{type(problem).__name__}: {problem}")[:100]
