"""Installing: what a machine of a role gets, that doing it again changes nothing, and that what is cut off does no harm."""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from installing.__main__ import main
from installing.plan import (
    CURRENT,
    ELSEWHERE,
    OF_A_ROLE,
    RELEASES,
    ROLES,
    TRUSTED,
    TURNING,
    UNITS,
    WHOLE,
    Enable,
    Packages,
    Reload,
    Trust,
    plan,
    removal,
    turning,
)
from installing.read_only import forgets
from installing.roles import EVERYWHERE, FIRST_BOOT, NEEDS, Role
from installing.source import INDEX, MANIFEST, RELEASE_KEYS, Source, SourceError
from installing.steps import COMPLETE, InstallError, Machine, knows_package, roles_of

HERE = Path(__file__).parents[2]
UNIT_FILES = Source(HERE).unit_files()


def machine(root: Path, commands: list[str], *, source: Path = HERE, fails: str = "") -> Machine:
    """A machine in a folder, on which apt, pip and systemctl are only written down."""

    def run(command: Sequence[str]) -> None:
        commands.append(" ".join(command))
        if fails and fails in commands[-1]:
            raise InstallError(f"{commands[-1]} ended with 1")

    def has(package: str) -> bool:
        return any(package in line.split() for line in commands if line.startswith("apt-get"))

    return Machine(Source(source), lambda _: None, root, run=run, knows=lambda name: name != "python3-lgpio", has=has)


def install(on: Machine, *roles: Role, release: str = "1.0", devices: dict[str, str] | None = None) -> None:
    for step in plan(release, roles, UNIT_FILES, devices or {}):
        on.do(step)


def below(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() or path.is_symlink()}


def units(roles: Sequence[Role], devices: dict[str, str]) -> tuple[str, ...]:
    (enabled,) = (step.units for step in plan("1.0", roles, UNIT_FILES, devices) if isinstance(step, Enable))
    return enabled


@pytest.mark.parametrize("role", Role)
def test_every_role_starts_units_that_there_are(role: Role) -> None:
    need = NEEDS[role]
    shipped = set(UNIT_FILES) | {"mosquitto.service", "seatd.service"}
    assert need.units or need.device_unit
    assert {*need.units, *({f"{need.device_unit}.service"} if need.device_unit else ())} <= shipped


def test_a_pi_that_is_kiosk_and_waiting_room_starts_the_devices_that_joined_and_no_others() -> None:
    devices = {"kiosk-1": "kiosk", "hall-1": "waiting_room", "operator": "", "counter-7": "counter"}
    assert units([Role.KIOSK, Role.WAITING_ROOM], devices) == (
        WHOLE,
        FIRST_BOOT,
        "nobat-kiosk@kiosk-1.service",
        "nobat-display@hall-1.service",
    )


def test_a_package_that_two_roles_need_is_named_once() -> None:
    (packages,) = (step.names for step in plan("1.0", [Role.KIOSK, Role.COUNTER], UNIT_FILES, {}) if isinstance(step, Packages))
    assert len(packages) == len(set(packages))


def test_every_file_of_ours_is_placed_or_named_as_brought_in_by_hand(tmp_path: Path) -> None:
    commands: list[str] = []
    install(machine(tmp_path, commands), Role.STORE)
    placed = below(tmp_path)
    assert "etc/sysusers.d/nobat.conf" in placed
    assert "etc/systemd/system/nobat-.service.d/10-every-program.conf" in placed
    assert "etc/systemd/system/nobat-backup.service.d/30-standby.conf" not in placed
    assert not any(path.startswith("etc/") and path.endswith((".mount", "switch.sh")) for path in placed)
    assert set(ELSEWHERE) <= set(UNIT_FILES)


@pytest.mark.parametrize("file", OF_A_ROLE)
def test_what_only_a_role_needs_is_placed_with_it_alone_and_taken_away_with_the_rest(tmp_path: Path, file: str) -> None:
    place = str(ELSEWHERE.get(file, UNITS / file)).removeprefix("/")
    for role, there in ((Role.KIOSK, False), (OF_A_ROLE[file], True)):
        install(machine(tmp_path, []), role)
        assert (place in below(tmp_path)) is there
    for step in removal(UNIT_FILES, {}):
        machine(tmp_path, []).do(step)
    assert place not in below(tmp_path)


def device(root: Path, name: str, role: str) -> None:
    (root / "etc/nobat").mkdir(parents=True, exist_ok=True)
    (root / f"etc/nobat/{name}.toml").write_text(f'role = "{role}"\n')


