"""`nobat doctor`: each fault a technician meets is named, with what to do about it, and nothing that works is disturbed."""

import json
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from command_line.doctor import broker, examination, machine, pins
from command_line.doctor.finding import Finding, State
from command_line.doctor.paper import printer
from command_line.doctor.running import process_of
from command_line.units import device_files
from kiosk_device.keypad.keys import KEY_LEGENDS, crossings
from kiosk_device.ticket import test_page as page_to_try
from program import kernel_clock
from program.settings import (
    Broker,
    ButtonSettings,
    DeviceSettings,
    KeypadSettings,
    PrinterSettings,
)
from tests.broker import RunningBroker, free_port
from tests.command_line.clinic import Clinic, Nobat
from twins.escpos_picture import picture_of_job
from twins.pins import PinTwin
from twins.printer import PrinterTwin

KIOSK = DeviceSettings(device="kiosk-1", role="kiosk", site="small", keypad=KeypadSettings(kind="matrix"))


def states(findings: Iterator[Finding]) -> dict[str, State]:
    """How each thing was found, and proof that nothing is left without advice."""
    found = list(findings)
    assert all(one.do for one in found if one.state is not State.WELL)
    return {one.check: one.state for one in found}


@pytest.fixture
def paper_twin(tmp_path: Path) -> Iterator[PrinterTwin]:
    twin = PrinterTwin(tmp_path / "tickets")
    twin.start()
    yield twin
    twin.stop()


def settings_of(twin: PrinterTwin) -> PrinterSettings:
    return PrinterSettings(kind="network", address=f"127.0.0.1:{twin.port}")


# ------------------------------------------------------------------------------------------- the machine


@pytest.mark.parametrize(
    ("flags", "state", "words"),
    [
        ("0x0\n", State.WELL, "enough"),
        ("50005\n", State.ILL, "too little voltage"),
        ("50000\n", State.WATCH, "since the start: too little voltage"),
    ],
)
def test_a_supply_that_is_too_weak_is_told_now_and_afterwards(tmp_path: Path, flags: str, state: State, words: str) -> None:
    file = tmp_path / machine.THROTTLED
    file.parent.mkdir(parents=True)
    file.write_text(flags)
    (found,) = machine.power(tmp_path)
    assert (found.state, words in found.says) == (state, True)


def test_a_machine_that_is_no_pi_says_nothing_of_power_and_heat(tmp_path: Path) -> None:
    assert not [*machine.power(tmp_path), *machine.heat(tmp_path), *machine.memory(tmp_path)]


@pytest.mark.parametrize(("thousandths", "state"), [(45_000, State.WELL), (71_000, State.WATCH), (83_500, State.ILL)])
def test_a_pi_that_slows_itself_down_for_heat_is_ill(tmp_path: Path, thousandths: int, state: State) -> None:
    file = tmp_path / "sys/class/thermal/thermal_zone0/temp"
    file.parent.mkdir(parents=True)
    file.write_text(f"{thousandths}\n")
    assert states(machine.heat(tmp_path)) == {"heat": state}


@pytest.mark.parametrize(("free_kb", "state"), [(400_000, State.WELL), (120_000, State.WATCH), (20_000, State.ILL)])
def test_memory_that_runs_out_is_told(tmp_path: Path, free_kb: int, state: State) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text(f"MemTotal: 900000 kB\nMemAvailable: {free_kb} kB\n")
    assert states(machine.memory(tmp_path)) == {"memory": state}


def test_a_clock_that_says_1970_is_ill_and_one_that_a_module_keeps_is_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel_clock, "synchronised", lambda: False)
    now = time.time()  # noqa: TID251
    assert machine.clock(tmp_path).state is State.WATCH
    module = tmp_path / "sys/class/rtc/rtc0/since_epoch"
    module.parent.mkdir(parents=True)
    module.write_text(f"{int(now)}\n")
    assert machine.clock(tmp_path).state is State.WELL
    monkeypatch.setattr(time, "time", lambda: 3600.0)
    found = machine.clock(tmp_path)
    assert (found.state, "1970-01-01" in found.says) == (State.ILL, True)


