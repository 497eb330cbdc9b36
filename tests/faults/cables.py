"""A cable for every account between it and the broker, so that each can be cut alone."""

import threading

from msgspec.structs import replace

from program.settings import Broker
from tests.broker import RunningBroker
from twins.cable import CableTwin


class Cables:
    """Stands where the broker does for whoever only wants to sign in there."""

    def __init__(self, broker: RunningBroker) -> None:
        self._broker = broker
        self._cables: dict[str, CableTwin] = {}
        self._lock = threading.Lock()

    def login(self, account: str) -> Broker:
        """What a device file's [broker] says: the account's own cable."""
        with self._lock:
            if account not in self._cables:
                self._cables[account] = CableTwin(self._broker.port)
            return replace(self._broker.login(account), port=self._cables[account].port)

    def order(self, line: str, *accounts: str) -> None:
        """Give an order to the cables of these accounts; of all, where none is named."""
        for account in accounts or tuple(self._cables):
            self._cables[account].order(line)

    def stop(self) -> None:
        """Take all of them out."""
        for cable in self._cables.values():
            cable.stop()
