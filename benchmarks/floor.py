"""The leanest store that still keeps its word: what any store in Python, mosquitto and SQLite must cost at the least.

One thread, paho by hand, sqlite3 without a layer, no rules: a press takes the lowest waiting number. It keeps two
promises of the real one: nothing is answered before one durable commit (WAL, synchronous=FULL), and an id asked twice
has one effect. What waits in the socket shares a commit. The counter gets its reply and its retained point, the hall
its retained board.

    python -m benchmarks.floor PORT PASSWORD_FILE DATABASE
"""

import select
import sqlite3
import sys
from pathlib import Path
from typing import Any, Final

import msgspec
from paho.mqtt.client import Client, MQTTMessage

from benchmarks.wires import subscribe, wire
from mqtt.codec import prefix
from program.settings import Broker

SITE: Final = "floor"
TICKETS: Final = 100_000
TOGETHER: Final = 64

TABLES: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE commits (one INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
INSERT INTO commits VALUES (1, 0);
CREATE TABLE answers (id TEXT PRIMARY KEY, answer BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE tickets (number INTEGER PRIMARY KEY, state TEXT NOT NULL, point TEXT);
CREATE INDEX waiting ON tickets (state, number);
CREATE TABLE calls (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, point TEXT NOT NULL);
"""


class Press(msgspec.Struct):
    """A counter calls the next."""

    id: str
    revision: int


class Point(msgspec.Struct):
    """What the counter shows."""

    revision: int
    number: int


class Answer(msgspec.Struct):
    """The reply."""

    id: str
    sequence: int
    point: Point


class Floor:
    """The store's one thread."""

    def __init__(self, client: Client, database: Path) -> None:
        self._client = client
        self._requests: list[tuple[str, Press]] = []
        self._press = msgspec.json.Decoder(Press)
        self._points: dict[str, Point] = {}
        self._calls: list[tuple[int, str]] = []
        self._database = sqlite3.connect(database, isolation_level=None)
        self._database.executescript(TABLES)
        self._database.execute("BEGIN")
        waiting = ((number, "waiting") for number in range(1, TICKETS + 1))
        self._database.executemany("INSERT INTO tickets (number, state) VALUES (?, ?)", waiting)
        self._database.execute("COMMIT")
        client.on_message = self._take_in

    def serve(self) -> None:
        """Until killed."""
        subscribe(self._client, [prefix(SITE) + "request/+"])
        socket = self._client.socket()
        assert socket is not None  # noqa: S101  it is connected
        wires = [socket]
        while True:
            select.select(wires, [], [], 1.0)
            self._client.loop_read()
            while len(self._requests) < TOGETHER and select.select(wires, [], [], 0)[0]:
                self._client.loop_read()
            if self._requests:
                together, self._requests = self._requests, []
                self._tell(self._commit(together))
            while self._client.want_write():
                self._client.loop_write()
            self._client.loop_misc()

    def _take_in(self, _: Client, _data: Any, message: MQTTMessage) -> None:
        self._requests.append((message.topic.rsplit("/", 1)[1], self._press.decode(message.payload)))

    def _commit(self, together: list[tuple[str, Press]]) -> list[tuple[str, bytes]]:
        execute = self._database.execute
        execute("BEGIN IMMEDIATE")
        sequence = execute("UPDATE commits SET sequence = sequence + 1 RETURNING sequence").fetchone()[0]
        answers = []
        for device, press in together:
            before = execute("SELECT answer FROM answers WHERE id = ?", (press.id,)).fetchone()
            if before is None:
                number = execute("SELECT min(number) FROM tickets WHERE state = 'waiting'").fetchone()[0]
                execute("UPDATE tickets SET state = 'called', point = ? WHERE number = ?", (device, number))
                execute("INSERT INTO calls (number, point) VALUES (?, ?)", (number, device))
                self._points[device] = Point(press.revision + 1, number)
                self._calls = [*self._calls[-31:], (number, device)]
                answer = msgspec.json.encode(Answer(press.id, sequence, self._points[device]))
                execute("INSERT INTO answers VALUES (?, ?)", (press.id, answer))
            else:
                answer = before[0]
            answers.append((device, answer))
        execute("COMMIT")
        return answers

    def _tell(self, answers: list[tuple[str, bytes]]) -> None:
        here = prefix(SITE)
        for device, answer in answers:
            self._client.publish(f"{here}reply/{device}", answer, qos=1)
        for device, _ in answers:
            self._client.publish(f"{here}point/{device}", msgspec.json.encode(self._points[device]), qos=1, retain=True)
        self._client.publish(f"{here}board/hall-1", msgspec.json.encode(self._calls), qos=1, retain=True)


if __name__ == "__main__":
    port, password_file, database = sys.argv[1:]
    Floor(wire(Broker(port=int(port), password_file=password_file), "store"), Path(database)).serve()