def test_a_root_that_forgets_is_told_from_one_that_may_break(tmp_path: Path) -> None:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "w/up").mkdir(parents=True)
    (tmp_path / "proc/self/mounts").write_text("/dev/root / ext4 rw 0 0\nproc /proc proc rw 0 0\n")
    assert "ext4" in list(machine.disk(tmp_path, tmp_path))[-1].says
    over = "overlayroot / overlay rw,upperdir=/w/up 0 0\ntmpfs-root /w tmpfs rw 0 0\n"
    (tmp_path / "proc/self/mounts").write_text(f"{over}/dev/sdb {tmp_path}/kept ext4 rw 0 0\n/dev/sdc /srv ext4 rw 0 0\n")
    apart = list(machine.disk(tmp_path / "kept/kiosk-1", tmp_path))
    assert "overlay" in apart[-1].says
    assert "nobat-data" not in apart[0].says
    forgotten = next(machine.disk(tmp_path / "lib/kiosk-1", tmp_path))
    assert forgotten.state is State.ILL
    assert "nobat-data is missing" in forgotten.says


# ----------------------------------------------------------------------------------------- what hangs on it


@pytest.mark.parametrize(
    ("module", "state"),
    [
        (SimpleNamespace(gpiochip_open=print, SET_PULL_NONE=1), State.WELL),
        (SimpleNamespace(), State.ILL),  # what pip installs where lgpio has no wheel
    ],
)
def test_the_empty_gpio_library_is_not_taken_for_one(module: object, state: State) -> None:
    assert states(pins.gpio_library(KIOSK, lambda _: module)) == {"GPIO library": state}  # type: ignore[arg-type,return-value]


def test_a_gpio_library_that_cannot_be_loaded_is_told() -> None:
    def load(_: str) -> None:
        raise FileNotFoundError(".lgd-nfy-3")

    assert states(pins.gpio_library(KIOSK, load)) == {"GPIO library": State.ILL}  # type: ignore[arg-type]


@pytest.mark.parametrize(("broken", "says"), [("", "all 12 were heard"), ("green", "not heard: green")])
def test_each_key_is_heard_and_one_with_a_broken_wire_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, says: str
) -> None:
    pad = KIOSK.keypad
    twin = PinTwin(tmp_path / "pins", matrix=crossings(pad.rows, pad.columns))
    order = [key for row in KEY_LEGENDS for key in row if key != broken]
    passed_seconds = 0.0
    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + passed_seconds)

    def technician(words: str) -> None:
        nonlocal passed_seconds
        if words.startswith("heard"):
            twin.apply(f"key {words.removeprefix('heard ')} up")
        if order:
            twin.apply(f"key {order.pop(0)} down")
        else:
            passed_seconds = 2 * pins.WITHIN_SECONDS  # and nothing more is heard for a minute

    (found,) = pins.keys(KIOSK, technician, lambda: twin.factory)
    assert (found.state is State.ILL, found.says) == (bool(broken), says)


def test_pins_that_cannot_be_had_are_told() -> None:
    def no_pins() -> None:
        raise RuntimeError("GPIO busy")

    buttons = DeviceSettings(device="counter-1", role="counter", site="small", buttons=ButtonSettings())
    (found,) = pins.keys(buttons, print, no_pins)
    assert (found.state, "GPIO busy" in found.says) == (State.ILL, True)


@pytest.mark.parametrize(
    ("order", "state", "words"),
    [
        ("", State.WELL, "answers"),
        ("paper near_end", State.WATCH, "ends soon"),
        ("paper out", State.ILL, "paper out"),
        ("cover open", State.ILL, "cover open"),
        ("silent", State.WATCH, "says nothing"),
        ("closing", State.ILL, "hung up"),
    ],
)
def test_the_printer_is_found_as_it_is(paper_twin: PrinterTwin, order: str, state: State, words: str) -> None:
    if order:
        paper_twin.order(order)
    found = printer(settings_of(paper_twin), None)
    assert (found.state, words in found.says) == (state, True), found
    assert paper_twin.jobs == 0


def test_a_test_page_is_printed_over_the_full_width_only_when_asked_for(paper_twin: PrinterTwin) -> None:
    found = printer(settings_of(paper_twin), page_to_try("kiosk-1", "fa", 576))
    assert found.state is State.WELL
    assert paper_twin.wait_for_jobs(1)
    assert picture_of_job((paper_twin.folder / "0001.bin").read_bytes()).width == 576


def test_a_printer_that_is_not_there_is_told() -> None:
    assert printer(PrinterSettings(kind="network", address="127.0.0.1:1"), None).state is State.ILL


# ----------------------------------------------------------------------------------------- broker and store


