"""Fixtures that every room's tests may use: a real broker. How chance is handled: nothing is timed, and CI judges the change
and not its luck, so that there the same examples are tried each time; elsewhere they are new at each run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.broker import RunningBroker

settings.register_profile("by chance", deadline=None)
settings.register_profile("the same each time", deadline=None, derandomize=True)
# A mistake made on purpose (docs/mutants.md): chance has no say in its verdict, and nobody reads the smallest example of it.
settings.register_profile(
    "a mistake is tried",
    settings.get_profile("the same each time"),
    max_examples=15,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
if "MUTANT_UNDER_TEST" in os.environ:
    settings.load_profile("a mistake is tried")
else:
    settings.load_profile("the same each time" if os.environ.get("CI") else "by chance")


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
