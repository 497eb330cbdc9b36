"""Doing a plan's steps on a machine. Each step first looks whether it is done, and says what it changed.

Everything below a root that tests replace, every command through one function that tests record. Standard library only: this
runs before anything of ours is installed.
"""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from installing.plan import (
    CURRENT,
    RELEASES,
    ROLES,
    TRUSTED,
    TURNING,
    UNITS,
    Disable,
    Enable,
    Link,
    MakeRelease,
    Packages,
    Place,
    Reload,
    Remember,
    Remove,
    Step,
    Tidy,
    Trust,
    Turned,
    Turning,
)
from installing.source import MANIFEST, RELEASE_KEYS, Source

COMPLETE: Final = ".complete"
"""Stands in a release's folder as its last file: one without it was cut off, and is made again."""
DOCUMENTS: Final = (MANIFEST, "systemd", "sites", "docs", "hardware.md", "ARCHITECTURE.md", "README.md", "NOTICE", "LICENSE")
UDEV: Final = PurePosixPath("/run/udev/control")
Run = Callable[[Sequence[str]], None]


class InstallError(Exception):
    """A step failed; the message says which command and what it said last."""


def run(command: Sequence[str]) -> None:
    """Run a command. Raises InstallError with the end of what it said."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()[-5:]
        raise InstallError(f"{' '.join(command)} ended with {done.returncode}:\n  " + "\n  ".join(said))


def knows_package(name: str) -> bool:
    """Whether this release of Debian has a package. Of one that others only name apt-cache shows nothing, and ends well."""
    found = subprocess.run(["apt-cache", "show", name], capture_output=True, check=False)
    return found.returncode == 0 and bool(found.stdout)


def has_package(name: str) -> bool:
    """Whether a package is installed."""
    asked = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout == "installed"


def only_from(mirror: Path, scratch: Path) -> list[str]:
    """Options by which apt knows nothing but a bundle's folder, whose bytes the manifest has vouched for, and leaves the
    machine's own lists as they are."""
    lists = scratch / "lists"
    (lists / "partial").mkdir(parents=True)
    sources = scratch / "sources.list"
    sources.write_text(f"deb [trusted=yes] {mirror.as_uri()} ./\n")
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": lists,
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "APT::Sandbox::User": "root",  # apt's own user may not see into the folder of whoever unpacked the bundle
    }
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]


def roles_of(place: Path) -> tuple[str, ...]:
    """What a machine is, as its file of roles says; nothing: it has none yet."""
    return tuple(place.read_text(encoding="utf-8").split()) if place.is_file() else ()


def devices_of(folder: Path) -> dict[str, str]:
    """The role of each device that has joined. A file that cannot be read is its program's to complain of."""
    roles: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        try:
            roles[file.stem] = str(tomllib.loads(file.read_text(encoding="utf-8")).get("role", ""))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            continue
    return roles


