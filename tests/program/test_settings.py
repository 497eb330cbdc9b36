"""A device's own file is read once, and a mistake in it is named with its key."""

from pathlib import Path

import pytest

from program.settings import SettingsError, load_settings

KIOSK = """
device = "kiosk-1"
role = "kiosk"
site = "kosar"
[broker]
port = 1884
[printer]
kind = "network"
address = "127.0.0.1:9100"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "kiosk-1.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_short_file_is_enough(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, KIOSK))
    assert (settings.device, settings.role, settings.broker.port) == ("kiosk-1", "kiosk", 1884)
    assert (settings.printer.kind, settings.printer.paper_mm) == ("network", 80)
    assert settings.speaker is None


@pytest.mark.parametrize(
    ("mistake", "told"),
    [
        ("[broker]\nprot = 1884\n", "prot"),
        ('[broker]\nport = "1884"\n', "$.broker.port"),
        ("schema = 2\n", "schema = 2"),
        ("device =", "kiosk-1.toml"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, mistake: str, told: str) -> None:
    start = 'device = "kiosk-1"\nrole = "kiosk"\nsite = "kosar"\n'
    with pytest.raises(SettingsError) as problem:
        load_settings(written(tmp_path, start + mistake))
    assert told in str(problem.value)
    assert "kiosk-1.toml" in str(problem.value)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as missing:
        load_settings(tmp_path / "nothing.toml")
    assert str(missing.value) == f"{tmp_path / 'nothing.toml'}: No such file or directory"
    (tmp_path / "picture.toml").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(SettingsError, match=r"picture\.toml"):
        load_settings(tmp_path / "picture.toml")