def test_a_second_screen_is_refused_in_words_before_it_stays_black(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--role", "kiosk", "--role", "waiting_room", "--dry-run", "--root", str(tmp_path)]
    device(tmp_path, "kiosk-1", "kiosk")
    device(tmp_path, "phone-1", "")
    assert main(asked) == 0
    device(tmp_path, "hall-1", "waiting_room")
    capsys.readouterr()
    assert main(asked) == 2
    told = capsys.readouterr().err
    assert "hall-1 and kiosk-1" in told
    assert "--role two_screens" in told
    assert "remove its file" in told, "a machine that was another device before is not made for two"
    assert main([*asked, "--role", "two_screens"]) == 0
    assert "nobat-screens.service" in capsys.readouterr().out


@pytest.mark.parametrize(("said", "known"), [("Package: python3-lgpio", True), ("", False)])
def test_a_package_that_others_only_name_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, known: bool
) -> None:
    """apt-cache ends well there, and shows nothing."""
    (tmp_path / "apt-cache").write_text(f"#!/bin/sh\nprintf '{said}'\n")
    (tmp_path / "apt-cache").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert knows_package("python3-lgpio") is known


def test_a_role_that_only_a_newer_release_knows_keeps_nobody_from_going_back(tmp_path: Path) -> None:
    (tmp_path / "opt/nobat").mkdir(parents=True)
    (tmp_path / "opt/nobat/roles").write_text("kiosk\nteleporter\n")
    assert main(["--dry-run", "--root", str(tmp_path)]) == 0


