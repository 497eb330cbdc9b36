"""What each gateway's answers mean, and that nobody ever reads its key: real sockets, every way to fail."""

import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from mqtt.contract import TextOutcome
from phone_line.gateways import http_call
from phone_line.gateways.file import File, FileSettings
from phone_line.gateways.gateway import Gateway
from phone_line.gateways.generic import Generic, GenericSettings
from phone_line.gateways.kavenegar import Kavenegar, KavenegarSettings
from phone_line.gateways.settings import GatewaySettings, open_gateways
from phone_line.gateways.sms_ir import SmsIr, SmsIrSettings
from program.secret_file import Secret, read_secret
from program.settings import SettingsError
from tests.broker import free_port
from tests.phone_line.fake_gateway import FakeGateway
from tests.phone_line.letters import CODE, MOBILE, followed, letter

Opened = Callable[..., Gateway]


@pytest.fixture
def fake() -> Iterator[FakeGateway]:
    running = FakeGateway()
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_call, "SEND_SECONDS", 0.3)


@pytest.fixture
def key(fake: FakeGateway, tmp_path: Path) -> str:
    path = tmp_path / "key"
    path.write_text(f"{fake.key}\n", encoding="utf-8")
    path.chmod(0o600)
    return str(path)


@pytest.fixture
def opened(fake: FakeGateway, key: str) -> Opened:
    """A gateway by its kind, at the fake one."""

    def opened(kind: str, url: str = fake.url) -> Gateway:
        if kind == "kavenegar":
            return Kavenegar(KavenegarSettings(secret_file=key, sender="2000500666", url=url))
        if kind == "sms.ir":
            return SmsIr(SmsIrSettings(secret_file=key, line=30004505000027, url=url))
        return Generic(kannel(url, key))

    return opened


def kannel(url: str, key: str) -> GenericSettings:
    return GenericSettings(
        name="kannel",
        url=f"{url}/cgi-bin/sendsms",
        method="GET",
        send_as="query",
        fields={"username": "nobat", "password": "{secret}", "to": "{to_98}", "text": "{body}", "coding": "2"},
        accepted="^[03]: ",
        secret_file=key,
    )


KINDS = ("kavenegar", "sms.ir", "http")

# ------------------------------------------------------------------------------------------ what answers mean


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_reaches_the_gateway_as_it_was_written(kind: str, opened: Opened, fake: FakeGateway) -> None:
    assert opened(kind).send(letter()).outcome is TextOutcome.ACCEPTED
    assert fake.sent == [("989121234567" if kind == "http" else MOBILE, CODE)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", ["late", "drop", "lose", "garbage", "drip"])
def test_what_may_have_left_is_never_taken_for_sent_nor_for_lost(
    what: str, kind: str, opened: Opened, fake: FakeGateway
) -> None:
    fake.plan = lambda _: what
    assert opened(kind).send(letter()).outcome is TextOutcome.UNKNOWN


@pytest.mark.parametrize("kind", KINDS)
def test_what_never_reached_the_gateway_may_be_sent_by_another_at_once(kind: str, opened: Opened) -> None:
    assert opened(kind, f"http://127.0.0.1:{free_port()}").send(letter()).outcome is TextOutcome.TRY_AGAIN


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("kavenegar", 409, TextOutcome.TRY_AGAIN),
        ("kavenegar", 429, TextOutcome.TRY_AGAIN),
        ("kavenegar", 451, TextOutcome.TRY_AGAIN),
        ("kavenegar", 418, TextOutcome.ACCOUNT),
        ("kavenegar", 403, TextOutcome.ACCOUNT),
        ("kavenegar", 412, TextOutcome.ACCOUNT),
        ("kavenegar", 411, TextOutcome.REFUSED),
        ("kavenegar", 413, TextOutcome.REFUSED),
        ("kavenegar", 500, TextOutcome.UNKNOWN),
        ("sms.ir", 401, TextOutcome.ACCOUNT),
        ("sms.ir", 102, TextOutcome.ACCOUNT),
        ("sms.ir", 429, TextOutcome.TRY_AGAIN),
        ("sms.ir", 104, TextOutcome.REFUSED),
        ("sms.ir", 500, TextOutcome.UNKNOWN),
        ("http", 401, TextOutcome.ACCOUNT),
        ("http", 403, TextOutcome.ACCOUNT),
        ("http", 404, TextOutcome.ACCOUNT),  # its address has changed: no text fails for that
        ("http", 308, TextOutcome.ACCOUNT),
        ("http", 429, TextOutcome.TRY_AGAIN),
        ("http", 503, TextOutcome.TRY_AGAIN),
        ("http", 400, TextOutcome.REFUSED),
        ("http", 500, TextOutcome.UNKNOWN),
    ],
)
def test_a_refusal_is_read_as_its_gateway_means_it(
    kind: str, status: int, outcome: TextOutcome, opened: Opened, fake: FakeGateway
) -> None:
    fake.plan = lambda _: status
    result = opened(kind).send(letter())
    assert result.outcome is outcome
    assert str(status) in result.error or status == 401
    assert fake.sent == []


