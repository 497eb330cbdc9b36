"""What installing means, as a plan that anybody can read before it is done: frozen steps, made without touching the machine.

`plan` and `removal` are pure; `steps.py` does what they say. Doing a plan twice changes nothing the second time, and a step
that fails leaves `current` pointing to the release that worked before.

A release is laid first, beside the one that runs and unseen by it. Then the machine turns to it: the link, and the files of
systemd/ that go elsewhere. Those are several, and a power cut among them would leave one release's program under the other's
units; so a mark stands before the first and falls after the last, and the next start of the machine (nobat-whole.service) ends
what the mark says was begun.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from installing.roles import EVERYWHERE, NEEDS, Role

OPT: Final = PurePosixPath("/opt/nobat")
RELEASES: Final = OPT / "releases"
CURRENT: Final = OPT / "current"
UNITS: Final = PurePosixPath("/etc/systemd/system")
COMMAND: Final = PurePosixPath("/usr/local/bin/nobat")
ROLES: Final = OPT / "roles"
"""A word a line: what this machine is, for the next release."""
TURNING: Final = OPT / "turning"
"""The mark: the name of the release that the machine is turning to."""
TRUSTED: Final = PurePosixPath("/etc/nobat/release-keys")
"""The keys whose releases `nobat upgrade` takes, put there by the first install and by releases that these keys signed."""
WHOLE: Final = "nobat-whole.service"
ELSEWHERE: Final[Mapping[str, PurePosixPath]] = {
    "sysusers.conf": PurePosixPath("/etc/sysusers.d/nobat.conf"),
    "udev.rules": PurePosixPath("/etc/udev/rules.d/60-nobat.rules"),
    "journald.conf.d/90-nobat.conf": PurePosixPath("/etc/systemd/journald.conf.d/90-nobat.conf"),
    "system.conf.d/90-nobat.conf": PurePosixPath("/etc/systemd/system.conf.d/90-nobat.conf"),
    "standby/sysusers.conf": PurePosixPath("/etc/sysusers.d/nobat-standby.conf"),
    "standby/tmpfiles.conf": PurePosixPath("/etc/tmpfiles.d/nobat-standby.conf"),
}
"""Files of systemd/ that are no units."""
OF_A_ROLE: Final[Mapping[str, Role]] = {
    "standby/sysusers.conf": Role.STANDBY,
    "standby/tmpfiles.conf": Role.STANDBY,
    "nobat-kiosk@.service.d/40-two-screens.conf": Role.TWO_SCREENS,
    "nobat-display@.service.d/40-two-screens.conf": Role.TWO_SCREENS,
}
"""Files of systemd/ that only a machine of this role has."""
BY_HAND: Final = frozenset(
    {"README.md", "gammu-smsdrc", "gammu-smsd.service.d/90-nobat.conf", "nobat-backup.service.d/30-standby.conf"}
)
"""Files of systemd/ that only some sites want: the pages that name them say how they come in."""
IN_THE_RELEASE: Final = frozenset({"two-screens.sway"})
"""Files of systemd/ that are read where they lie."""
READ_ONLY: Final = "read-only/"
"""Below systemd/: what switch.sh there puts in its place on a device whose card nobody writes (docs/read-only.md)."""
KEPT_RELEASES: Final = 3
"""The current one and two to go back to."""


@dataclass(frozen=True, slots=True)
class Packages:
    """Debian packages; those that are there already are left alone."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"Debian packages that are missing of: {' '.join(self.names)}"


