"""The roots of a run: each Debian bare, and each with every role of a site installed."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installing.real import roots
from tests.installing.real.roots import Root


@pytest.fixture(scope="session", autouse=True)
def _as_root() -> None:
    assert os.geteuid() == 0, "root file systems are made and entered by root only: sudo"


@pytest.fixture(scope="session", params=["bookworm", "trixie"])
def suite(request: pytest.FixtureRequest) -> str:
    """A release of Debian."""
    return str(request.param)


@pytest.fixture(scope="session")
def brought() -> Path:
    """The bundle of this source, unpacked."""
    return roots.unpacked_bundle()


@pytest.fixture
def bare(suite: str, brought: Path, tmp_path: Path) -> Iterator[Root]:
    """A blank card."""
    with roots.layer(tmp_path, roots.debian(suite), brought=brought) as root:
        yield root


@pytest.fixture(scope="session")
def installed(suite: str, brought: Path) -> tuple[Path, Path]:
    """Every role of a site on one machine: the layers of it."""
    return roots.installed(suite, brought)


@pytest.fixture
def whole(installed: tuple[Path, Path], brought: Path, tmp_path: Path) -> Iterator[Root]:
    """A machine with every role of a site, as it was installed."""
    with roots.layer(tmp_path, *installed, brought=brought) as root:
        yield root
