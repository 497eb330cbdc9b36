"""The Debian packages: what each needs, what it does when it comes and goes, and that the clinic's own is left."""

import gzip
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from installing import bundle, debian
from installing.roles import NEEDS, Role


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All of them, with a bundle that is a word: what a bundle is, other tests say."""
    target = tmp_path_factory.mktemp("debs")

    def word(folder: Path, machine: str, **_: object) -> Path:
        (folder / "nobat-9.9-amd64.tar.gz").write_bytes(gzip.compress(machine.encode(), mtime=0))
        return folder / "nobat-9.9-amd64.tar.gz"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "make", word)
        made = debian.make(target, "amd64", None)
    return {file.name.partition("_")[0]: file for file in made}


def field(package: Path, name: str) -> str:
    return subprocess.run(["dpkg-deb", "--field", package, name], check=True, capture_output=True, text=True).stdout.strip()


def scripts(package: Path, into: Path) -> dict[str, str]:
    subprocess.run(["dpkg-deb", "--control", package, into], check=True)
    return {file.name: file.read_text() for file in into.iterdir() if file.name != "control"}


@pytest.mark.parametrize("role", Role)
def test_each_role_is_a_package_that_brings_what_it_needs_of_debian(packages: dict[str, Path], role: Role) -> None:
    package = packages[f"nobat-{role.value.replace('_', '-')}"]
    needs = field(package, "Depends")
    assert f"nobat (= {field(package, 'Version')})" in needs
    asked = f"{needs}, {field(package, 'Recommends')}"
    for name in NEEDS[role].packages:
        assert name.rstrip("?").replace("|", " | ") in asked


def test_apt_takes_a_later_commit_of_one_version_for_the_newer_whatever_its_mark() -> None:
    nine, ten = datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 22, 10, tzinfo=UTC)
    older, newer = debian.version_for_apt("0.1.0+ffffffff", nine), debian.version_for_apt("0.1.0+00000000", ten)
    for one, is_before, other in ((older, "lt", newer), (newer, "lt", "0.1.1"), ("0.1.0", "lt", older)):
        assert subprocess.run(["dpkg", "--compare-versions", one, is_before, other], check=False).returncode == 0
    assert debian.version_for_apt("0.2.0", nine) == "0.2.0+20261122090000"


def test_every_script_is_one_that_a_shell_reads(packages: dict[str, Path], tmp_path: Path) -> None:
    for name, package in packages.items():
        found = scripts(package, tmp_path / name)
        assert {"postinst", "prerm"} <= set(found)
        for script, text in found.items():
            assert re.search(r"@[A-Z_]+@", text) is None, f"{name}.{script} has a gap left"
            subprocess.run(["sh", "-n", tmp_path / name / script], check=True)


def test_the_package_brings_the_very_bundle_that_an_upgrade_takes(packages: dict[str, Path]) -> None:
    listed = subprocess.run(["dpkg-deb", "--contents", packages["nobat"]], check=True, capture_output=True, text=True).stdout
    assert "./usr/lib/nobat/nobat-9.9-amd64.tar.gz" in listed
    assert "root/root" in listed
    assert "./opt/" not in listed


def test_each_package_says_whose_it_is_and_what_its_files_are(packages: dict[str, Path], tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--raw-extract", packages["nobat"], tmp_path / "nobat"], check=True)
    documents = tmp_path / "nobat/usr/share/doc/nobat"
    assert "/usr/share/common-licenses/Apache-2.0" in (documents / "copyright").read_text()
    changelog = gzip.decompress((documents / "changelog.gz").read_bytes()).decode()
    assert changelog.startswith(f"nobat ({field(packages['nobat'], 'Version')}) ")
    subprocess.run(["md5sum", "--check", "--quiet", "--strict", "DEBIAN/md5sums"], cwd=tmp_path / "nobat", check=True)
    listed = subprocess.run(
        ["dpkg-deb", "--contents", packages["nobat-kiosk"]], check=True, capture_output=True, text=True
    ).stdout
    assert "./usr/share/doc/nobat-kiosk -> nobat" in listed


@pytest.mark.skipif(shutil.which("lintian") is None, reason="apt-get install lintian")
def test_debians_own_check_finds_nothing_wrong(packages: dict[str, Path]) -> None:
    checked = [packages[name] for name in ("nobat", "nobat-kiosk", "nobat-two-screens")]
    command = ["lintian", "--no-cfg", "--allow-root", "--fail-on", "error,warning", *map(str, checked)]
    told = subprocess.run(command, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout


@pytest.mark.parametrize(("asked", "left"), [("", True), ("data", False)])
def test_purging_leaves_what_the_clinic_has_written_unless_asked(
    packages: dict[str, Path], tmp_path: Path, asked: str, left: bool
) -> None:
    text = scripts(packages["nobat"], tmp_path / "control")["postrm"]
    ledger = tmp_path / "var/lib/nobat-store/ledger.sqlite"
    ledger.parent.mkdir(parents=True)
    ledger.touch()
    below = text.replace(" /etc/", f" {tmp_path}/etc/").replace(" /var/", f" {tmp_path}/var/")
    subprocess.run(["sh", "-c", below, "postrm", "purge"], check=True, env={"PATH": "/usr/bin:/bin", "NOBAT_PURGE": asked})
    assert ledger.exists() is left


def test_a_role_that_is_taken_away_leaves_no_file_that_only_it_wanted(packages: dict[str, Path], tmp_path: Path) -> None:
    for folder in ("opt/nobat", "etc/nobat", "etc/systemd/system/nobat-kiosk@.service.d"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "opt/nobat/roles").write_text("kiosk\ntwo_screens\n")
    (tmp_path / "etc/systemd/system/nobat-kiosk@.service.d/40-two-screens.conf").touch()
    (tmp_path / "etc/systemd/system/nobat-kiosk@.service.d/mine.conf").touch()
    text = scripts(packages["nobat-two-screens"], tmp_path / "control")["prerm"]
    below = re.sub(r"(?<=[ \"])/(opt|etc|run)/", rf"{tmp_path}/\1/", text)
    subprocess.run(["sh", "-c", below, "prerm", "remove"], check=True)
    left = [file.name for file in (tmp_path / "etc/systemd/system").rglob("*.conf")]
    assert left == ["mine.conf"]


def test_a_role_that_is_taken_away_stops_its_own_devices_and_nobody_elses(packages: dict[str, Path], tmp_path: Path) -> None:
    for folder in ("opt/nobat", "etc/nobat", "run/systemd/system", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "opt/nobat/roles").write_text("kiosk\ncounter\n")
    for device, role in (("kiosk-1", "kiosk"), ("counter-1", "counter")):
        (tmp_path / f"etc/nobat/{device}.toml").write_text(f'device = "{device}"\nrole = "{role}"\n')
    systemctl = tmp_path / "bin/systemctl"
    systemctl.write_text('#!/bin/sh\necho "$*"\n')
    systemctl.chmod(0o755)
    text = re.sub(r"(?<= )/(opt|etc|run)/", rf"{tmp_path}/\1/", scripts(packages["nobat-kiosk"], tmp_path / "control")["prerm"])
    said = subprocess.run(
        ["sh", "-c", text, "prerm", "remove"],
        check=True, capture_output=True, text=True, env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin"},
    ).stdout  # fmt: skip
    assert said.splitlines() == ["disable --now nobat-kiosk@kiosk-1.service"]
    assert (tmp_path / "opt/nobat/roles").read_text() == "counter\n"
