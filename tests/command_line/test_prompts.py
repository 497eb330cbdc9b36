"""`nobat prompts` makes the folder that an exchange plays from."""

import socket
import threading
from pathlib import Path

import pytest

from command_line import exchange, prompts
from sounds.script import Line
from sounds.telephone_script import general_script
from tests.command_line.clinic import Nobat, Said
from tests.sounds.test_prompt_set import GOODBYE, THREE, Speaker, recording
from twins.asterisk import Exchange, dial

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


KEY = "between-us"


def checked(nobat: Nobat, folder: Path, *, key: str = KEY, missing: frozenset[str] = frozenset()) -> Said:
    """`nobat prompts check`, called by an exchange that lacks some prompts; a port scan comes before."""
    (folder / "key").write_text(KEY, encoding="utf-8")
    file = folder / "phone-1.toml"
    file.write_text(f'schema = 1\ndevice = "phone-1"\nsite = "kosar"\n[agi]\nkey_file = "{folder}/key"\n', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def call() -> None:
        until_listening(port)
        dial("127.0.0.1", port, key=key, exchange=Exchange(missing=missing, tries=1))

    calling = threading.Thread(target=call)
    calling.start()
    said = nobat("prompts", "check", file, "--listen", f"127.0.0.1:{port}")
    calling.join()
    return said


def until_listening(port: int) -> None:
    """Connect and close at once, as a health probe does, as soon as somebody is there."""
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            continue
        return


def test_an_exchange_that_has_every_prompt_is_told_so(nobat: Nobat, tmp_path: Path) -> None:
    said = checked(nobat, tmp_path)
    assert said.status == 0, said.err
    assert said.out.endswith(f"All {len(general_script('fa'))} prompts are there.\n")


def test_what_the_exchange_lacks_is_listed(nobat: Nobat, tmp_path: Path) -> None:
    said = checked(nobat, tmp_path, missing=frozenset({"digit/3", "goodbye"}))
    assert said.status == 1
    assert said.err.splitlines()[1:] == ["nobat/digit/3", "nobat/goodbye"]


def test_who_has_not_the_key_is_let_go(nobat: Nobat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "CALL_WITHIN_SECONDS", 0.5)
    said = checked(nobat, tmp_path, key="guessed")
    assert said.status == 1
    assert "no call came" in said.err


def test_an_address_that_is_none_is_a_mistake_of_the_asker(nobat: Nobat, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY, encoding="utf-8")
    file = tmp_path / "phone-1.toml"
    file.write_text(f'schema = 1\ndevice = "phone-1"\nsite = "kosar"\n[agi]\nkey_file = "{tmp_path}/key"\n', encoding="utf-8")
    assert nobat("prompts", "check", file, "--listen", "nowhere").status == 2
