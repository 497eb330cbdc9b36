"""Each copy goes on to a second machine: a real sshd on loopback, whose key may do nothing but bring copies."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_store.copies import making, standby
from booking_store.copies.copy import CopyError, newest_first
from tests.broker import free_port
from tests.copies.test_making import url_of
from tests.store.clinic import Clinic

SSHD = "/usr/sbin/sshd"
pytestmark = pytest.mark.skipif(
    not Path(SSHD).exists() or shutil.which("rsync") is None or shutil.which("rrsync") is None or os.geteuid() != 0,
    reason="needs Debian's rsync and openssh-server, and root for its sshd",
)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The standby's folder of copies, behind its sshd; `RSYNC_RSH` is as systemd/nobat-backup.service.d sets it."""
    folder, keys = tmp_path / "standby", tmp_path / "keys"
    folder.mkdir()
    keys.mkdir(mode=0o700)
    for name in ("host", "standby-key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
    public = (keys / "standby-key.pub").read_text(encoding="utf-8")
    (keys / "authorized").write_text(f'command="rrsync -wo {folder}",restrict {public}', encoding="utf-8")
    port = free_port()
    (keys / "known").write_text(f"[127.0.0.1]:{port} {(keys / 'host.pub').read_text(encoding='utf-8')}", encoding="utf-8")
    (keys / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {keys}/host\nAuthorizedKeysFile {keys}/authorized\n"
        f"PasswordAuthentication no\nUsePAM no\nStrictModes no\nPidFile none\nPermitRootLogin yes\n",
        encoding="utf-8",
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    daemon = subprocess.Popen([SSHD, "-D", "-e", "-f", keys / "sshd_config"], stderr=subprocess.DEVNULL)
    give_up_at = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert time.monotonic() < give_up_at
            time.sleep(0.01)
    options = f"-o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile={keys}/known -o ConnectTimeout=5"
    monkeypatch.setenv("RSYNC_RSH", f"ssh -F none -p {port} -i {keys}/standby-key {options}")
    yield folder
    daemon.terminate()
    daemon.wait(10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "copies"
    path.mkdir()
    return path


def test_each_copy_arrives_whole_and_is_good_over_there(clinic: Clinic, folder: Path, machine: Path) -> None:
    for _ in range(2):
        clinic.walk_in()
        standby.send(making.back_up(url_of(clinic), folder).copy, "root@127.0.0.1:.")
    arrived = newest_first(machine)
    assert [copy.age for copy in arrived] == [copy.age for copy in newest_first(folder)]
    for copy in arrived:
        making.prove(copy)
        assert copy.path.stat().st_mode & 0o777 == 0o600


def test_what_is_there_already_is_not_sent_again_and_nothing_over_there_is_deleted(
    clinic: Clinic, folder: Path, machine: Path
) -> None:
    copy = making.back_up(url_of(clinic), folder).copy
    standby.send(copy, "root@127.0.0.1:.")
    (machine / "ledger-of-yesterday").write_text("kept", encoding="utf-8")
    standby.send(copy, "root@127.0.0.1:.")
    assert {path.name for path in machine.iterdir()} == {copy.path.name, "ledger-of-yesterday"}


def test_the_key_brings_copies_and_does_nothing_else(clinic: Clinic, folder: Path, machine: Path) -> None:
    copy = making.back_up(url_of(clinic), folder).copy
    standby.send(copy, "root@127.0.0.1:.")
    with pytest.raises(CopyError):
        standby.send(copy, "root@127.0.0.1:/etc/..")
    rsh = os.environ["RSYNC_RSH"].split()
    fetched = subprocess.run(
        ["rsync", f"root@127.0.0.1:{copy.path.name}", folder / "stolen"], check=False, capture_output=True, timeout=30
    )
    shell = subprocess.run([*rsh, "root@127.0.0.1", "id"], check=False, capture_output=True, text=True, timeout=30)
    assert fetched.returncode != 0
    assert "uid=" not in shell.stdout


def test_a_standby_that_is_away_is_told_and_the_copy_stays_here(clinic: Clinic, folder: Path) -> None:
    os.environ.pop("RSYNC_RSH", None)
    copy = making.back_up(url_of(clinic), folder).copy
    with pytest.raises(CopyError, match="did not arrive"):
        standby.send(copy, f"rsync://127.0.0.1:{free_port()}/copies")
    assert newest_first(folder) == [copy]
