"""nobat promote: refused while the clinic's store speaks; done, the copy is the ledger and the units are started."""

import io
import signal
from pathlib import Path

import pytest

from booking_store.copies import making
from command_line.safekeeping import promote
from program.secret_file import write_secret
from tests.command_line.clinic import Clinic, Nobat


@pytest.fixture
def standby(clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The second machine: its folder with a copy in it, its settings, and a systemctl that writes down what it is asked."""
    (tmp_path / "copies").mkdir()
    making.back_up(clinic.store.url, tmp_path / "copies")
    settings = tmp_path / "operator.toml"
    password = clinic.broker.login("operator").password_file
    settings.write_text(
        f'site = "small"\ndatabase = "sqlite:///{tmp_path}/ledger.sqlite"\n'
        f'[broker]\nport = {clinic.broker.port}\npassword_file = "{password}"\n[copies]\nfolder = "{tmp_path}/copies"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("NOBAT_OPERATOR", str(settings))
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\n', encoding="utf-8")
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{systemctl.parent}:/usr/bin:/bin")
    return tmp_path


def test_while_the_clinics_store_speaks_nobody_else_becomes_it(nobat: Nobat, standby: Path) -> None:
    said = nobat("promote", "--yes")
    assert said.status == 1
    assert "the clinic's store lives" in said.err
    assert not (standby / "ledger.sqlite").exists()
    assert not (standby / "asked").exists()


def test_once_it_is_silent_the_copy_becomes_the_ledger_and_the_store_is_started(
    nobat: Nobat, clinic: Clinic, standby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promote, "LISTEN_SECONDS", 0.5)
    clinic.store.end(signal.SIGKILL)
    said = nobat("promote", "--yes")
    assert said.status == 0, said.err
    assert (standby / "ledger.sqlite").exists()
    assert (standby / "asked").read_text(encoding="utf-8") == "enable --now mosquitto.service nobat-store.service\n"
    assert "nobat go" in said.out
    clinic.store.start()


def test_where_nothing_can_be_heard_whoever_is_asked_to_go_on_is_told_why(
    nobat: Nobat, standby: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    settings = standby / "operator.toml"
    write_secret(standby / "old-password", "of last year\n")
    lines = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("password_file")]
    lines.insert(lines.index("[broker]") + 1, f'password_file = "{standby}/old-password"')
    settings.write_text("\n".join(lines), encoding="utf-8")
    said = nobat("promote")
    assert "No store can be heard" in said.out
    assert "refused us" in said.out
    assert said.status == 1, "asked, and the answer was no"
    assert not (standby / "ledger.sqlite").exists()
