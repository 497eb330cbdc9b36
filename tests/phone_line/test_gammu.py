"""A text through a USB modem: the real gammu-smsd, its dummy phone, and a modem of ours that speaks AT."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqtt.contract import TextOutcome
from phone_line.gateways import gammu
from phone_line.gateways.gammu import WEDGED_AFTER_SECONDS, Gammu, GammuSettings, smsbackup
from tests.phone_line.letters import CODE, MOBILE, NOW_MS, letter
from twins.modem import ModemTwin, decode_submit

SHIPPED = Path(__file__).parents[2] / "systemd" / "gammu-smsdrc"
SECONDS = 60.0

needs_gammu = pytest.mark.skipif(shutil.which("gammu-smsd") is None, reason="gammu-smsd is not installed")


class Smsd:
    """A gammu-smsd of this test's own, with the settings that a clinic copies."""

    def __init__(self, folder: Path, **changed: str) -> None:
        self.spool = folder / "spool"
        for name in ("inbox", "outbox", "sent", "error"):
            (self.spool / name).mkdir(parents=True)
        self.modem_path = folder / "modem"
        self.log = folder / "smsd.log"
        self.pid_file = folder / "pid"
        settings = SHIPPED.read_text(encoding="utf-8").replace("/var/spool/gammu", str(self.spool))
        settings = settings.replace("/dev/serial/by-id/CHANGE-ME", str(self.modem_path)).replace("syslog", str(self.log))
        for key, value in changed.items():
            settings = settings.replace(f"{key} = ", f"{key} = {value}\n# was ")
        self._settings = folder / "smsdrc"
        self._settings.write_text(settings, encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["gammu-smsd", f"--config={self._settings}", f"--pid={self.pid_file}"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(10)

    def gateway(self, monotonic: Callable[[], float] = time.monotonic) -> Gammu:
        return Gammu(GammuSettings(folder=str(self.spool), pid_file=str(self.pid_file)), monotonic)

    def files(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.spool / folder).iterdir())


@pytest.fixture
def smsd(tmp_path: Path) -> Iterator[Smsd]:
    running = Smsd(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def modem(smsd: Smsd) -> Iterator[ModemTwin]:
    twin = ModemTwin(smsd.modem_path)
    twin.start()
    yield twin
    smsd.stop()
    twin.stop()


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that tests in parallel may start gammu-smsd slowly; nothing here waits longer than it has to."""
    monkeypatch.setattr(gammu, "SEND_SECONDS", SECONDS)


# ------------------------------------------------------------------------------------------ real gammu-smsd


@needs_gammu
def test_a_code_leaves_the_modem_as_it_was_written(smsd: Smsd, modem: ModemTwin) -> None:
    smsd.start()
    assert smsd.gateway().send(letter()).outcome is TextOutcome.ACCEPTED
    assert modem.texts() == [(MOBILE, CODE)]
    assert len(modem.sent) == 1, "the code's text costs one part"


@needs_gammu
def test_a_long_text_comes_together_again_on_the_mobile(smsd: Smsd, modem: ModemTwin) -> None:
    smsd.start()
    long = "پزشک شما امروز نمی‌آید؛ نوبت شما به روز دیگری رفت. " * 4
    assert smsd.gateway().send(letter(body=long)).outcome is TextOutcome.ACCEPTED
    assert modem.texts() == [(MOBILE, long)]
    assert len(modem.sent) == -(-len(long) // 67)


@needs_gammu
def test_gammus_dummy_phone_takes_it_too(smsd: Smsd, tmp_path: Path) -> None:
    dummy = Smsd(tmp_path / "dummy", model="dummy", connection="none")
    dummy.modem_path.mkdir()
    dummy.start()
    assert dummy.gateway().send(letter()).outcome is TextOutcome.ACCEPTED
    dummy.stop()


@needs_gammu
def test_while_the_network_is_down_the_text_may_still_leave_and_does_when_it_is_back(
    smsd: Smsd, modem: ModemTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    modem.error = 38
    smsd.start()
    gateway = smsd.gateway()
    monkeypatch.setattr(gammu, "SEND_SECONDS", 0.0)
    assert gateway.send(letter()).outcome is TextOutcome.UNKNOWN
    until(lambda: "Error getting send status" in said(smsd), smsd)
    assert gateway.ask(letter()).outcome is TextOutcome.UNKNOWN
    modem.error = None
    until(lambda: gateway.ask(letter()).outcome is TextOutcome.ACCEPTED, smsd)
    assert modem.texts() == [(MOBILE, CODE)]


@needs_gammu
def test_a_modem_that_falls_silent_is_told_and_its_daemon_ended_after_five_minutes(
    smsd: Smsd, modem: ModemTwin, monkeypatch: pytest.MonkeyPatch
) -> None:
    modem.silent = True
    smsd.start()
    clock = [0.0]
    gateway = smsd.gateway(lambda: clock[0])
    monkeypatch.setattr(gammu, "SEND_SECONDS", 0.0)
    gateway.send(letter())
    until(lambda: "Message without SMSC" in said(smsd), smsd)
    assert gateway.look(NOW_MS) == ""
    clock[0] += WEDGED_AFTER_SECONDS - 1
    assert gateway.look(NOW_MS) == "", "five minutes are given"
    clock[0] += 1
    assert "the modem sends nothing" in gateway.look(NOW_MS)
    assert smsd.process is not None
    assert smsd.process.wait(10) == -signal.SIGKILL, "systemd starts it again"
    assert gateway.ask(letter()).outcome is TextOutcome.TRY_AGAIN, "another gateway may send it now"
    modem.silent = False
    smsd.start()
    monkeypatch.setattr(gammu, "SEND_SECONDS", SECONDS)
    assert gateway.send(letter(8)).outcome is TextOutcome.ACCEPTED
    assert gateway.look(NOW_MS) == "", "the alarm ends with the first text that leaves"
    assert modem.texts() == [(MOBILE, CODE)], "the text that was taken back does not leave as well"


def said(smsd: Smsd) -> str:
    return smsd.log.read_text(encoding="utf-8", errors="replace") if smsd.log.exists() else ""


def until(condition: Callable[[], bool], smsd: Smsd) -> None:
    """Wait for something that gammu-smsd does in its own time."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, said(smsd)[-2000:]
        time.sleep(0.05)


# ------------------------------------------------------------------------------------------ without it


def test_what_lies_in_the_outbox_when_its_time_is_over_is_taken_back(smsd: Smsd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gammu, "SEND_SECONDS", 0.0)
    gateway = smsd.gateway()
    gateway.send(letter())
    gateway.look(letter().expires_at_ms - 1)
    assert len(smsd.files("outbox")) == 1
    gateway.look(letter().expires_at_ms)
    assert smsd.files("outbox") == []


def test_a_text_that_never_came_is_known_as_such_and_one_of_another_ledger_is_not_taken_for_it(
    smsd: Smsd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gammu, "SEND_SECONDS", 0.0)
    gateway = smsd.gateway()
    gateway.send(letter(7, body="another ledger's seventh text"))
    assert gateway.ask(letter(7)).outcome is TextOutcome.TRY_AGAIN


def test_without_the_spool_folder_nothing_left(tmp_path: Path) -> None:
    gateway = Gammu(GammuSettings(folder=str(tmp_path / "nowhere")))
    assert gateway.send(letter()).outcome is TextOutcome.TRY_AGAIN
    assert gateway.look(NOW_MS) == ""


def test_a_folder_that_cannot_be_tidied_is_said_and_stops_no_other_gateway(smsd: Smsd) -> None:
    (smsd.spool / "outbox" / ".OUTC_in_the_way").mkdir()
    assert smsd.gateway().look(NOW_MS) == "its folders: Is a directory"


def test_sent_texts_do_not_stay_on_the_disk(smsd: Smsd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gammu, "SEND_SECONDS", 0.0)
    gateway = smsd.gateway()
    gateway.send(letter())
    (name,) = smsd.files("outbox")
    (smsd.spool / "outbox" / name).rename(smsd.spool / "sent" / name)
    a_day_later = letter().expires_at_ms + 24 * 3600 * 1000
    gateway.look(a_day_later - 1)
    assert smsd.files("sent") == [name]
    gateway.look(a_day_later)
    assert smsd.files("sent") == []


def test_what_is_not_ours_in_the_folders_is_left_alone_and_what_a_power_cut_left_of_ours_is_not(smsd: Smsd) -> None:
    others = ("OUTC_0912_nobat-x.smsbackup", "OUTC20261122_0912_sms0.smsbackup", "OUTC_0912_nobat-1-1-.smsbackup")
    for name in (*others, ".OUTC_09121234567_nobat-7-1-1.smsbackup"):
        (smsd.spool / "outbox" / name).write_text("whatever", encoding="utf-8")
    assert smsd.gateway().look(NOW_MS) == ""
    assert smsd.files("outbox") == sorted(others)


def test_no_process_but_gammu_smsd_is_ever_ended(smsd: Smsd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gammu, "SEND_SECONDS", 0.0)
    with subprocess.Popen(["sleep", "60"]) as other:
        smsd.pid_file.write_text(str(other.pid))
        clock = [0.0]
        gateway = smsd.gateway(lambda: clock[0])
        gateway.send(letter())
        gateway.look(NOW_MS)
        clock[0] += WEDGED_AFTER_SECONDS
        assert gateway.look(NOW_MS) != ""
        assert other.poll() is None
        other.kill()


@pytest.mark.parametrize(("units", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_a_text_has_as_many_parts_as_mobiles_count(units: int, parts: int) -> None:
    assert smsbackup(MOBILE, "ب" * units).count("[SMSBackup") == parts


def test_no_letter_is_cut_in_two_between_parts() -> None:
    written = smsbackup(MOBILE, "ب" * 66 + "😀" * 10)
    texts = [line.removeprefix("Text00 = ") for line in written.splitlines() if line.startswith("Text00")]
    assert "".join(bytes.fromhex(text).decode("utf-16-be") for text in texts) == "ب" * 66 + "😀" * 10


def test_the_modem_refuses_what_would_come_out_as_question_marks() -> None:
    in_seven_bits = bytes.fromhex("0001000B819021436587F900000441E19008")
    with pytest.raises(ValueError, match="Unicode"):
        decode_submit(in_seven_bits)
