"""Texts from a booking to the gateway: the real store and ledger, in this process with a clock of the test's, then all of it as
processes that are killed between a text's sending and its outcome."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from command_line.operator import OperatorSettings, at_the_desk
from mqtt.contract import Answer, Book, Booked, CancelBooking, Changed, Loaded, Operation, RetryText
from phone_line.gateways import http_call
from phone_line.gateways.file import File, FileSettings
from phone_line.gateways.gateway import Gateway
from phone_line.gateways.kavenegar import Kavenegar, KavenegarSettings
from phone_line.texts import Worker
from tests.broker import RunningBroker
from tests.phone_line.clinic import TELEPHONE, store_with_a_telephone
from tests.phone_line.clinic import Ledger as BesideTheStore
from tests.phone_line.fake_gateway import FakeGateway
from tests.phone_line.running import RunningTelephone
from tests.store.clinic import SITE_FILE, Clinic, moment_ms

MOBILE = "09121234567"
SECONDS = 60.0


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    """The small clinic, with a telephone."""
    path = tmp_path / "texting_clinic.toml"
    path.write_text(SITE_FILE.read_text(encoding="utf-8") + TELEPHONE, encoding="utf-8")
    return path


@pytest.fixture
def fake() -> Iterator[FakeGateway]:
    running = FakeGateway()
    yield running
    running.stop()


def key_file(folder: Path, fake: FakeGateway) -> Path:
    path = folder / "key"
    path.write_text(fake.key, encoding="utf-8")
    path.chmod(0o600)
    return path


# ------------------------------------------------------------------------------------------ with a clock of the test's


class Texting:
    """The clinic's store, and a worker whose time is the store's."""

    def __init__(self, clinic: Clinic, *gateways: Gateway) -> None:
        self.clinic = clinic
        self.gateways = gateways
        self.boots = 0
        self.worker = self.started()

    def started(self) -> Worker:
        """A worker of a new run."""
        self.boots += 1
        boot = f"boot-{self.boots}"

        def ask(operation: Operation) -> Answer:
            return self.clinic.batch(("phone-1", operation, None), boot=boot)[0].answer

        return Worker(
            self.gateways,
            ask=ask,
            store_ms=lambda: self.clinic.now.ms,
            tell=lambda _: None,
            monotonic=lambda: self.clinic.now.ms / 1000,
        )

    def book(self, mobile: str | None = MOBILE) -> str:
        answer = self.clinic.ask("operator", Book(department=11, doctor=1, mobile=mobile))
        assert isinstance(answer, Booked), answer
        return answer.code

    def live(self, seconds: float) -> None:
        for _ in range(int(seconds / 10)):
            while self.worker.turn():
                pass
            self.clinic.wait(10)

    def states(self) -> list[str]:
        return [row.state for row in self.clinic.rows("SELECT state FROM texts ORDER BY id")]


@pytest.fixture
def clinic(site_file: Path, tmp_path: Path) -> Iterator[Clinic]:
    opened = Clinic(lambda: Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite", moment_ms("06:00")))
    assert isinstance(loaded := opened.load_site(site_file), Loaded), loaded
    yield opened
    opened.ledger.close()


def test_who_books_is_texted_the_code_once(clinic: Clinic, tmp_path: Path) -> None:
    texting = Texting(clinic, File(FileSettings(path=str(tmp_path / "texts.jsonl"))))
    code = texting.book()
    texting.book(mobile=None)
    texting.live(60)
    (line,) = (tmp_path / "texts.jsonl").read_text(encoding="utf-8").splitlines()
    persian = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert f"کد {persian}" in line
    assert texting.states() == ["accepted"]


def test_whose_booking_is_cancelled_before_it_was_texted_hears_nothing_of_it(clinic: Clinic, tmp_path: Path) -> None:
    texting = Texting(clinic, File(FileSettings(path=str(tmp_path / "texts.jsonl"))))
    code = texting.book()
    assert isinstance(clinic.ask("operator", CancelBooking(code=code)), Changed)
    texting.live(60)
    assert not (tmp_path / "texts.jsonl").exists()


def test_two_time_outs_in_a_row_neither_lose_nor_double_a_code(
    clinic: Clinic, fake: FakeGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_call, "SEND_SECONDS", 0.3)
    fake.plan = lambda number: ("lose", "lose", "drop", "take")[min(number, 3)]
    settings = KavenegarSettings(secret_file=str(key_file(tmp_path, fake)), sender="2000", url=fake.url)
    texting = Texting(clinic, Kavenegar(settings))
    texting.book()
    texting.live(3600)
    assert len(fake.sent) == 1
    assert texting.states() == ["delivered"]


def test_without_credit_a_code_waits_and_leaves_when_there_is_some(clinic: Clinic, fake: FakeGateway, tmp_path: Path) -> None:
    fake.plan = lambda number: 418 if number < 2 else "take"
    settings = KavenegarSettings(secret_file=str(key_file(tmp_path, fake)), sender="2000", url=fake.url)
    texting = Texting(clinic, Kavenegar(settings))
    texting.book()
    texting.live(300)
    assert (texting.states(), fake.sent) == (["queued"], [])
    texting.live(1800)
    assert (texting.states(), len(fake.sent)) == (["delivered"], 1)


def test_a_refused_text_is_sent_again_when_a_person_says_so(clinic: Clinic, fake: FakeGateway, tmp_path: Path) -> None:
    fake.plan = lambda number: 411 if number == 0 else "take"
    settings = KavenegarSettings(secret_file=str(key_file(tmp_path, fake)), sender="2000", url=fake.url)
    texting = Texting(clinic, Kavenegar(settings))
    texting.book()
    texting.live(60)
    assert texting.states() == ["failed"]
    assert isinstance(clinic.ask("operator", RetryText(text=1)), Changed)
    texting.live(60)
    assert len(fake.sent) == 1


def test_a_worker_that_is_killed_before_it_tells_is_followed_by_one_that_asks(clinic: Clinic, tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    texting = Texting(clinic, File(FileSettings(path=str(path))))
    texting.book()

    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    texting.worker._report = killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        texting.worker.turn()
    assert texting.states() == ["sending"]
    texting.worker = texting.started()
    texting.live(60)
    assert (texting.states(), len(path.read_text(encoding="utf-8").splitlines())) == (["accepted"], 1)


# ------------------------------------------------------------------------------------------ as processes


def until(condition: Callable[[], bool], explain: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, explain()
        time.sleep(0.05)


def test_kill_9_between_a_texts_sending_and_its_outcome_sends_it_once(
    broker: RunningBroker, fake: FakeGateway, tmp_path: Path
) -> None:
    store = store_with_a_telephone(broker, tmp_path)
    ledger = BesideTheStore(store)

    def texts() -> list[tuple[str, int]]:
        return ledger.rows("SELECT state, attempts FROM texts ORDER BY id")

    gateways = f"""
