"""A gateway on the internet, on this machine: real sockets, an outbox of its own, and all the ways in which one fails.

It keeps what it truly sent, so that a test can tell a lost text from a double one.
"""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class FakeGateway:
    """Kavenegar under /v1/{key}/sms/, sms.ir under /v1/send/, kannel under /cgi-bin/sendsms.

    `plan(text number)` says what happens to each text that comes, counted from 0: "take" (the default), "late" (taken, and
    answered too late), "drop" (taken, and the connection closed), "lose" (closed before it is taken), "garbage" (taken, and
    answered with a page of somebody's router), "drip" (taken, and answered without an end), or a status to refuse it with.
    """

    def __init__(self, plan: Callable[[int], str | int] = lambda _: "take") -> None:
        self.plan = plan
        self.key = "s3cret/key+of the+clinic"
        self.sent: list[tuple[str, str]] = []
        """To whom and what, as often as it truly left."""
        self.forms: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.delivered = 10
        """Kavenegar's status of each text that it has."""
        self.deaf = False
        """It does not answer questions about texts."""
        self.keeps_doubles_back = True
        """As Kavenegar does with a text that comes again under the same id of ours."""
        self._came = 0
        self._by_local_id: dict[str, int] = {}
        self._lock = threading.Lock()
        gateway = self

        class Desk(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                gateway._answer(self, {key: value[0] for key, value in parse_qs(urlsplit(self.path).query).items()})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked_in_json = self.headers["Content-Type"] == "application/json"
                form = json.loads(body) if asked_in_json else {key: value[0] for key, value in parse_qs(body).items()}
                gateway._answer(self, form)

            def log_message(self, *_: object) -> None:
                """A test's output is its own."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, desk: BaseHTTPRequestHandler, form: dict[str, Any]) -> None:
        path = urlsplit(desk.path).path
        with self._lock:
            self.forms.append(form)
            self.headers.append(dict(desk.headers))
            if "status" in path or (desk.command == "GET" and path.startswith("/v1/send/")):
                reply = self._told(path, form)
            else:
                self._came += 1
                reply = self._taken(path, form, self.plan(self._came - 1))
        reply(desk)

    def _taken(self, path: str, form: dict[str, Any], what: str | int) -> Callable[[BaseHTTPRequestHandler], None]:
        if isinstance(what, int):
            return _json(what, _refusal(path, what))
        if what == "lose":
            return _hang_up
        local_id = form.get("localid")
        if local_id not in self._by_local_id or not self.keeps_doubles_back:
            self.sent.append(_letter(form))
        if local_id is not None:
            self._by_local_id.setdefault(local_id, len(self.sent) - 1)
        taken = _json(202, "0: Accepted for delivery") if "cgi-bin" in path else _json(200, _accepted(path, len(self.sent)))
        return {"take": taken, "late": _late, "drop": _hang_up, "garbage": _garbage, "drip": _drip}[what]

    def _told(self, path: str, form: dict[str, Any]) -> Callable[[BaseHTTPRequestHandler], None]:
        if self.deaf:
            return _json(409, {"return": {"status": 409, "message": ""}, "entries": None})
        if "cgi-bin" not in path and path.startswith("/v1/send/"):
            return _json(200, {"status": 1, "message": "", "data": {"messageId": 1, "deliveryState": self.delivered}})
        known = "messageid" in form or form.get("localid") in self._by_local_id
        entry = {"messageid": 8792343, "status": self.delivered if known else 100, "statustext": ""}
        return _json(200, {"return": {"status": 200, "message": ""}, "entries": [entry]})


def _letter(form: dict[str, Any]) -> tuple[str, str]:
    if "mobiles" in form:
        return form["mobiles"][0], form["messageText"]
    return form.get("receptor", form.get("to", "")), form.get("message", form.get("text", ""))


def _accepted(path: str, number: int) -> dict[str, Any]:
    if path.startswith("/v1/send/"):
        return {"status": 1, "message": "موفق", "data": {"packId": "a", "messageIds": [number], "cost": 1.0}}
    return {"return": {"status": 200, "message": "تایید شد"}, "entries": [{"messageid": number, "status": 1, "cost": 120}]}


def _refusal(path: str, status: int) -> dict[str, Any]:
    if path.startswith("/v1/send/"):
        return {"status": {401: 10, 429: 20}.get(status, status), "message": "", "data": None}
    return {"return": {"status": status, "message": ""}, "entries": None}


def _json(status: int, body: object) -> Callable[[BaseHTTPRequestHandler], None]:
    def reply(desk: BaseHTTPRequestHandler) -> None:
        words = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        desk.send_response(status if 200 <= status < 600 else 400)
        desk.send_header("Content-Length", str(len(words)))
        desk.end_headers()
        desk.wfile.write(words)

    return reply


def _garbage(desk: BaseHTTPRequestHandler) -> None:
    _json(200, "<html>Your internet package has ended</html>")(desk)


def _hang_up(desk: BaseHTTPRequestHandler) -> None:
    desk.close_connection = True
    desk.connection.shutdown(2)


def _late(desk: BaseHTTPRequestHandler) -> None:
    """Until the other end is tired of waiting."""
    desk.close_connection = True
    desk.connection.recv(1)


def _drip(desk: BaseHTTPRequestHandler) -> None:
    desk.send_response(200)
    desk.end_headers()
    desk.close_connection = True
    try:
        while True:
            desk.wfile.write(b" ")
            time.sleep(0.01)
    except OSError:
        return
