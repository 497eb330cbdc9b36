"""Which calls may hold a place outlives a power cut, and a spoilt file hurts no other."""

from pathlib import Path

from phone_line.open_calls import OpenCall, OpenCalls


def test_what_was_open_is_open_after_a_power_cut(tmp_path: Path) -> None:
    before = OpenCalls(tmp_path)
    for call in (OpenCall("one"), OpenCall("two"), OpenCall("three")):
        before.write(call)
    before.write(OpenCall("two", told=True))
    before.close("three")
    before.close("three")
    assert set(OpenCalls(tmp_path).left_open) == {OpenCall("one"), OpenCall("two", told=True)}


def test_what_is_torn_or_spoilt_is_left_out(tmp_path: Path) -> None:
    calls = OpenCalls(tmp_path)
    calls.write(OpenCall("one"))
    (tmp_path / "open-calls" / "spoilt").write_bytes(b"\0\0\0")
    (tmp_path / "open-calls" / "a byte of it").write_bytes(b'{"call":"tw\xff"}')
    (tmp_path / "open-calls" / "torn.new").write_bytes(b'{"call":"tw')
    assert OpenCalls(tmp_path).left_open == (OpenCall("one"),)
    assert len(list((tmp_path / "open-calls").iterdir())) == 1