def write_through(place: Path, content: bytes) -> None:
    """A file for all to read, on the disk as a whole when this comes back: a power cut leaves the old one or the new one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.chmod(0o644)
    fresh.replace(place)
    flush(place.parent)


def flush(folder: Path) -> None:
    """The names of what is in a folder are on the disk when this comes back; one that is not there has none."""
    if folder.is_dir():
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_in(mirror: Path, name: str) -> bool:
    return any(mirror.glob(f"{name}_*.deb"))


@dataclass(frozen=True)
class Machine:
    """The machine that steps change. `tell` is told each change, once."""

    source: Source
    tell: Callable[[str], None]
    root: Path = Path("/")
    run: Run = run
    knows: Callable[[str], bool] = knows_package
    has: Callable[[str], bool] = has_package
    started: bool = True  # False: systemd does not run here (an image that is being made): units are enabled, not started
    changed: list[str] = field(default_factory=list)

    def at(self, path: PurePosixPath) -> Path:
        """A path of the machine, below the root."""
        return self.root / path.relative_to("/")

    def do(self, step: Step) -> None:
        """Do one step. Raises InstallError and OSError; what was done before stays."""
        match step:
            case Packages(names):
                self._packages(names)
            case MakeRelease(name, extras):
                self._release(name, extras)
            case Trust() | Remember() | Turning() | Turned():
                self._note(step)
            case Place(source, target):
                self._place(source, target)
            case Link(link, target):
                self._link(link, target)
            case Reload():
                self._reload()
            case Enable(units, now):
                self._enable(units, now=now)
            case Disable() | Remove() | Tidy():
                self._take_away(step)

    def _take_away(self, step: Disable | Remove | Tidy) -> None:
        match step:
            case Disable(units):
                self._disable(units)
            case Remove(paths):
                self._remove(paths)
            case Tidy(keep, ran_before):
                self._tidy(keep, ran_before)

    def _note(self, step: Trust | Remember | Turning | Turned) -> None:
        """What the machine itself is to know, beside its releases."""
        match step:
            case Trust(first):
                keys, trusted = self.source.folder / RELEASE_KEYS, self.at(TRUSTED)
                if keys.is_file() and not (first and trusted.exists()):
                    self._write(trusted, keys.read_bytes())
            case Remember(roles):
                known = roles_of(self.at(ROLES))
                self._write(self.at(ROLES), "".join(f"{role}\n" for role in dict.fromkeys((*known, *roles))).encode())
            case Turning(name):
                if self.at(CURRENT).resolve().name != name:
                    write_through(self.at(TURNING), name.encode())
            case Turned():
                flush(self.at(UNITS))
                self.at(TURNING).unlink(missing_ok=True)

    def _did(self, what: str) -> None:
        self.changed.append(what)
        self.tell(what)

    def _packages(self, names: Sequence[str]) -> None:
        mirror = self.source.mirror(self._debian())
        knows = self.knows if mirror is None else partial(_is_in, mirror)
        chosen = [name for name in (self._chosen(one, knows) for one in names) if name]
        missing = [name for name in chosen if not self.has(name)]
        if not missing:
            return
        install = ("install", "-y", "--no-install-recommends", *missing)
        if mirror is None:
            try:
                self.run(["apt-get", *install])
            except InstallError as problem:
                raise InstallError(
                    f"{problem}\nsudo apt-get update, then again; without internet from a bundle (make bundle)"
                ) from problem
        else:
            with TemporaryDirectory() as scratch:
                apt = ["apt-get", *only_from(mirror, Path(scratch))]
                self.run([*apt, "update"])
                self.run([*apt, *install])
        self._did(f"Debian packages: {' '.join(missing)}")

    def _debian(self) -> str:
        """The release's name, as /etc/os-release says it; Raspberry Pi OS says Debian's."""
        lines = (
            self.at(PurePosixPath("/etc/os-release")).read_text(encoding="utf-8").splitlines() if self.source.is_bundle else []
        )
        return next((line.partition("=")[2].strip('"') for line in lines if line.startswith("VERSION_CODENAME=")), "")

    def _chosen(self, name: str, knows: Callable[[str], bool]) -> str:
        """One of the names that "a|b" leaves open; empty: this Debian has none, and the step can do without."""
        wanted = name.rstrip("?").split("|")
        if len(wanted) == 1 and not name.endswith("?"):
            return wanted[0]
        known = [one for one in wanted if self.has(one) or knows(one)]
        if not known and not name.endswith("?"):
            raise InstallError(
                f"this Debian has none of {', '.join(wanted)}: sudo apt-get update, then again. It must be 12 or 13"
            )
        return known[0] if known else ""

    def _release(self, name: str, extras: Sequence[str]) -> None:
        folder = self.at(RELEASES / name)
        done = folder / COMPLETE
        if done.exists() and done.read_text() == " ".join(extras):
            return
        if not done.exists():  # else it has other roles: what they need is added, since it may be the one that runs
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for document in DOCUMENTS:
                self.source.copy(document, folder)
            self.run(["python3", "-m", "venv", "--system-site-packages", str(folder / ".venv")])
        self.run([str(folder / ".venv/bin/python"), "-m", "pip", "install", "-q", *self.source.pip_arguments(extras)])
        os.sync()  # all of it is on the disk before its last file says so
        write_through(done, " ".join(extras).encode())
        self._did(f"release {name}")

    def _place(self, source: str, target: PurePosixPath) -> None:
        self._write(self.at(target), self.source.read(f"systemd/{source}"))

    def _write(self, place: Path, content: bytes) -> None:
        if place.exists() and place.read_bytes() == content:
            return
        write_through(place, content)
        self._did(f"/{place.relative_to(self.root)}")

    def _link(self, link: PurePosixPath, target: PurePosixPath) -> None:
        place = self.at(link)
        if place.is_symlink() and place.readlink() == Path(target):
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f".{place.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(place)  # one rename: there is no moment without a release
        flush(place.parent)
        self._did(f"{link} → {target}")

    def _reload(self) -> None:
        """Also where nothing was changed: an install may have been cut off just before."""
        self.run(["systemd-sysusers"])
        self.run(["systemd-tmpfiles", "--create", "--prefix=/var/lib/nobat-copies"])
        if self.started:
            if self.at(UDEV).exists():  # a container has no devices of its own to rule
                self.run(["udevadm", "control", "--reload"])
                self.run(["udevadm", "trigger"])
            self.run(["systemctl", "daemon-reload"])

    def _enable(self, units: Sequence[str], *, now: bool) -> None:
        if not units:
            return
        self.run(["systemctl", "enable", *units])
        if not (now and self.started):
            return
        self.run(["systemctl", "restart" if self.changed else "start", *units])
        if self.changed:
            self._did(f"started: {' '.join(units)}")

    def _disable(self, units: Sequence[str]) -> None:
        for unit in units:
            if self.at(PurePosixPath("/etc/systemd/system") / _file_of(unit)).exists():
                self.run(["systemctl", "disable", *(["--now"] if self.started else []), unit])
                self._did(f"stopped: {unit}")

    def _remove(self, paths: Sequence[PurePosixPath]) -> None:
        for path in paths:
            place = self.at(path)
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            elif place.is_symlink() or place.exists():
                place.unlink()
                drop_ins = "systemd" in path.parts and place.parent.name.endswith(".d")  # rules.d and sysusers.d are Debian's
                if drop_ins and not any(place.parent.iterdir()):
                    place.parent.rmdir()
            else:
                continue
            self._did(f"removed: {path}")

    def _tidy(self, keep: int, ran_before: str) -> None:
        """The newest by the time they were made, and always the current one and that which ran before it."""
        releases = self.at(RELEASES)
        current = self.at(RELEASES.parent / "current").resolve().name
        made = sorted(releases.iterdir(), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        others = sorted((one for one in made if one.name != current), key=lambda one: one.name != ran_before)
        for old in others[keep - 1 :]:
            shutil.rmtree(old)
            self._did(f"removed: release {old.name}")


def _file_of(unit: str) -> str:
    """ "nobat-kiosk@kiosk-1.service" stands in nobat-kiosk@.service."""
    name, at, rest = unit.partition("@")
    return f"{name}@.{rest.rpartition('.')[2]}" if at else unit