# ------------------------------------------------------------------------------------------ asking


@pytest.mark.parametrize("what", ["late", "drop", "garbage"])
def test_kavenegar_knows_by_our_id_what_became_of_a_text_without_an_answer(
    what: str, opened: Opened, fake: FakeGateway
) -> None:
    fake.plan = lambda _: what
    gateway = opened("kavenegar")
    gateway.send(letter())
    assert gateway.ask(letter()).outcome is TextOutcome.DELIVERED
    assert gateway.ask(letter(8)).outcome is TextOutcome.TRY_AGAIN, "a text that never came is sent"
    assert gateway.ask(letter(7, body="the seventh text of another ledger")).outcome is TextOutcome.TRY_AGAIN


def test_a_text_that_was_sent_twice_to_kavenegar_leaves_it_once(opened: Opened, fake: FakeGateway) -> None:
    gateway = opened("kavenegar")
    gateway.send(letter())
    gateway.send(letter(attempt=2))
    assert len(fake.sent) == 1


def test_who_does_not_answer_a_question_has_not_denied_it(opened: Opened, fake: FakeGateway) -> None:
    fake.deaf = True
    assert opened("kavenegar").ask(letter()).outcome is TextOutcome.UNKNOWN, "busy is not: it never came"
    assert opened("kavenegar", f"http://127.0.0.1:{free_port()}").ask(letter()).outcome is TextOutcome.UNKNOWN


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (4, TextOutcome.ACCEPTED),
        (10, TextOutcome.DELIVERED),
        (11, TextOutcome.UNDELIVERED),
        (14, TextOutcome.UNDELIVERED),
        (100, TextOutcome.ACCEPTED),
        (77, TextOutcome.ACCEPTED),
    ],
)
def test_kavenegar_tells_what_was_delivered(status: int, outcome: TextOutcome, opened: Opened, fake: FakeGateway) -> None:
    fake.delivered = status
    assert opened("kavenegar").follow(followed("8792343")).outcome is outcome


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(1, TextOutcome.DELIVERED), (2, TextOutcome.UNDELIVERED), (7, TextOutcome.UNDELIVERED), (5, TextOutcome.ACCEPTED)],
)
def test_sms_ir_tells_what_was_delivered(state: int, outcome: TextOutcome, opened: Opened, fake: FakeGateway) -> None:
    fake.delivered = state
    assert opened("sms.ir").follow(followed("86522023")).outcome is outcome
    assert opened("sms.ir").follow(followed("")).outcome is TextOutcome.ACCEPTED, "nobody will ever know"


