"""Bugs that are planted on purpose: each breaks one thing in the house for a while, and the laws must find it.

A bug is a context manager, because it has to be gone again for the next day in the same process.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import ModuleType
from typing import Any, Final

from booking_store import ledger
from booking_store.desk import calling
from booking_store.notices import Outgoing
from booking_store.store import Incoming, Store
from mqtt.contract import REPLY
from simulation.store_process import StoreProcess


@contextmanager
def _instead(where: ModuleType | type, name: str, other: Any) -> Iterator[None]:
    """`other` stands in for a name of a module or class."""
    before = getattr(where, name)
    setattr(where, name, other)
    try:
        yield
    finally:
        setattr(where, name, before)


@contextmanager
def no_request_ids() -> Iterator[None]:
    """What was answered is not remembered: a request that is asked again is done again."""
    with _instead(ledger, "remembered", lambda *_: None), _instead(ledger, "remember", lambda *_: None):
        yield


@contextmanager
def reply_before_commit() -> Iterator[None]:
    """Whoever asked has the answer before it is durable."""
    reply, handle = Store._reply, StoreProcess._handle  # noqa: SLF001
    at_work: list[StoreProcess] = []

    def handles(self: StoreProcess) -> None:
        at_work[:] = [self]
        handle(self)

    def replies(self: Store, desk: Any, transaction: Any, one: Incoming) -> Any:
        answer = reply(self, desk, transaction, one)
        at_work[0]._send([Outgoing(REPLY.name, one.device, answer)])  # noqa: SLF001
        return answer

    with _instead(StoreProcess, "_handle", handles), _instead(Store, "_reply", replies):
        yield


@contextmanager
def stale_press_executed() -> Iterator[None]:
    """A press counts whatever its presser saw."""
    with _instead(calling, "counts", lambda *_, **__: True):
        yield


PLANTED: Final[dict[str, Callable[[], AbstractContextManager[None]]]] = {
    "no request ids": no_request_ids,
    "reply before commit": reply_before_commit,
    "stale press executed": stale_press_executed,
}


@contextmanager
def planted(names: frozenset[str]) -> Iterator[None]:
    """The house with these bugs. KeyError: there is no such bug."""
    with ExitStack() as bugs:
        for name in sorted(names):
            bugs.enter_context(PLANTED[name]())
        yield