@dataclass(frozen=True, slots=True)
class MakeRelease:
    """A whole release in its own folder: the program in a venv that sees Debian's lgpio and evdev, with its pages and units."""

    name: str
    extras: tuple[str, ...]

    def __str__(self) -> str:
        return f"release {self.name} in {RELEASES / self.name}"


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that the release brings are trusted from now on. `first`: only where this machine trusts none yet."""

    first: bool = True

    def __str__(self) -> str:
        return f"the release keys that it brings in {TRUSTED}{', if there are none yet' if self.first else ''}"


@dataclass(frozen=True, slots=True)
class Turning:
    """The mark that the machine turns to a release: from here on a start of the machine ends the turning."""

    name: str

    def __str__(self) -> str:
        return f"the mark {TURNING}"


@dataclass(frozen=True, slots=True)
class Turned:
    """It has: the mark falls."""

    def __str__(self) -> str:
        return f"without the mark {TURNING}"


@dataclass(frozen=True, slots=True)
class Remember:
    """What this machine is, for the next release. Roles that it had stay its own."""

    roles: tuple[str, ...]

    def __str__(self) -> str:
        return f"what this machine is in {ROLES}: {' '.join(self.roles)}"


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the release's systemd/ goes where the system looks for it."""

    source: str
    target: PurePosixPath

    def __str__(self) -> str:
        return str(self.target)


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link, swapped in one rename."""

    link: PurePosixPath
    target: PurePosixPath

    def __str__(self) -> str:
        return f"{self.link} → {self.target}"


@dataclass(frozen=True, slots=True)
class Reload:
    """Users, their folders, device rules and units are read anew."""

    def __str__(self) -> str:
        return "users, their folders, device rules and units read anew"


@dataclass(frozen=True, slots=True)
class Enable:
    """Units start at each boot, and `now` too; where something was changed those that run are started again."""

    units: tuple[str, ...]
    now: bool = True

    def __str__(self) -> str:
        return f"start at each boot{' and now' if self.now else ''}: {' '.join(self.units)}"


@dataclass(frozen=True, slots=True)
class Disable:
    """Units stop, and start no more."""

    units: tuple[str, ...]

    def __str__(self) -> str:
        return f"stop, and start no more: {' '.join(self.units)}"


@dataclass(frozen=True, slots=True)
class Remove:
    """Files, links and folders of ours. What a clinic has written is none of them."""

    paths: tuple[PurePosixPath, ...]

    def __str__(self) -> str:
        return f"remove: {' '.join(map(str, self.paths))}"


@dataclass(frozen=True, slots=True)
class Tidy:
    """Older releases than the last KEPT_RELEASES go; that one that ran before stays, however many were tried since."""

    keep: int = KEPT_RELEASES
    ran_before: str = ""

    def __str__(self) -> str:
        return f"no older releases than the last {self.keep}"


Step = Packages | MakeRelease | Trust | Turning | Turned | Remember | Place | Link | Reload | Enable | Disable | Remove | Tidy


def plan(release: str, roles: Iterable[Role], unit_files: Iterable[str], devices: Mapping[str, str]) -> tuple[Step, ...]:
    """Everything for a machine of these roles. `unit_files`: the files of systemd/, below it; `devices`: the role of each
    device whose file is in /etc/nobat already."""
    chosen = tuple(dict.fromkeys(roles))
    return (
        *laying(release, chosen),
        Trust(),
        Remember(tuple(chosen)),
        *turning(release, unit_files, chosen),
        Enable((WHOLE, *units_of(chosen, devices))),
        Tidy(),
    )


def laying(release: str, roles: Iterable[Role]) -> tuple[Step, ...]:
    """A release beside the one that runs, which notices nothing."""
    needs = [NEEDS[role] for role in dict.fromkeys(roles)]
    names = dict.fromkeys((*EVERYWHERE, *(name for need in needs for name in need.packages)))
    extras = dict.fromkeys(extra for need in needs for extra in need.extras)
    return (Packages(tuple(names)), MakeRelease(release, tuple(extras)))


def turning(release: str, unit_files: Iterable[str], roles: Collection[str]) -> tuple[Step, ...]:
    """The machine turns to a release that is laid: forward, back, or on from where a power cut left it."""
    return (
        Turning(release),
        *places(unit_files, roles),
        Link(CURRENT, RELEASES / release),
        Link(COMMAND, CURRENT / ".venv/bin/nobat"),
        Turned(),
        Reload(),
    )


def places(unit_files: Iterable[str], roles: Collection[str]) -> tuple[Place, ...]:
    """Where each file of systemd/ goes on a machine of these roles."""
    left = BY_HAND | IN_THE_RELEASE | {file for file, role in OF_A_ROLE.items() if role not in roles}
    own = (file for file in sorted(unit_files) if file not in left and not file.startswith(READ_ONLY))
    return tuple(Place(file, ELSEWHERE.get(file, UNITS / file)) for file in own)


def units_of(roles: Iterable[Role], devices: Mapping[str, str]) -> tuple[str, ...]:
    """What starts at boot on a machine of these roles."""
    chosen = tuple(dict.fromkeys(roles))
    always = [unit for role in chosen for unit in NEEDS[role].units]
    own = [
        f"{NEEDS[role].device_unit}{device}.service" for role in chosen for device, of in sorted(devices.items()) if of == role
    ]
    return tuple(dict.fromkeys([*always, *own]))


def removal(unit_files: Iterable[str], devices: Mapping[str, str]) -> tuple[Step, ...]:
    """Everything back, but Debian's packages, /etc/nobat, and what /var/lib holds: the clinic's own."""
    files = places(unit_files, tuple(Role))
    started = (*units_of(Role, devices), *(file for file in sorted(unit_files) if file.endswith(".timer")))  # some by hand
    units = [unit for unit in dict.fromkeys(started) if unit.startswith("nobat-")]
    return (
        Disable((*units, WHOLE)),
        Remove((COMMAND, CURRENT, *(place.target for place in files), OPT)),
        Reload(),
    )
