"""A file that is replaced as a whole: what stands on the disk at each moment at which the power may go."""

import errno
import os
from pathlib import Path
from unittest.mock import Mock

import pytest

from program.durable_file import write_whole


def test_the_new_one_is_on_the_disk_before_it_takes_the_place_of_the_old_and_its_name_is_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "spoken.json"
    path.write_bytes(b"old")
    synced: list[tuple[str, bytes]] = []

    def fsync(file: int) -> None:
        synced.append((Path(f"/proc/self/fd/{file}").readlink().name, path.read_bytes()))

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(path, b"new")
    assert synced == [("spoken.json.new", b"old"), (tmp_path.name, b"new")]
    assert [file.name for file in tmp_path.iterdir()] == ["spoken.json"]


def test_on_a_full_disk_the_old_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "spoken.json"
    write_whole(path, b"old")

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    write_whole(path, b"newer")
    assert path.read_bytes() == b"newer"


def test_what_root_writes_belongs_to_whoever_owns_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[str, int, int]] = []

    def fchown(file: int, user: int, group: int) -> None:
        given.append((Path(f"/proc/self/fd/{file}").readlink().name, user, group))

    monkeypatch.setattr(os, "fchown", fchown)
    owner, really = tmp_path.stat(), os.fstat

    def made_by_another(file: int) -> os.stat_result:
        found = really(file)
        return os.stat_result((*found[:4], owner.st_uid + 1, *found[5:]))

    monkeypatch.setattr(os, "fstat", made_by_another)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    write_whole(tmp_path / "password", b"x", private=True)
    assert given == [("password.new", owner.st_uid, owner.st_gid)]
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    write_whole(tmp_path / "password", b"y", private=True)
    assert len(given) == 1, "nobody else may give a file away"
    assert (tmp_path / "password").stat().st_mode & 0o777 == 0o600


def test_a_root_that_may_give_nothing_away_writes_where_its_folder_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So is the program that takes in a new device's file: systemd forbids it every chown."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", Mock(side_effect=PermissionError))
    write_whole(tmp_path / "key", b"secret", private=True)
    assert (tmp_path / "key").read_bytes() == b"secret"
