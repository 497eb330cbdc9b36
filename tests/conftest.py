"""Fixtures that every room's tests may use: a real broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker import RunningBroker


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes runs after all others."""
    items.sort(key=lambda item: item.get_closest_marker("last") is not None)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    """A broker of this test's own, that may be killed and frozen (some 0.1 s to start)."""
    running = RunningBroker(tmp_path / "broker")
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="session")
def shared_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    """One broker for all tests that leave it alone; each of them takes a site id of its own (`site=tmp_path.name`)."""
    running = RunningBroker(tmp_path_factory.mktemp("shared") / "broker")
    running.start()
    yield running
    running.kill()
