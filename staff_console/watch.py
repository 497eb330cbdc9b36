"""The newest clinic, for the threads that serve pages; and for pages that watch, a word when there is a newer one."""

import asyncio
import threading
from collections.abc import Callable

from staff_console.clinic import Clinic


class Watch:
    """`put` is called by the deciding thread, all else by those that serve."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clinic = Clinic()
        self._news = threading.Condition(self._lock)
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def clinic(self) -> Clinic:
        """As it was heard last."""
        return self._clinic

    def put(self, clinic: Clinic) -> None:
        """A newer one; who watches is told where it shows something new."""
        news = clinic.version != self._clinic.version
        self._clinic = clinic
        if not news:
            return
        with self._lock:
            waiting, self._waiting = self._waiting, set()
            self._news.notify_all()
        for loop, told in waiting:
            loop.call_soon_threadsafe(told.set)

    def wait_until(self, so: Callable[[Clinic], bool], seconds: float) -> bool:
        """Whether it is `so` with the clinic within `seconds`; a page's thread waits here."""
        with self._news:
            return self._news.wait_for(lambda: so(self._clinic), seconds)

    async def newer_than(self, version: int, seconds: float) -> Clinic:
        """The clinic when it shows something new, or after `seconds` as it is."""
        told = asyncio.Event()
        me = (asyncio.get_running_loop(), told)
        with self._lock:
            self._waiting.add(me)
        try:
            if self._clinic.version == version:
                await asyncio.wait_for(told.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._waiting.discard(me)
        return self._clinic
