"""Root file systems: Debian as debootstrap makes it, kept once, and thrown-away layers upon it that are entered or booted.

They stand for a blank card. Raspberry Pi OS is Debian with a kernel, firmware and packages of its own; none of those is here.
"""

import contextlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from installing import bundle
from installing import debian as packaging
from installing.roles import Role
from installing.source import Source

KEPT: Final = Path("/var/tmp/nobat-roots")  # noqa: S108  a cache of root's own: what debootstrap and pip fetched
MIRROR: Final = "http://deb.debian.org/debian"
INSIDE: Final = ("systemd", "systemd-sysv", "dbus", "udev", "python3")
"""What a card has that the smallest Debian lacks."""
BUNDLE: Final = "/mnt/nobat"
"""Where an unpacked bundle lies in each root."""
OWN: Final = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
PLAYED: Final = {"QEMU_CPU": "cortex-a72"}
"""The processor that qemu-user plays: a Raspberry Pi 4's. The best that it can play signs every return address, in software,
and Debian 13 has its programs ask for that: they were seven times slower."""
BOOTS_WITHIN_SECONDS: Final = 600
NO_MANAGER: Final = () if Path("/run/systemd/system").is_dir() else ("--register=no", "--keep-unit")
"""systemd-nspawn where no systemd runs outside."""