def test_a_device_that_is_let_in_and_answered_is_well_and_its_question_does_nothing(clinic: Clinic) -> None:
    visit = broker.BrokerVisit(clinic.broker.login("kiosk-1"), "small", "kiosk-1")
    assert states(visit.findings()) == {"broker": State.WELL, "store": State.WELL, "rights": State.WELL}


def test_a_wrong_password_is_told_and_so_is_a_broker_that_is_not_there(clinic: Clinic) -> None:
    anothers = broker.BrokerVisit(clinic.broker.login("kiosk-2"), "small", "kiosk-1")
    (found,) = anothers.findings()
    assert (found.state, "refused" in found.says) == (State.ILL, True)
    nowhere = broker.BrokerVisit(Broker(port=1), "small", "kiosk-1")
    assert states(nowhere.findings()) == {"broker": State.ILL}
    assert broker.reachable(Broker(port=1)).state is State.ILL
    assert broker.reachable(clinic.broker.login("kiosk-1")).state is State.WELL


@pytest.mark.parametrize("certificate", [None, "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n"])
def test_a_certificate_that_is_missing_or_damaged_is_no_matter_of_the_cable(
    clinic: Clinic, tmp_path: Path, certificate: str | None
) -> None:
    file = tmp_path / "authority.crt"
    if certificate is not None:
        file.write_text(certificate)
    login = msgspec.structs.replace(clinic.broker.login("kiosk-1"), ca_file=str(file))
    (found,) = broker.BrokerVisit(login, "small", "kiosk-1").findings()
    assert (found.state, str(file) in found.says, "cable" in found.do) == (State.ILL, True, False)


def test_a_site_without_a_store_is_told(clinic: Clinic) -> None:
    visit = broker.BrokerVisit(clinic.broker.login("kiosk-1"), "another", "kiosk-1")
    assert states(visit.findings()) == {"broker": State.WELL, "rights": State.WELL, "store": State.ILL}


def test_a_broker_that_forgot_its_rights_is_found_out(tmp_path: Path) -> None:
    lax = RunningBroker(tmp_path / "broker")
    acl = tmp_path / "broker" / "acl"
    acl.write_text(acl.read_text() + "\nuser kiosk-1\ntopic readwrite #\n")
    lax.start()
    try:
        found = states(broker.BrokerVisit(lax.login("kiosk-1"), "small", "kiosk-1").findings())
    finally:
        lax.stop()
    assert found["rights"] is State.ILL


# ----------------------------------------------------------------------------------------------- the command


def device_file(clinic: Clinic, folder: Path, name: str = "kiosk-1") -> Path:
    login = clinic.broker.login(name)
    file = folder / f"{name}.toml"
    file.write_text(
        f'schema = 1\ndevice = "{name}"\nrole = "kiosk"\nsite = "small"\n[screen]\ndriver = "dummy"\n'
        f'[broker]\nport = {login.port}\npassword_file = "{login.password_file}"\n'
    )
    return file


def test_the_technician_reads_what_ails_the_device_and_what_to_do(nobat: Nobat, clinic: Clinic, tmp_path: Path) -> None:
    spoilt = tmp_path / "kiosk-2.toml"
    spoilt.write_text('schema = 1\ndevice = "kiosk-2"\n')
    said = nobat("doctor", device_file(clinic, tmp_path), spoilt)
    assert said.status == 1
    assert "answers in" in said.out
    assert "role" in said.out
    assert "device file" in said.err


def test_a_device_that_joined_signs_in_with_what_its_unit_is_given_while_the_unit_is_stopped(
    nobat: Nobat, clinic: Clinic, tmp_path: Path
) -> None:
    (tmp_path / "credentials").mkdir()
    shutil.copy2(str(clinic.broker.login("kiosk-1").password_file), tmp_path / "credentials/kiosk-1")
    file = tmp_path / "kiosk-1.toml"
    given = "/run/credentials/nobat-kiosk@kiosk-1.service/mqtt"
    file.write_text(
        'device = "kiosk-1"\nrole = "kiosk"\nsite = "small"\n[screen]\ndriver = "dummy"\n'
        f'[broker]\nport = {clinic.broker.port}\npassword_file = "{given}"\n'
    )
    said = nobat("doctor", file)
    assert "lets kiosk-1 in" in said.out
    assert "answers in" in said.out