[[gateways]]
kind = "kavenegar"
secret_file = "{key_file(tmp_path, fake)}"
sender = "2000500666"
url = "{fake.url}"
"""
    phone = RunningTelephone(tmp_path / "phone", broker, gateways=gateways)

    def plan(number: int) -> str:
        """The first text kills the telephone, the second the store, both after it has left."""
        if number == 0:
            phone.kill()
            return "drop"
        if number == 1:
            store.kill()
        return "take"

    fake.plan = plan
    operator = OperatorSettings(site="small", database=store.url, broker=broker.login("operator"))
    try:
        store.start()
        phone.start()
        with at_the_desk(operator) as desk:
            assert isinstance(desk.ask(Book(department=11, doctor=1, mobile=MOBILE), SECONDS), Booked)
            until(lambda: phone.process is None, phone.log)
            assert texts() == [("sending", 1)], "nobody told what became of it"
            phone.start()
            until(lambda: texts() == [("delivered", 2)], lambda: (texts(), phone.log()))
            assert isinstance(desk.ask(Book(department=11, doctor=1, mobile="09351234567"), SECONDS), Booked)
        until(lambda: len(fake.sent) == 2, phone.log)
        store.start()
        until(lambda: [state for state, _ in texts()] == ["delivered", "accepted"], lambda: (texts(), phone.log()))
    finally:
        phone.close()
        store.kill()
    assert [to for to, _ in fake.sent] == [MOBILE, "09351234567"]
    for secret in (MOBILE, "09351234567", "s3cret"):
        assert secret not in phone.log() + store.log()
