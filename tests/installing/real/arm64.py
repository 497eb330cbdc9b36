"""The processor of a Raspberry Pi, played by qemu-user in Debian's arm64 roots: the install, the fast tests, the programs.

Debian stands for Raspberry Pi OS. systemd is not booted here: it does not run as a played program."""

import math
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from installing import bundle
from installing.plan import CURRENT
from tests.installing.real import roots
from tests.installing.real.roots import Root

PYTHON = f"{CURRENT}/.venv/bin/python"
SOURCE, PYTEST, PACKAGES = "/src", "/mnt/pytest", "/mnt/packages"
TESTS = {bundle.HERE / name: f"{SOURCE}/{name}" for name in ("tests", "benchmarks", "sites", "docs", "pyproject.toml")}
"""The tests and what they read. What they try is not among it: Python finds that in the release."""
FAST = (
    "tests/rules",
    "tests/program",
    "tests/mqtt/test_feed.py",
    "tests/kiosk/test_visit.py",
    "tests/display/test_counter.py",
)
"""What needs neither broker nor database, and decides the most."""
WANTED = ("pytest", "hypothesis", "pytest-timeout", "num2words")


@pytest.fixture(scope="module")
def pi(suite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Root]:
    """An arm64 machine with every role of a site."""
    brought = roots.unpacked_bundle("arm64")
    scratch = tmp_path_factory.mktemp("arm64")
    with roots.layer(scratch, *roots.installed(suite, brought, "arm64"), brought=brought) as root:
        yield root


@pytest.fixture(scope="module")
def pytest_of_a_pi(suite: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pytest for the Python of that Debian."""
    folder = tmp_path_factory.mktemp("pytest")
    platforms = [word for tag in bundle.GLIBC for word in ("--platform", f"manylinux{tag}_aarch64")]
    only = ["--only-binary=:all:", "--implementation", "cp", "--python-version", bundle.DEBIANS[suite], *platforms]
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), *only, *WANTED], check=True)
    return folder


def test_a_pi_has_been_installed_from_its_bundle(pi: Root) -> None:
    assert pi.run("dpkg", "--print-architecture") == "arm64\n"
    assert pi.install("--role", "kiosk") == "everything was as it should be\n"
    assert "aarch64" in pi.run(PYTHON, "-c", "import platform, pygame, evdev, escpos; print(platform.machine())")


def test_the_fast_part_of_the_tests_passes(pi: Root, suite: str, pytest_of_a_pi: Path) -> None:
    said = by_tests(pi, "pytest", "-p", "no:cacheprovider", "-m", "not last", *FAST, folders={**TESTS, pytest_of_a_pi: PYTEST})
    print(f"\n{suite}, arm64 by qemu-user: {said.splitlines()[-1]}")


def test_every_program_starts_on_its_twins_and_rests(pi: Root, suite: str) -> None:
    said = by_tests(pi, "tests.installing.real.weigh", folders=TESTS)
    weights = tomllib.loads("\n".join(line for line in said.splitlines() if " = [" in line))
    assert set(weights) == {"kiosk-1", "counter-1", "waiting-room-1", "phone-1", "booking_store"}
    print(f"\n{suite}, arm64 by qemu-user: seconds to ready, MB, % of a core at rest")
    for name, (seconds, megabytes, share) in weights.items():
        print(f"  {name}: {'not measured' if math.isnan(seconds) else f'{seconds} s'}, {megabytes} MB, {share} %")


def test_the_debian_packages_make_a_blank_card_a_kiosk_and_go_again(suite: str, tmp_path: Path) -> None:
    brought, made = roots.unpacked_bundle("arm64"), roots.debian_packages("arm64")
    with roots.layer(tmp_path, roots.debian(suite, "arm64"), brought=brought) as card:
        card.at("/etc/apt/sources.list").write_text(f"deb [trusted=yes] file:{roots.BUNDLE}/debs/{suite} ./\n")
        card.run("apt-get", "update")
        ours = [f"{PACKAGES}/{file.name}" for name in ("nobat", "nobat-kiosk") for file in made.glob(f"{name}_*.deb")]
        card.run("apt-get", "install", "-y", *ours, folders={made: PACKAGES}, environment={"DEBIAN_FRONTEND": "noninteractive"})
        assert card.install("--role", "kiosk") == "everything was as it should be\n"
        card.run("apt-get", "remove", "-y", "nobat")
        assert not card.at("/opt/nobat").exists()


def by_tests(pi: Root, module: str, *arguments: str, folders: Mapping[Path, str]) -> str:
    """What a module says that finds the tests beside it, and everything that is installed where the release has it."""
    return pi.run(PYTHON, "-m", module, *arguments, folders=folders, inside=SOURCE, environment={"PYTHONPATH": PYTEST})
