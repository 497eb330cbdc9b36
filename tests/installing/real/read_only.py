"""A kiosk whose card nobody writes, with a kernel of its own, and the plug is pulled: what must stay is there, nothing else is.

Debian 13 on a PC's processor that is played: overlayroot is the package that Raspberry Pi OS switches on too."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installing.real import machine, roots, site
from tests.installing.real.machine import Machine

SUITE = "trixie"
PACKAGES = ("linux-image-amd64", "initramfs-tools", "overlayroot", "busybox", "cryptsetup-bin", "e2fsprogs", "fdisk", "zstd")
KIOSK = "nobat-kiosk@kiosk-1.service"
SWITCH = "/opt/nobat/current/systemd/read-only/switch.sh"
INSTALL = "/opt/nobat/current/.venv/bin/python -m installing --source /opt/nobat/current"
KEPT = ("/etc/nobat/kept", "/var/lib/nobat/kiosk-1/kept")
LOST = ("/opt/nobat/lost", "/var/lib/lost", "/etc/lost")


@pytest.fixture(scope="module")
def kiosk(brought: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A kiosk that has joined, with an empty second disk."""
    folder = tmp_path_factory.mktemp("kiosk")
    with roots.layer(folder / "layer", roots.debian(SUITE), brought=brought) as root:
        root.install("--role", "kiosk", "--role", "store")  # the store only to enroll it
        root.fetch(*PACKAGES)
        machine.with_a_line(root)
        site.enrolled(root, "kiosk-1")
        root.run("nobat", "join", "/etc/nobat/bundles/kiosk-1.toml")
        root.run("systemctl", "disable", "nobat-store", "nobat-backup.timer", "mosquitto", "chrony")
        root.run("install", "-d", "-o", "nobat", "-g", "nobat", str(Path(KEPT[1]).parent))  # as its first start makes it
        patient = root.at(f"/etc/systemd/system/{KIOSK}.d/99-a-played-processor.conf")
        patient.parent.mkdir()
        patient.write_text("[Service]\nTimeoutStartSec=15min\nWatchdogSec=5min\n")
        root.at("/etc/fstab").write_text("/dev/vda / ext4 rw,noatime 0 1\n")
        for name in ("vmlinuz", "initrd.img"):
            shutil.copy(next(root.at("/boot").glob(f"{name}-*")), folder / name)
        disks = [machine.disk(folder / "root.img", 3000, content=root.path), machine.disk(folder / "data.img", 256)]
    with machine.switched_on(Machine(folder, folder, disks)) as running:
        yield running


def test_a_card_that_nobody_writes_keeps_what_must_stay_through_a_power_cut(kiosk: Machine) -> None:
    kiosk.run("mkfs.ext4 -q -L nobat-data /dev/vdb && udevadm settle")
    kiosk.run(f"systemctl enable {KIOSK} && {SWITCH} on")
    kiosk.shut_down()
    kiosk.switch_on()
    assert kiosk.run("findmnt -n -o FSTYPE /") == "overlay"
    assert kiosk.run("findmnt -n -o FSTYPE -T /var/lib/nobat/kiosk-1") == "ext4"
    for file in KEPT:
        kiosk.run(f"echo promised >{file} && sync {file}")
    for file in LOST:
        kiosk.run(f"echo changed >{file}")
    kiosk.run("logger before the cut; journalctl --sync; sync")
    kiosk.pull_the_plug()
    kiosk.switch_on()
    for file in KEPT:
        assert kiosk.run(f"cat {file}") == "promised"
    for file in LOST:
        kiosk.run(f"test ! -e {file}")
    assert "before the cut" in kiosk.run("journalctl -b -1 --no-pager -o cat")
    kiosk.run(f"systemctl start {KIOSK}", seconds=900)  # it was on its way already
    kiosk.run(f"systemctl is-active {KIOSK}")
    assert "switch.sh off" in kiosk.run(f"! {INSTALL} --role kiosk", seconds=900)
    assert "nobat-data" not in kiosk.run("nobat doctor /etc/nobat/kiosk-1.toml || true", seconds=900)


def test_where_the_partition_is_missing_it_starts_as_who_it_is_and_says_that_it_forgets(kiosk: Machine) -> None:
    kiosk.shut_down()
    data = kiosk.disks.pop()
    kiosk.switch_on(disks_within_seconds=240)
    kiosk.disks.append(data)
    kiosk.run(f"systemctl start {KIOSK}", seconds=900)
    assert kiosk.run("findmnt -n -o FSTYPE -T /var/lib/nobat/kiosk-1") == "overlay"
    kiosk.run(f"test ! -e {KEPT[1]}")
    for told in (f"journalctl -b --no-pager -u {KIOSK}", "nobat doctor /etc/nobat/kiosk-1.toml || true"):
        assert "nobat-data is missing" in kiosk.run(told, seconds=900)


def test_switched_off_it_may_be_written_again_and_what_stayed_stays(kiosk: Machine) -> None:
    kiosk.shut_down()
    kiosk.switch_on()  # with its partition
    kiosk.run(f"{SWITCH} off")
    kiosk.shut_down()
    kiosk.switch_on()
    assert kiosk.run("findmnt -n -o FSTYPE /") == "ext4"
    assert kiosk.run(f"cat {KEPT[1]}") == "promised"