def test_what_is_installed_into_an_image_is_done_in_there_and_nothing_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    image, commands = tmp_path / "image", tmp_path / "bin"
    for folder in (image, commands):
        folder.mkdir()
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    asked = ["--role", "kiosk", "--role", "phone", "--without-packages", "--root", str(image)]
    assert main(asked) == 2
    assert "apt-get install systemd-container" in capsys.readouterr().err
    for name in ("systemd-nspawn", "apt-get", "python3", "systemctl", "systemd-sysusers", "chroot"):
        (commands / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/said\nexit 5\n')
        (commands / name).chmod(0o755)
    assert main(asked) == 5
    (said,) = (tmp_path / "said").read_text().splitlines()
    assert said.startswith("systemd-nspawn ")
    assert f" --directory={image} --bind={HERE}:/run/nobat-source " in said
    assert said.endswith(" /bin/sh /run/nobat-source/install.sh --role kiosk --role phone --without-packages")
    assert below(image) == set()


def test_what_is_installed_twice_is_changed_once(tmp_path: Path) -> None:
    commands: list[str] = []
    first, second = machine(tmp_path, commands), machine(tmp_path, commands)
    install(first, Role.KIOSK)
    install(second, Role.KIOSK)
    assert first.changed
    assert second.changed == []
    assert sum(line.startswith("systemctl restart") for line in commands) == 1


def test_the_new_release_is_current_only_when_it_is_whole(tmp_path: Path) -> None:
    install(machine(tmp_path, []), Role.STORE, release="1.0")
    with pytest.raises(InstallError):
        install(machine(tmp_path, [], fails="pip"), Role.STORE, release="1.1")
    current = tmp_path / CURRENT.relative_to("/")
    assert current.readlink() == Path(RELEASES / "1.0")
    install(machine(tmp_path, []), Role.STORE, release="1.1")
    assert current.readlink() == Path(RELEASES / "1.1")


def test_two_releases_are_kept_to_go_back_to_and_the_current_one_always(tmp_path: Path) -> None:
    for version in ("1.0", "1.1", "1.2", "1.3"):
        install(machine(tmp_path, []), Role.STORE, release=version)
    releases = tmp_path / RELEASES.relative_to("/")
    assert sorted(one.name for one in releases.iterdir()) == ["1.1", "1.2", "1.3"]
    install(machine(tmp_path, []), Role.STORE, release="1.1")
    assert (releases / "1.1").is_dir()


def test_a_debian_without_the_pis_library_does_without_it(tmp_path: Path) -> None:
    commands: list[str] = []
    install(machine(tmp_path, commands), Role.KIOSK)
    (apt,) = (line for line in commands if line.startswith("apt-get"))
    assert "lgpio" not in apt
    assert "python3-evdev" in apt
    assert ("libasound2t64" in apt, "libasound2 " in apt) == (True, False)


def lay_without_pip(root: Path, release: str) -> None:
    """A whole release whose units say which it is."""
    folder = root / RELEASES.relative_to("/") / release
    (folder / "systemd").mkdir(parents=True)
    for unit in ("nobat-store.service", "nobat-console.service", f"only-in-{release}.service"):
        (folder / "systemd" / unit).write_text(f"# of {release}\n")
    (folder / COMPLETE).write_text("")


def which_runs(root: Path) -> set[str]:
    """The releases of which something is in force: the link's, and that of each unit of both."""
    units = (root / "etc/systemd/system" / name for name in ("nobat-store.service", "nobat-console.service"))
    link = root / CURRENT.relative_to("/")
    return {link.readlink().name, *(unit.read_text().removeprefix("# of ").strip() for unit in units)}


TURNED_UNITS = ["nobat-store.service", "nobat-console.service"]
TURN = tuple(step for step in turning("1.1", TURNED_UNITS, ()) if not isinstance(step, Reload))


@pytest.mark.parametrize("cut_after", range(len(TURN) + 1))
def test_a_power_cut_while_the_machine_turns_leaves_one_release_whole(tmp_path: Path, cut_after: int) -> None:
    for release in ("1.0", "1.1"):
        lay_without_pip(tmp_path, release)
    for release, steps in (("1.0", turning("1.0", TURNED_UNITS, ())), ("1.1", TURN[:cut_after])):
        on = machine(tmp_path, [], source=tmp_path / RELEASES.relative_to("/") / release)
        for step in steps:
            on.do(step)
    assert main(["--only", "finish", "--root", str(tmp_path)]) == 0  # as the next start of the machine does
    assert which_runs(tmp_path) == ({"1.0"} if cut_after == 0 else {"1.1"})
    assert not (tmp_path / TURNING.relative_to("/")).exists()


def test_a_machine_is_what_it_was_told_before_too(tmp_path: Path) -> None:
    for role in (Role.STORE, Role.CONSOLE):
        install(machine(tmp_path, []), role)
    assert roles_of(tmp_path / ROLES.relative_to("/")) == ("store", "console")


def test_only_the_first_install_says_whose_releases_are_trusted(tmp_path: Path) -> None:
    trusted = tmp_path / TRUSTED.relative_to("/")
    for key in ("the first key", "another key"):
        place = bundle(tmp_path / key)
        (place / RELEASE_KEYS).write_text(key)
        machine(tmp_path, [], source=place).do(Trust())
    assert trusted.read_text() == "the first key"
    machine(tmp_path, [], source=place).do(Trust(first=False))  # a release that was signed with a trusted key
    assert trusted.read_text() == "another key"


def test_uninstalling_leaves_what_the_clinic_has_written(tmp_path: Path) -> None:
    commands: list[str] = []
    on = machine(tmp_path, commands)
    ledger, settings = tmp_path / "var/lib/nobat-store/ledger.sqlite", tmp_path / "etc/nobat/kiosk-1.toml"
    for file in (ledger, settings):
        file.parent.mkdir(parents=True)
        file.write_text("the clinic's")
    install(on, Role.STORE, Role.KIOSK, devices={"kiosk-1": "kiosk"})
    for step in removal(UNIT_FILES, {"kiosk-1": "kiosk"}):
        on.do(step)
    assert below(tmp_path) == {"var/lib/nobat-store/ledger.sqlite", "etc/nobat/kiosk-1.toml"}
    assert "systemctl disable --now nobat-kiosk@kiosk-1.service" in commands


def test_uninstalling_ends_what_somebody_has_enabled_by_hand_too(tmp_path: Path) -> None:
    commands: list[str] = []
    on = machine(tmp_path, commands)
    install(on, Role.STORE)
    for step in removal(UNIT_FILES, {}):
        on.do(step)
    for timer in ("nobat-waiting.timer", "nobat-schedule.timer", "nobat-backup.timer"):
        assert commands.count(f"systemctl disable --now {timer}") == 1


@pytest.mark.parametrize(
    ("mounts", "inside", "is_so"),
    [
        ("/dev/mmcblk0p2 / ext4 rw 0 0\ntmpfs /w tmpfs rw 0 0\noverlay /srv overlay rw,upperdir=/w/up 0 0\n", True, False),
        ("overlayroot / overlay rw,lowerdir=/ro,upperdir=/w/up,workdir=/w/_ 0 0\ntmpfs-root /w tmpfs rw 0 0\n", True, True),
        ("overlayroot / overlay rw,lowerdir=/ro,upperdir=/w/up,workdir=/w/_ 0 0\n/dev/sda1 /w ext4 rw 0 0\n", True, False),
        ("overlay / overlay rw,lowerdir=/l,upperdir=/w/up,workdir=/w/_ 0 0\ntmpfs /w tmpfs rw 0 0\n", False, False),
        ("overlay / overlay ro,lowerdir=/l:/m 0 0\n", True, False),
    ],
    ids=["a disk", "a card that nobody writes", "written on a disk", "a container", "nothing is written"],
)
def test_a_card_that_nobody_writes_is_told_from_a_container(tmp_path: Path, mounts: str, *, inside: bool, is_so: bool) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/mounts").write_text(mounts)
    if inside:
        (tmp_path / "w/up").mkdir(parents=True)
    assert forgets(tmp_path) is is_so


def test_on_a_card_that_nobody_writes_nothing_is_installed_that_would_be_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("installing.__main__.forgets", lambda: True)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert main(["--role", "store"]) == 2
    assert "switch.sh off" in capsys.readouterr().err


def test_packages_that_cannot_be_had_are_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="apt-get update, then again; without internet from a bundle"):
        install(machine(tmp_path, [], fails="apt-get"), Role.STORE)
    with pytest.raises(InstallError, match="must be 12 or 13"):
        machine(tmp_path, []).do(Packages(("python3-lgpio|python3-lgpio",)))


