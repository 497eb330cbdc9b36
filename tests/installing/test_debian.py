"""The Debian packages: what each needs, what it does when it comes and goes, and that the clinic's own is left."""

import subprocess
from pathlib import Path

import pytest

from installing import bundle, debian
from installing.roles import NEEDS, Role


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All of them, with a bundle that is a word: what a bundle is, other tests say."""
    target = tmp_path_factory.mktemp("debs")

    def word(folder: Path, machine: str, **_: object) -> Path:
        (folder / "nobat-9.9-amd64.tar.gz").write_text(machine)
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


def test_every_script_is_one_that_a_shell_reads(packages: dict[str, Path], tmp_path: Path) -> None:
    for name, package in packages.items():
        found = scripts(package, tmp_path / name)
        assert {"postinst", "prerm"} <= set(found)
        for script, text in found.items():
            assert "@" not in text.replace("nobat-kiosk@", ""), f"{name}.{script} has a gap left"
            subprocess.run(["sh", "-n", tmp_path / name / script], check=True)


def test_the_package_brings_the_very_bundle_that_an_upgrade_takes(packages: dict[str, Path]) -> None:
    listed = subprocess.run(["dpkg-deb", "--contents", packages["nobat"]], check=True, capture_output=True, text=True).stdout
    assert "./usr/lib/nobat/nobat-9.9-amd64.tar.gz" in listed
    assert "root/root" in listed
    assert "./opt/" not in listed


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