def test_the_telephone_is_examined_too_though_its_file_names_no_role(nobat: Nobat, clinic: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "phone-1.toml"
    file.write_text(
        'device = "phone-1"\nsite = "small"\n[agi]\nkey_file = "/nowhere"\n'
        f'[broker]\nport = {clinic.broker.port}\npassword_file = "{clinic.broker.login("phone-1").password_file}"\n'
    )
    said = nobat("doctor", file)
    assert "telephone phone-1 of small" in said.out
    assert "lets phone-1 in" in said.out
    file.write_text('device = "phone-1"\n[agi]\n')
    assert "docs/telephone.md" in nobat("doctor", file).out


PHONE_FILE = 'device = "phone-1"\nsite = "small"\n[agi]\nkey_file = "/nowhere"\n[broker]\nport = 1\n'
KIOSK_FILE = 'device = "kiosk-1"\nrole = "kiosk"\nsite = "small"\n[broker]\nport = 1\n'


@pytest.mark.parametrize(
    ("was", "becomes", "found"),
    [(PHONE_FILE, KIOSK_FILE, "telephone phone-1 of small"), (KIOSK_FILE, PHONE_FILE, "kiosk kiosk-1 of small")],
)
def test_a_file_that_a_technician_writes_anew_meanwhile_is_examined_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was: str, becomes: str, found: str
) -> None:
    contents = iter([was])
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: next(contents, becomes))
    told = next(examination.of_device(tmp_path / "device.toml", frozenset(), print))
    assert (told.state, found in told.says) == (State.WELL, True), told


def test_a_file_of_a_program_without_hardware_is_no_devices_file(tmp_path: Path) -> None:
    for name in ("operator", "console", "patient-page", "letter-page", "kiosk-1", "phone-1"):
        (tmp_path / f"{name}.toml").touch()
    assert [file.stem for file in device_files(tmp_path)] == ["kiosk-1", "phone-1"]


def test_all_of_it_comes_as_json_too(nobat: Nobat, clinic: Clinic, tmp_path: Path) -> None:
    said = nobat("doctor", "--json", device_file(clinic, tmp_path))
    findings = json.loads(said.out)["findings"]["kiosk-1"]
    assert {"check": "rights", "state": "well", "says": "the broker lets nobody speak for the store", "do": ""} in findings


def test_a_device_whose_program_runs_keeps_its_printer_its_screen_and_its_place_at_the_broker(
    nobat: Nobat, clinic: Clinic, tmp_path: Path
) -> None:
    file = device_file(clinic, tmp_path)
    program = [sys.executable, "-c", "import sys; sys.stdin.read()", "-m", "kiosk_device", file.name]
    with subprocess.Popen(program, stdin=subprocess.PIPE, cwd=tmp_path) as running:
        try:
            assert process_of(file, "kiosk") == running.pid
            assert process_of(file, "room") is None
            said = nobat("doctor", file)
        finally:
            running.terminate()
    assert "systemctl stop nobat-kiosk@kiosk-1" in said.out
    assert "listens" in said.out
    assert "lets kiosk-1 in" not in said.out


def test_the_bundle_for_whoever_helps_has_everything_but_secrets(nobat: Nobat, clinic: Clinic, tmp_path: Path) -> None:
    file, place = device_file(clinic, tmp_path), tmp_path / "help.tar.gz"
    nobat("doctor", file, "--bundle", place)
    assert place.stat().st_mode & 0o777 == 0o600
    with tarfile.open(place) as bundle:
        inside = {entry.name: bundle.extractfile(entry).read() for entry in bundle}  # type: ignore[union-attr]
    assert {"nobat-support/doctor.json", "nobat-support/devices/kiosk-1.toml", "nobat-support/journal.txt"} <= set(inside)
    password = Path(str(clinic.broker.login("kiosk-1").password_file)).read_bytes().strip()
    assert not [name for name, content in inside.items() if password in content]


def test_on_the_stores_machine_every_device_of_the_site_is_looked_for(nobat: Nobat, clinic: Clinic) -> None:
    said = nobat("doctor", "--operator", clinic.operator)
    assert said.status == 1
    assert "it beats" in said.out
    assert "kiosk-1" in said.out
    assert "was never heard" in said.out
    assert "no copies are made" in said.out
    assert "[copies] folder" in said.out


def test_of_a_site_that_is_down_the_copies_are_looked_at_all_the_same(nobat: Nobat, clinic: Clinic, tmp_path: Path) -> None:
    settings = tmp_path / "operator.toml"
    settings.write_text(f'site = "small"\ndatabase = "{clinic.store.url}"\n[broker]\nport = {free_port()}\n')
    said = nobat("doctor", "--operator", settings)
    assert "cannot reach the broker" in said.out
    assert "no copies are made" in said.out
