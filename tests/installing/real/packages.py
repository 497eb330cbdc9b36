"""Debian packages where systemd runs: apt makes a blank card the store, a newer one turns nothing, purging leaves the ledger.

The steps between are those of docs/install.md.
"""

import shutil
from pathlib import Path

import pytest

from installing import debian as packaging
from installing.plan import CURRENT, OPT, TRUSTED
from tests.installing.real import releases, roots, site
from tests.installing.real.roots import BUNDLE, OWN, Booted, Root, until
from tests.installing.real.upgrades import OLD_COMMIT

PLACE = "/var/packages"
LEDGER = "/var/lib/nobat-store/ledger.sqlite"
STARTS_WITHIN_SECONDS = 60


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make deb` makes of this source, signed."""
    folder = tmp_path_factory.mktemp("packages")
    packaging.make(folder, OWN, releases.KEY)
    return folder


def brought_to(root: Root, suite: str, made: Path) -> None:
    """The packages lie there, and apt knows of Debian's what the bundle has: there is no network."""
    shutil.copytree(made, root.at(PLACE))
    root.at("/etc/apt/sources.list").write_text(f"deb [trusted=yes] file:{BUNDLE}/debs/{suite} ./\n")


def apt_installs(machine: Booted, *packages: str) -> str:
    """What apt says."""
    files = " ".join(f"{PLACE}/{package}_*.deb" for package in packages)
    return machine.run("sh", "-c", f"export DEBIAN_FRONTEND=noninteractive; apt-get update -q && apt-get install -y -q {files}")


def test_apt_makes_a_blank_card_the_store_and_purging_leaves_its_ledger(
    bare: Root, suite: str, made: Path, brought: Path
) -> None:
    brought_to(bare, suite, made)
    with bare.booted() as machine:
        apt_installs(machine, "nobat", "nobat-store")
        assert bare.at(str(CURRENT)).readlink().name == releases.name_of(brought)
        assert bare.at(str(TRUSTED)).read_text() == releases.TRUSTED
        machine.run("mkdir", "-p", "/etc/nobat/sites")
        machine.run("cp", f"{CURRENT}/sites/kosar_clinic.toml", site.SITE_FILE)
        machine.run("nobat", "enroll", "--server", "127.0.0.1")
        machine.run("systemctl", "start", "mosquitto", "nobat-store")
        until(lambda: machine.is_active("nobat-store"), STARTS_WITHIN_SECONDS, machine.log("nobat-store")[-2000:])
        machine.run("nobat", "load", site.SITE_FILE)
        machine.run("apt-get", "purge", "-y", "nobat", "nobat-store")
        assert not machine.is_active("nobat-store")
    left = {str(path) for path in ("/opt/nobat", "/usr/lib/nobat", "/usr/local/bin/nobat") if bare.at(path).exists()}
    assert left == set()
    assert not list(bare.at("/etc/systemd/system").rglob("nobat*"))
    assert bare.at(LEDGER).is_file()
    assert bare.at(site.SITE_FILE).is_file()


def test_a_newer_package_turns_nothing_before_nobat_upgrade_does(suite: str, made: Path, brought: Path, tmp_path: Path) -> None:
    before = releases.older(OLD_COMMIT)
    old, new = releases.name_of(before), releases.name_of(brought)
    with (
        roots.layer(tmp_path, *releases.machine_of_the_older(suite, before), brought=before) as root,
        roots.no_overlay(root, str(OPT), tmp_path),
    ):
        site.set_up(root, "kiosk-1")
        root.at(str(TRUSTED)).write_text(releases.TRUSTED)
        root.at("/var/copies").mkdir()
        brought_to(root, suite, made)
        with Root(root.path, brought).booted() as machine:
            machine.run("nobat", "load", site.SITE_FILE)
            said = apt_installs(machine, "nobat", "nobat-store", "nobat-kiosk")
            bundle = f"/usr/lib/nobat/{brought.name}.tar.gz"
            assert f"release {old} runs on. After the day's end: sudo nobat upgrade {bundle}" in said
            assert root.at(str(CURRENT)).readlink().name == old
            assert machine.is_active("nobat-store")
            machine.run("nobat", "upgrade", bundle, "--copies", "/var/copies")
            assert root.at(str(CURRENT)).readlink().name == new
            machine.run("dpkg-reconfigure", "nobat-store", "nobat-kiosk")
            assert machine.is_active("nobat-store")
