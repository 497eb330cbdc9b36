"""Which calls were spoken outlives a power cut; a file that is torn or spoilt makes a call heard twice, and no more."""

import random
from pathlib import Path

from display_device.voice.spoken_file import SpokenFile, load_spoken
from program.durable_file import write_whole

SPOKEN = (("1-3fa9c1d2", 7), ("1-3fa9c1d2", 8))
WRITTEN = b'[["1-3fa9c1d2",7],["1-3fa9c1d2",8]]'


def test_no_file_is_no_call(tmp_path: Path) -> None:
    assert load_spoken(tmp_path / "spoken.json") == ()


def test_a_file_torn_at_any_byte_is_whole_or_none(tmp_path: Path) -> None:
    path = tmp_path / "spoken.json"
    for length in range(len(WRITTEN)):
        write_whole(path, WRITTEN[:length])
        assert load_spoken(path) == ()
    write_whole(path, WRITTEN)
    assert load_spoken(path) == SPOKEN


def test_whatever_a_card_makes_of_it_the_display_starts(tmp_path: Path) -> None:
    path = tmp_path / "spoken.json"
    chance = random.Random(7)  # noqa: S311
    for spoilt in (b"5", b'[["e",1e999]]', b"\0" * 40, b"\xff" + WRITTEN, *(chance.randbytes(40) for _ in range(200))):
        path.write_bytes(spoilt)
        assert load_spoken(path) == ()
        SpokenFile(path)
    path.unlink()
    path.mkdir()
    assert load_spoken(path) == ()