# ------------------------------------------------------------------------------------------ secrets


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", ["take", "late", "drop", "garbage", 403, 500])
def test_nobody_reads_the_key_anywhere(
    what: str | int, kind: str, opened: Opened, fake: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    fake.plan = lambda _: what
    with caplog.at_level(logging.DEBUG):
        gateway = opened(kind)
        told = [gateway.send(letter()), gateway.ask(letter()), gateway.follow(followed("1")), gateway, vars(gateway).keys()]
    for form in ("s3cret", "of the", "of+the", "of%20the"):
        assert form not in f"{told} {caplog.text}"


def test_an_error_that_quotes_the_address_is_told_without_the_key() -> None:
    secret = Secret("a/b c+d")
    for form in ("a/b c+d", "a%2Fb%20c%2Bd", "a/b%20c%2Bd", "a%2Fb+c%2Bd"):
        assert secret.masked(f"no route to https://gateway/v1/{form}/sms") == "no route to https://gateway/v1/***/sms"
    assert "a/b" not in repr(secret)
    assert Secret().masked("nothing to hide") == "nothing to hide"


def test_a_key_that_others_may_read_is_refused(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_secret(key).words.startswith("s3cret")
    for mode in (0o640, 0o604, 0o660):
        os.chmod(key, mode)  # noqa: PTH101
        with pytest.raises(SettingsError, match="chmod 600") as refused:
            read_secret(key)
        assert "s3cret" not in str(refused.value)
    os.chmod(key, 0o440)  # noqa: PTH101
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(Path(key).parent))
    assert read_secret(key).words, "systemd's own credentials show an access list as the group's bits"


def test_a_key_is_one_line_of_a_file_that_is_there(tmp_path: Path, key: str) -> None:
    for content in ("", "\n", "two\nlines"):
        Path(key).write_text(content, encoding="utf-8")
        with pytest.raises(SettingsError, match="on one line"):
            read_secret(key)
    with pytest.raises(SettingsError, match="cannot read the secret"):
        read_secret(str(tmp_path / "nowhere"))


# ------------------------------------------------------------------------------------------ settings


def test_gateways_are_asked_in_the_files_order_under_names_of_their_own(tmp_path: Path) -> None:
    document = [{"kind": "file", "path": str(tmp_path / "a")}, {"kind": "file", "path": str(tmp_path / "b"), "name": "second"}]
    settings = msgspec.convert(document, tuple[GatewaySettings, ...])
    assert [gateway.name for gateway in open_gateways(settings)] == ["file", "second"]
    with pytest.raises(SettingsError, match="two gateways are called file"):
        open_gateways((settings[0], settings[0]))


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"accepted": "("}, "regular expression"), ({"fields": {"to": "{mobile}"}}, r"\{mobile\}"), ({"refused": "["}, "regular")],
)
def test_a_gateway_that_is_described_wrongly_is_refused_at_the_start(changed: dict[str, object], why: str) -> None:
    right = {"url": "http://127.0.0.1", "fields": {"to": "{to}"}, "accepted": "OK"}
    with pytest.raises(SettingsError, match=why):
        Generic(msgspec.convert(right | changed, GenericSettings))


def test_a_described_gateway_fills_every_place_and_no_brace_of_a_patients_text(key: str, fake: FakeGateway) -> None:
    settings = GenericSettings(
        url=f"{fake.url}/any",
        send_as="json",
        fields={"message": {"text": "{body}", "to": ["{to}"]}, "reference": "{id}", "count": 1},
        headers={"Authorization": "Bearer {secret}"},
        accepted="entries",
        refused="blacklist",
        secret_file=key,
    )
    assert Generic(settings).send(letter(body="{secret} {to}")).outcome is TextOutcome.ACCEPTED
    assert fake.forms == [{"message": {"text": "{secret} {to}", "to": [MOBILE]}, "reference": "7", "count": 1}]
    assert fake.headers[0]["Authorization"] == f"Bearer {fake.key}"


# ------------------------------------------------------------------------------------------ the file


def test_the_file_has_each_text_on_a_line_that_only_we_may_read(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    gateway = File(FileSettings(path=str(path)))
    assert gateway.send(letter()).outcome is TextOutcome.ACCEPTED
    assert gateway.send(letter(8, body="دو\nسطر")).outcome is TextOutcome.ACCEPTED
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["id"], line["to"], line["body"]) for line in lines] == [(7, MOBILE, CODE), (8, MOBILE, "دو\nسطر")]
    assert path.stat().st_mode & 0o777 == 0o600
    assert gateway.ask(letter()).outcome is TextOutcome.ACCEPTED
    assert gateway.ask(letter(9)).outcome is TextOutcome.TRY_AGAIN


def test_a_line_that_a_power_cut_left_half_written_is_no_text_and_spoils_none(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_bytes(b'{"id": 7, "to": "0912')
    gateway = File(FileSettings(path=str(path)))
    assert gateway.ask(letter()).outcome is TextOutcome.TRY_AGAIN
    gateway.send(letter())
    assert gateway.ask(letter()).outcome is TextOutcome.ACCEPTED


def test_a_file_that_cannot_be_written_has_perhaps_the_text(tmp_path: Path) -> None:
    gateway = File(FileSettings(path=str(tmp_path)))
    assert gateway.send(letter()).outcome is TextOutcome.UNKNOWN
    assert gateway.ask(letter()).outcome is TextOutcome.UNKNOWN