def bundle(folder: Path) -> Path:
    """A bundle as small as can be."""
    (folder / "systemd").mkdir(parents=True)
    (folder / "systemd/nobat-store.service").write_text("[Service]\n")
    files = {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }
    (folder / MANIFEST).write_text(json.dumps({"version": "2.0", "files": files}))
    return folder


def test_a_bundle_that_was_damaged_on_its_way_is_refused_before_anything_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = bundle(tmp_path / "bundle")
    Source(place).check()
    (place / "systemd/nobat-store.service").write_text("[Service]\nExecStart=/bin/evil\n")
    assert main(["--role", "store", "--source", str(place), "--root", str(tmp_path / "root")]) == 2
    assert "is not what was bundled" in capsys.readouterr().err
    assert not (tmp_path / "root").exists()


def test_a_file_that_nobody_bundled_is_refused(tmp_path: Path) -> None:
    place = bundle(tmp_path / "bundle")
    (place / "systemd/stranger.service").write_text("")
    with pytest.raises(SourceError, match=r"stranger\.service"):
        Source(place).check()


def test_a_bundle_brings_everything_and_nothing_is_fetched(tmp_path: Path) -> None:
    assert Source(bundle(tmp_path / "bundle")).pip_arguments(("console",))[:2] == ["--no-index", "--find-links"]
    assert Source(HERE).pip_arguments(()) == [str(HERE)]


def test_a_machine_takes_of_a_bundles_packages_those_of_its_own_roles_and_asks_no_mirror(tmp_path: Path) -> None:
    place, commands = bundle(tmp_path / "bundle"), list[str]()
    mirror = place / "debs/trixie"
    mirror.mkdir(parents=True)
    for name in (INDEX, "libasound2t64_1_arm64.deb", "python3-lgpio_1_arm64.deb", "mosquitto_2_arm64.deb"):
        (mirror / name).touch()
    on = machine(tmp_path / "root", commands, source=place)
    (tmp_path / "root/etc").mkdir(parents=True)
    (tmp_path / "root/etc/os-release").write_text("VERSION_CODENAME=trixie\n")
    on.do(Packages((*EVERYWHERE, *NEEDS[Role.KIOSK].packages)))
    update, apt = (line for line in commands if line.startswith("apt-get"))
    assert update.endswith(" update")
    assert "Dir::Etc::sourceparts=-" in update
    assert {"libasound2t64", "python3-lgpio", "libusb-1.0-0"} <= set(apt.split())
    assert "mosquitto" not in apt.split()


def test_a_folder_that_changed_is_another_release(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "rules/a.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('[project]\nversion = "3.0"\n' if name.endswith("toml") else "one = 1\n")
    first = Source(tmp_path).version()
    (tmp_path / "rules/a.py").write_text("one = 2\n")
    assert (first.startswith("3.0+"), Source(tmp_path).version() == first) == (True, False)


def test_an_install_that_was_cut_off_is_ended_by_the_next(tmp_path: Path) -> None:
    commands: list[str] = []
    with pytest.raises(InstallError):
        install(machine(tmp_path, commands, fails="systemd-sysusers"), Role.STORE)
    install(machine(tmp_path, commands), Role.STORE)  # every file is in its place already
    assert commands.count("systemd-sysusers") == 2
    assert any(line.startswith("systemctl start") and "nobat-store.service" in line for line in commands)


def test_whoever_names_no_role_is_told_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert all(role in told for role in Role)


@pytest.mark.parametrize(("asked", "status"), [([], 2), (["--role", "store", "--dry-run"], 0)])
def test_nothing_is_done_without_a_role_nor_when_only_asked_what_would_be(
    asked: list[str], status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*asked, "--root", str(tmp_path)]) == status
    assert below(tmp_path) == set()
    told = capsys.readouterr().out
    assert ("start at each boot and now: nobat-whole.service mosquitto.service nobat-store.service" in told) is (status == 0)
    assert "(" not in told, "a step is told as the code writes it"
