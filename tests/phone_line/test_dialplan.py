"""The dialplan snippet knows what the program leaves it, and every jump has its place."""

import re
from pathlib import Path

import phone_line
from mqtt.contract import PhoneCard
from phone_line.listener import RESULT_VARIABLE
from phone_line.menu.menu import MINUTE_SECONDS
from sounds.telephone import phrase

SNIPPET = (Path(phone_line.__file__).parent / "extensions_nobat.conf").read_text(encoding="utf-8")
STEPS = [line for line in SNIPPET.splitlines() if line.strip().startswith(("exten", "same"))]


def test_the_snippet_goes_by_what_the_program_leaves() -> None:
    for result in ("done", "operator"):
        assert f'GotoIf($["${{{RESULT_VARIABLE}}}" = "{result}"]?' in SNIPPET


def test_every_jump_has_its_place() -> None:
    places = set(re.findall(r"n\((\w+)\)", SNIPPET))
    assert set(re.findall(r"\?(\w+)\)", SNIPPET)) | set(re.findall(r"Goto\((\w+)\)", SNIPPET)) == places


def test_a_service_that_hangs_keeps_no_channel_and_the_menus_own_limit_comes_first() -> None:
    assert any("Set(AGIEXITONHANGUP=yes)" in step for step in STEPS)
    absolute = re.search(r"TIMEOUT\(absolute\)=(\d+)", SNIPPET)
    assert absolute is not None
    assert int(absolute[1]) > PhoneCard().minutes * MINUTE_SECONDS


def test_what_the_exchange_plays_by_itself_is_recorded() -> None:
    played = re.findall(r"Playback\((\S+)\)", SNIPPET)
    assert played == [*phrase("please_wait")]