def until(what: Callable[[], object], seconds: float, why: str) -> None:
    """Come back as soon as `what` holds. AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, why
        time.sleep(0.2)


def debian(suite: str, machine: str = OWN) -> Path:
    """The smallest Debian of a release, made once: a folder that nobody writes."""
    folder = KEPT / f"{machine}-{suite}"
    ready = folder.with_suffix(".ready")
    if not ready.exists():
        shutil.rmtree(folder, ignore_errors=True)
        cache = KEPT / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        made = [
            "debootstrap",
            f"--arch={machine}",
            "--variant=minbase",
            f"--cache-dir={cache}",
            f"--include={','.join(INSIDE)}",
        ]
        environment = {**os.environ, **PLAYED}
        subprocess.run([*made, suite, str(folder), MIRROR], check=True, stdout=subprocess.DEVNULL, env=environment)
        ready.touch()
    return folder


def unpacked_bundle(machine: str = OWN, source: Path = bundle.HERE) -> Path:
    """The bundle that a source makes of itself for a machine, made once a version, as a folder."""

    def unpacked(scratch: Path) -> Path:
        make = [sys.executable, "-m", "installing.bundle", "--machine", machine, str(scratch)]
        subprocess.run(make, cwd=source, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(scratch / f"{name}.tar.gz") as packed:
            packed.extractall(scratch, filter="data")
        return scratch / name

    name = f"nobat-{Source(source).version()}-{machine}"
    return _once(KEPT / name, unpacked)


def debian_packages(machine: str = OWN) -> Path:
    """What `make deb` makes of this source for a machine, made once a version, in a folder."""

    def made(scratch: Path) -> Path:
        packaging.make(scratch / "made", machine, None)
        return scratch / "made"

    return _once(KEPT / f"nobat-{Source(bundle.HERE).version()}-{machine}-packages", made)


def _once(folder: Path, make: Callable[[Path], Path]) -> Path:
    """A folder that `make` makes in a scratch folder the first time: it is whole, or not there."""
    if not folder.is_dir():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as scratch:
            make(Path(scratch)).rename(folder)
    return folder


@dataclass(frozen=True, slots=True)
class Root:
    """A root file system that may be written; `brought`: the bundle's folder."""

    path: Path
    brought: Path

    def run(
        self,
        *command: str,
        check: bool = True,
        folders: Mapping[Path, str] = MappingProxyType({}),
        inside: str = "/",
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """What a command in it says; it has no network. `folders`: of ours, and where it sees them; `inside`: where it stands.
        Raises AssertionError with all of that when it fails."""
        seen = [f"--bind={folder}:{place}" for folder, place in folders.items()]
        told = [f"--setenv={name}={value}" for name, value in {**PLAYED, **environment}.items()]
        done = subprocess.run(
            [*self._entered(), *seen, *told, f"--chdir={inside}", "--pipe", *command],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0 or not check, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, *arguments: str) -> str:
        """`install.sh` of the bundle, as somebody with a stick does it."""
        return self.run(f"{BUNDLE}/install.sh", *arguments)

    def fetch(self, *packages: str) -> None:
        """Debian's packages that no bundle brings, from the mirror: this alone has a network."""
        install = f"apt-get install -y -q --no-install-recommends {' '.join(packages)}"
        script = f"export DEBIAN_FRONTEND=noninteractive; apt-get update -q && {install}"
        network = ["systemd-nspawn", "-q", *NO_MANAGER, "-D", str(self.path), "--resolv-conf=replace-host", "--pipe"]
        subprocess.run([*network, "sh", "-c", script], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    def at(self, path: str) -> Path:
        """A path of it, from outside."""
        return self.path / path.lstrip("/")

    @contextlib.contextmanager
    def booted(self) -> Iterator["Booted"]:
        """A machine that was switched on, and is shut down at the end."""
        log = self.path.with_suffix(".boot")
        with log.open("w") as told:
            # A machine that asks for cgroups of version 1 outside would hand them on; newer Debians refuse those.
            environment = {**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}
            box = subprocess.Popen([*self._entered(), "--boot"], stdout=told, stderr=told, env=environment)
        try:
            until(lambda: _children(box.pid) or box.poll() is not None, BOOTS_WITHIN_SECONDS, "no init")
            assert box.poll() is None, log.read_text(errors="replace")
            machine = Booted(self, _children(box.pid)[0])
            until(machine.is_up, BOOTS_WITHIN_SECONDS, f"it does not boot: {log}")
            yield machine
        finally:
            box.terminate()  # to systemd-nspawn: an orderly shutdown
            try:
                box.wait(BOOTS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                box.kill()
                box.wait()

    def _entered(self) -> Sequence[str]:
        silent = ("--private-network", "--resolv-conf=off", "--timezone=off", "--setenv=SYSTEMD_COLORS=0", *NO_MANAGER)
        return ("systemd-nspawn", "-q", "-D", str(self.path), *silent, f"--bind-ro={self.brought}:{BUNDLE}")


@dataclass(frozen=True, slots=True)
class Booted:
    """A root file system whose systemd runs; `init`: its process outside."""

    root: Root
    init: int

    def run(self, *command: str, check: bool = True) -> str:
        """What a command on it says. AssertionError with all of that when it fails."""
        done = self.done(*command)
        assert done.returncode == 0 or not check, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def done(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """A command on it, however it ended."""
        return subprocess.run(
            ["nsenter", "-t", str(self.init), "-a", *command],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
        )

    def is_up(self) -> bool:
        """Whether all that starts at boot has started, or failed to; a first boot shows its wrong file for ten minutes, and is
        not waited for."""
        state = self.run("systemctl", "is-system-running", check=False)
        jobs = self.run("systemctl", "list-jobs", "--no-legend", check=False).splitlines() if state == "starting" else []
        only_the_card = bool(jobs) and all("nobat-first-boot" in job or ".target" in job for job in jobs)
        return state in {"running", "degraded"} or only_the_card

    def of(self, unit: str, what: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "-P", what, unit)

    def is_active(self, unit: str) -> bool:
        """Whether a unit runs, and has said that it is ready."""
        return self.of(unit, "ActiveState") == "active"

    def log(self, unit: str) -> str:
        """What a unit has said since the start."""
        return self.run("journalctl", "-b", "--no-pager", "-o", "cat", "-u", unit)


def _children(process: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except FileNotFoundError:
        return []


@contextlib.contextmanager
def layer(scratch: Path, *below: Path, brought: Path, kept: bool = False) -> Iterator[Root]:
    """A layer upon other folders, the uppermost first. It is thrown away at the end unless `kept`: each has half a gigabyte."""
    parts = [scratch / part for part in ("written", "work", "root")]
    for part in parts:
        part.mkdir(parents=True)
    written, work, merged = parts
    options = f"lowerdir={':'.join(map(str, below))},upperdir={written},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(merged)], check=True)
    try:
        yield Root(merged, brought)
    finally:
        subprocess.run(["umount", str(merged)], check=True)
        for part in () if kept else parts:
            shutil.rmtree(part)


@contextlib.contextmanager
def no_overlay(root: Root, place: str, scratch: Path) -> Iterator[None]:
    """A folder of it lies on a disk meanwhile: the older release's `nobat upgrade` refuses every overlay, a container's too."""
    kept = scratch / "no-overlay"
    shutil.copytree(root.at(place), kept, symlinks=True)
    subprocess.run(["mount", "--bind", str(kept), str(root.at(place))], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(root.at(place))], check=True)


def installed(
    suite: str,
    brought: Path,
    machine: str = OWN,
    roles: Sequence[Role] = tuple(role for role in Role if role is not Role.STANDBY),
) -> tuple[Path, Path]:
    """The layers of a machine with every role of a site that its bundle knows, the uppermost first; made once a bundle."""
    scratch = KEPT / f"{brought.name}-{suite}"
    ready = KEPT / f"{scratch.name}.ready"
    if not ready.exists():
        shutil.rmtree(scratch, ignore_errors=True)
        with layer(scratch, debian(suite, machine), brought=brought, kept=True) as root:
            root.install(*(word for role in roles for word in ("--role", role)))
        ready.touch()
    return scratch / "written", debian(suite, machine)
