"""`nobat prompts` makes the folder that an exchange plays from."""

from pathlib import Path

import pytest

from command_line import prompts
from sounds.script import Line
from tests.command_line.clinic import Nobat
from tests.sounds.test_prompt_set import GOODBYE, THREE, Speaker, recording

SITE_FILE = Path(__file__).parents[2] / "sites" / "kosar_clinic.toml"


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> Speaker:
    """A voice that hums in espeak-ng's place, and a script of two lines."""
    speak = Speaker()
    monkeypatch.setattr(prompts, "espeak_ng", lambda text, _language, _voice: speak(text))
    monkeypatch.setattr(prompts, "espeak_ng_name", lambda language, voice: f"a voice {voice or language}")
    monkeypatch.setattr(prompts, "general_script", lambda _language: {line.name: line for line in (THREE, GOODBYE)})
    return speak


@pytest.mark.usefixtures("voice")
def test_a_build_says_what_it_made_and_what_it_left_alone(nobat: Nobat, tmp_path: Path) -> None:
    first = nobat("prompts", "build", "--to", tmp_path / "set")
    assert (first.status, first.out) == (0, f"{tmp_path / 'set'}: 2 spoken now, 0 stood already, 0 recorded by people.\n")
    recording(tmp_path / "set", THREE)
    again = nobat("prompts", "build", "--to", tmp_path / "set")
    assert again.out.endswith("0 spoken now, 1 stood already, 1 recorded by people.\n")


@pytest.mark.usefixtures("voice")
def test_a_broken_recording_fails_the_build_in_words(nobat: Nobat, tmp_path: Path) -> None:
    nobat("prompts", "build", "--to", tmp_path)
    (tmp_path / "goodbye.wav").write_bytes(b"nothing")
    said = nobat("prompts", "build", "--to", tmp_path)
    assert said.status == 1
    assert "nobat/goodbye" in said.err


def test_a_sites_set_has_its_name_and_the_notes_of_its_departments() -> None:
    lines: dict[str, Line] = prompts.script_of("fa", SITE_FILE)
    assert "کلینیک کوثر اراک" in lines["nobat/welcome"].words
    assert lines["nobat/note/21"].words == "برای آزمایش خون ناشتا باشید."


def test_a_site_file_that_is_none_is_a_mistake_of_the_asker(nobat: Nobat, tmp_path: Path) -> None:
    assert nobat("prompts", "build", "--site", tmp_path / "nothing.toml").status == 2
