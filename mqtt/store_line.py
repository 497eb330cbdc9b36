"""How a thread beside the deciding one asks the store: it puts its question into the inbox and waits for the answer."""

import queue
import secrets
import threading
from dataclasses import dataclass
from typing import Final

from mqtt.contract import Answer, Operation
from mqtt.request_id import request_id
from program.inbox import Inbox

GIVE_UP_SECONDS: Final = 10.0
SPARE_SECONDS: Final = 5.0
"""The session gives up by itself; this is for a deciding thread that ended."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody waits for the store's answer to this."""

    request: str
    operation: Operation
    give_up_seconds: float
    by: str | None = None  # the staff account that wants it


class StoreLine:
    """Questions from other threads. `answer` is called by the deciding thread, `ask` by any other."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._name = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._asked = 0
        self._closed = False
        self._waiting: dict[str, list[queue.SimpleQueue[Answer | None]]] = {}

    def ask(self, operation: Operation, by: str | None = None, request: str | None = None) -> Answer | None:
        """Ask and wait, for the staff account `by` if there is one. None: no answer came in time. `request`: the id to ask
        with; asked with it again, also at the same time, the store does nothing twice and says the same."""
        mine: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        with self._lock:
            request = request or request_id(self._name, self._asked)
            self._asked += 1
            self._waiting.setdefault(request, []).append(mine)
        try:
            if self._closed or not self._inbox.put(Wanted(request, operation, GIVE_UP_SECONDS, by)):
                return None
            return mine.get(timeout=GIVE_UP_SECONDS + SPARE_SECONDS)
        except queue.Empty:
            return None
        finally:
            with self._lock:
                self._waiting[request].remove(mine)
                if not self._waiting[request]:
                    del self._waiting[request]

    def answer(self, request: str, answer: Answer | None) -> None:
        """Hand over what came; nobody may be waiting for it any more."""
        with self._lock:
            waiting = tuple(self._waiting.get(request, ()))
        for one in waiting:
            one.put(answer)

    def close(self) -> None:
        """The deciding thread ends: nobody waits any longer, and nobody asks."""
        self._closed = True
        with self._lock:
            waiting = tuple(one for asked in self._waiting.values() for one in asked)
        for one in waiting:
            one.put(None)
