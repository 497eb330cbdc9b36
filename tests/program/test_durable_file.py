"""A file that is replaced as a whole: what stands on the disk at each moment at which the power may go."""

import errno
import os
from pathlib import Path

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
