"""A page for strangers believes nobody about who asks, save the one web server that it was told of."""

import time
from typing import Any

import httpx
import pytest

from program.inbox import Inbox
from program.loop import Stop
from program.web_server import serve_strangers
from tests.broker import free_port

SECONDS = 30.0


async def who_asks(scope: Any, receive: Any, send: Any) -> None:
    """An application that says whose request it is."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["client"][0].encode()})


def asked_by(proxy: str | None) -> str:
    """Whom the page takes for the asker, when a web server on this machine says that it is 198.51.100.7."""
    port = free_port()
    server = serve_strangers(who_asks, f"127.0.0.1:{port}", Inbox(), proxy)
    until = time.monotonic() + SECONDS
    while True:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.7"})
            break
        except httpx.TransportError:
            assert time.monotonic() < until
            time.sleep(0.02)
    server.should_exit = True
    assert "server" not in answer.headers
    return answer.text


@pytest.mark.parametrize(
    ("proxy", "taken_for"), [(None, "127.0.0.1"), ("10.0.5.2", "127.0.0.1"), ("127.0.0.1", "198.51.100.7")]
)
def test_who_asks_is_believed_of_the_web_server_that_was_named_and_of_nobody_else(proxy: str | None, taken_for: str) -> None:
    """The last address is what that server saw; those before it anybody may have written."""
    assert asked_by(proxy) == taken_for


def test_where_the_address_is_taken_the_program_is_told_to_end() -> None:
    port, inbox = free_port(), Inbox()
    first = serve_strangers(who_asks, f"127.0.0.1:{port}", Inbox())
    until = time.monotonic() + SECONDS
    while not first.started:
        assert time.monotonic() < until
        time.sleep(0.02)
    serve_strangers(who_asks, f"127.0.0.1:{port}", inbox)
    assert isinstance(inbox.get(time.monotonic() + SECONDS), Stop)
    first.should_exit = True
