"""An upgrade ends with one whole release, whatever fails and whenever the power goes; and every ticket is there."""

import os
import stat
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from command_line.doctor.finding import Finding, ill
from command_line.operator import CommandError, FailedError
from command_line.upgrade.plan import Keep, Standing, Start, Stop, Turn, plan, starting, way_back
from command_line.upgrade.steps import StuckError, Upgrade
from installing.plan import CURRENT, RELEASES, TRUSTED
from tests.upgrade.world import NEW, OLD, UNITS, CutError, World

BEFORE = Standing(OLD, UNITS, ledger=True)
STEPS = plan(NEW, BEFORE)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).close_the_day()


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The power goes before the step that would be one too many, counted from the first of the plan on."""
    left = [1000]
    do = Upgrade.do

    def counted(upgrade: Upgrade, step: object) -> None:
        if left[0] == 0:
            raise CutError
        left[0] -= 1
        do(upgrade, step)  # type: ignore[arg-type]

    monkeypatch.setattr(Upgrade, "do", counted)
    return left


def test_a_machine_goes_to_the_release_in_a_signed_bundle(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.upgrade()
    assert world.which_runs() == NEW
    assert f"release {NEW} runs here now" in capsys.readouterr().out
    assert (world.at(RELEASES) / OLD).is_dir()
    assert "# and more" in world.at(TRUSTED).read_text()  # the keys that it brought
    assert list(world.at("opt/nobat").glob(".incoming-*")) == []


def test_the_store_stops_after_who_asks_it_and_starts_before(world: World) -> None:
    world.upgrade()
    moved = [line for line in world.said if line.startswith("systemctl st")]
    order = starting(UNITS)
    assert moved == [f"systemctl stop {unit}" for unit in order[::-1]] + [f"systemctl start {unit}" for unit in order]
    assert order[:2] == ("mosquitto.service", "nobat-store.service")
    assert order[-1].endswith(".timer")


@pytest.mark.parametrize("after", range(len(STEPS) + 1), ids=["before all", *(f"after {step}"[:45] for step in STEPS)])
def test_a_power_cut_after_any_step_leaves_one_whole_release(world: World, cut: list[int], after: int) -> None:
    cut[0] = after
    with suppress(CutError):
        world.upgrade()
    turned = any(isinstance(step, Turn) for step in STEPS[:after])
    assert world.boot() == (NEW if turned else OLD)


@pytest.mark.parametrize("after", range(6))
def test_a_power_cut_on_the_way_back_too(world: World, cut: list[int], after: int) -> None:
    world.sick = "it is not heard"
    cut[0] = len(STEPS) - 1 + after
    with pytest.raises((CutError, FailedError)):
        world.upgrade()
    assert world.boot() in {OLD, NEW}


@pytest.mark.parametrize(
    "fails",
    ["--only lay", "systemctl stop nobat-store", "--only turn", "migrations.forward", "systemctl start nobat-console"],
)
def test_whatever_fails_the_old_release_runs_again_with_its_own_ledger(world: World, fails: str) -> None:
    before = world.rows()
    world.fails = fails
    with pytest.raises(FailedError, match=OLD) as refused:
        world.upgrade()
    assert refused.value.exit_status == 1
    assert world.which_runs() == OLD
    assert world.rows() == before


def test_a_release_that_is_not_well_is_taken_back_with_every_row_of_the_ledger(world: World) -> None:
    before = world.rows()
    world.sick = "it is not heard"
    with pytest.raises(FailedError, match="the site, store: it is not heard"):
        world.upgrade()
    assert world.which_runs() == OLD
    assert world.rows() == before
    assert before["audit"]
    (aside,) = world.folder.glob("set-aside-*")  # what the new release left is kept
    assert (aside / "ledger.sqlite").is_file()


def test_what_was_ill_before_stops_nobody(world: World) -> None:
    world.sick = ""
    world.upgrade()  # kiosk-9 is gone, before and after
    assert world.which_runs() == NEW


def test_what_only_the_new_doctor_looks_at_and_was_ill_before_stops_nobody(world: World) -> None:
    world.stricter = "no copies are made"
    world.upgrade()
    assert world.which_runs() == NEW


def test_a_full_disk_stays_one_fault_though_its_free_megabytes_change(world: World) -> None:
    left = iter(range(90, 0, -1))
    world.finds = lambda *_: [("this machine", ill("disk", f"/var/lib/nobat: {next(left)} MB free", "make room"))]
    world.upgrade()
    assert world.which_runs() == NEW


NO_PAPER = ("kiosk-1", ill("printer", "usb: paper out", "put a roll in"))


@pytest.mark.parametrize(
    ("brought", "told"),
    [
        (("kiosk-1", ill("printer", "usb: no such library", "is its cable in?")), "kiosk-1, printer: usb: no such library"),
        (("kiosk-2", ill("printer", "usb: paper out", "put a roll in")), "kiosk-2, printer: usb: paper out"),
    ],
    ids=["the same printer, which nobody opens any more", "another kiosk's printer"],
)
def test_a_kiosk_that_was_out_of_paper_hides_no_fault_that_the_new_release_brings(
    world: World, brought: tuple[str, Finding], told: str
) -> None:
    world.finds = lambda _, runs: [NO_PAPER, brought] if runs == NEW else [NO_PAPER]
    with pytest.raises(FailedError, match=told):
        world.upgrade()
    assert world.which_runs() == OLD


def test_a_hall_that_only_the_old_doctor_found_ill_is_not_ill_before_to_the_new_one(world: World) -> None:
    gone = ("the site", ill("hall-1", "is gone", "is it switched on?"))
    world.finds = lambda doctor, runs: [gone] if doctor == runs else []  # it was there for the new one, before the turn
    with pytest.raises(FailedError, match="hall-1: is gone"):
        world.upgrade()
    assert world.which_runs() == OLD  # where the hall was gone before, so that the way back is well


@pytest.mark.parametrize(("answered", "runs"), [(True, NEW), (False, OLD)], ids=["answers", "does not answer either"])
def test_a_store_that_only_the_new_doctor_does_not_understand_must_answer_once_it_is_the_new_one(
    world: World, answered: bool, runs: str
) -> None:
    mute = ("the site", ill("store", "it does not answer", "systemctl status nobat-store"))
    world.finds = lambda doctor, runs: [mute] if doctor == NEW and not (answered and runs == NEW) else []
    with nullcontext() if answered else pytest.raises(FailedError, match="it does not answer"):
        world.upgrade()
    assert world.which_runs() == runs


def test_a_store_that_was_not_heard_before_stops_no_release_whose_doctor_has_other_advice(world: World) -> None:
    world.finds = lambda doctor, _: [("the site", ill("store", "it is not heard", f"what {doctor} says"))]
    world.upgrade()
    assert world.which_runs() == NEW


def test_a_program_that_falls_over_and_gets_up_again_is_not_well(world: World) -> None:
    world.restarts = 1
    with pytest.raises(FailedError, match="falls over"):
        world.upgrade()
    assert world.at(CURRENT).readlink().name == OLD


def test_a_release_that_changes_no_table_leaves_the_ledger_with_all_that_came_since(world: World) -> None:
    world.migrates, world.sick = False, "it is not heard"
    with pytest.raises(FailedError):
        world.upgrade()
    assert world.which_runs() == OLD
    assert list(world.folder.glob("set-aside-*")) == []


def test_where_the_way_back_fails_too_a_person_is_told_what_to_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.sick = "it is not heard"

    def lost(*_: object) -> str:
        raise OSError("the disk is gone")

    monkeypatch.setattr("booking_store.copies.restoring.put_back", lost)
    with pytest.raises(StuckError, match=r"by hand: release 1\.0\.0, copy .*ledger-g") as stuck:
        world.upgrade()
    assert stuck.value.exit_status == 3
    assert world.which_runs() == NEW  # with the ledger that it can read, and every program started


def test_two_older_releases_are_kept_to_go_back_to(world: World) -> None:
    for later, release in enumerate(("0.7.0", "0.8.0", "0.9.0")):  # laid since, and tried: none of them ran on
        (world.at(RELEASES) / release).mkdir()
        os.utime(world.at(RELEASES) / release, (2_000_000_000 + later,) * 2)
    world.upgrade()
    assert sorted(one.name for one in world.at(RELEASES).iterdir()) == ["0.9.0", OLD, NEW]


# ------------------------------------------------------------------------------ what is refused


def untouched(world: World) -> None:
    assert world.which_runs() == OLD
    assert [line for line in world.said if "installing" in line or "systemctl st" in line] == []


def spoil_a_unit(bundle: Path) -> None:
    (bundle / "systemd/nobat-store.service").write_text("[Service]\nExecStart=/bin/evil\n")


def spoil_the_manifest(bundle: Path) -> None:
    place = bundle / "MANIFEST.json"
    place.write_text(place.read_text().replace(NEW, "1.2.0"))


def bring_a_link(bundle: Path) -> None:
    (bundle / "systemd/link").symlink_to("/etc/shadow")


def bring_a_stranger(bundle: Path) -> None:
    (bundle / "installing").mkdir()
    (bundle / "installing/__main__.py").write_text("print('evil')\n")


def bring_bytecode(bundle: Path) -> None:
    """It would run instead of the source that was signed."""
    (bundle / "installing/__pycache__").mkdir(parents=True)
    (bundle / "installing/__pycache__/plan.cpython-311.pyc").write_bytes(b"evil")


@pytest.mark.parametrize("spoil", [spoil_a_unit, spoil_the_manifest, bring_a_link, bring_a_stranger, bring_bytecode])
def test_a_bundle_that_was_altered_is_refused_and_nothing_is_done(world: World, spoil: object) -> None:
    with pytest.raises(CommandError, match="nothing was done") as refused:
        world.upgrade(world.bundle(spoil=spoil))  # type: ignore[arg-type]
    assert refused.value.exit_status == 2
    untouched(world)


@pytest.mark.parametrize(("key", "why"), [(None, "not signed"), (Ed25519PrivateKey.generate(), "does not trust")])
def test_a_bundle_that_is_unsigned_or_a_strangers_is_refused(world: World, key: Ed25519PrivateKey | None, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        world.upgrade(world.bundle(key=key))
    untouched(world)


def test_a_file_that_is_no_bundle_is_refused(world: World) -> None:
    place = world.bundle()
    for content in (b"", b"not a tar", place.read_bytes()[:700]):
        place.write_bytes(content)
        with pytest.raises(CommandError, match="nothing was done"):
            world.upgrade(place)
    untouched(world)


def test_keys_that_anybody_could_have_written_prove_nothing(world: World) -> None:
    world.at(TRUSTED).chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IWOTH)
    with pytest.raises(CommandError, match="proves nothing"):
        world.upgrade()
    world.at(TRUSTED).unlink()
    with pytest.raises(CommandError, match="trusts no release key"):
        world.upgrade()
    untouched(world)


def test_an_older_release_is_taken_only_when_that_is_said(world: World) -> None:
    with pytest.raises(CommandError, match="older than"):
        world.upgrade(world.bundle("0.9.10"))
    untouched(world)
    world.upgrade(world.bundle("0.9.10"), downgrade=True, dry_run=True)


def test_on_a_card_that_nobody_writes_nothing_is_done_that_would_be_gone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("command_line.upgrade.command.forgets", lambda _: True)
    with pytest.raises(CommandError, match=r"switch\.sh off"):
        world.upgrade()
    untouched(world)


def test_the_release_that_runs_is_not_laid_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.upgrade(world.bundle(OLD))
    assert "runs here already" in capsys.readouterr().out
    untouched(world)


def test_while_the_day_is_open_nobody_upgrades_unless_forced(tmp_path: Path) -> None:
    world = World(tmp_path)
    with pytest.raises(FailedError, match="is open; nothing was done"):
        world.upgrade()
    untouched(world)
    world.clinic.ledger.close()
    world.upgrade(force=True)
    assert world.which_runs() == NEW


def test_a_dry_run_says_every_step_and_does_none(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.upgrade(dry_run=True)
    said = capsys.readouterr().out.splitlines()
    assert len(said) == len(STEPS)
    assert "copy the ledger" in said[0]
    untouched(world)


def test_a_machine_without_the_ledger_copies_and_moves_none() -> None:
    steps = plan(NEW, Standing(OLD, ("nobat-kiosk@kiosk-1.service",), ledger=False))
    assert [type(step).__name__ for step in steps] == ["Lay", "Stop", "Turn", "Start", "Examine", "Keep"]
    assert isinstance(steps[-1], Keep)


def test_the_way_back_begins_where_something_was_touched() -> None:
    assert way_back(STEPS[:2], BEFORE) == ()
    assert way_back(STEPS[:3], BEFORE) == (Start(starting(UNITS)),)
    assert isinstance(way_back(STEPS[:5], BEFORE)[0], Stop)
