"""What Asterisk may say, in every form that was seen on 13, 18 and 22, and what becomes of the call then."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mqtt.contract import Answer, ConfirmHold, EndCall, HoldPlace, Operation, ReleaseHold
from phone_line import agi, listener
from phone_line.agi import EndedBy, Environment, Heard, HungUpError, ProtocolError, Replies, Reply
from phone_line.listener import CallCame, Listener
from phone_line.settings import AgiSettings, key_of
from phone_line.state import Gather
from program.inbox import Inbox
from program.settings import SettingsError
from tests.phone_line.calling import CODE, MOBILE
from tests.phone_line.running import KEY, TelephoneHere, code_of, soon, usual
from twins import asterisk
from twins.asterisk import HANG_UP, Exchange, dial_at_once, environment

BOOKING = {
    "main_menu_with_operator": "1",
    "ask_department": "12",
    "ask_doctor": "03",
    "ask_mobile": MOBILE,
    "offer_choice": "1",
}


@pytest.fixture
def telephone(tmp_path: Path) -> Iterator[TelephoneHere]:
    with TelephoneHere(tmp_path) as running:
        yield running


# -------------------------------------------------------------------------------------------- lines


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("200 result=12", Reply(200, "12")),
        ("200 result=", Reply(200)),
        ("200 result=12 (timeout)", Reply(200, "12", "timeout")),
        ("200 result= (timeout)", Reply(200, "", "timeout")),
        ("200 result=-1", Reply(200, "-1")),
        ("200 result=-1 endpos=0", Reply(200, "-1")),
        ("200 result=49 endpos=12345", Reply(200, "49")),
        ("200 result=1 (2)", Reply(200, "1", "2")),
        ("510 Invalid or unknown command", Reply(510)),
        ("520 Invalid command syntax.  Proper usage not available.", Reply(520)),
        ("100 Trying...", None),
    ],
)
def test_each_form_of_reply(line: str, reply: Reply | None) -> None:
    assert Replies().read(line) == reply


def test_a_usage_error_of_many_lines_is_one_reply() -> None:
    replies = Replies()
    for line in ("520-Invalid command syntax.  Proper usage follows:", "Usage: GET DATA <file> [timeout]", "\tWaits for DTMF."):
        assert replies.read(line) is None
    assert replies.read("520 End of proper usage.") == Reply(520)
    assert replies.read("200 result=0") == Reply(200, "0")


@pytest.mark.parametrize("line", ["HANGUP", "HANGUP511 Command Not Permitted on a dead channel", "511 Command Not Permitted"])
def test_each_form_of_hanging_up(line: str) -> None:
    with pytest.raises(HungUpError):
        Replies().read(line)


@pytest.mark.parametrize("line", ["", "GET / HTTP/1.1", "20 result=1", "result=1", "٢٠٠ result=1"])
def test_what_is_no_reply_is_said(line: str) -> None:
    with pytest.raises(ProtocolError):
        Replies().read(line)


def test_an_environment_says_who_calls_and_with_which_key() -> None:
    lines = environment("17.3", MOBILE, "k%2Fey").splitlines()[:-1]
    told = agi.environment(lines)
    assert (told.call, told.caller, told.key) == ("17.3", MOBILE, "k/ey")
    assert agi.environment(environment("17.3", "unknown", "k").splitlines()[:-1]).caller == ""
    assert Environment().key == ""
    with pytest.raises(ProtocolError):
        agi.environment(["GET / HTTP/1.1"])


@pytest.mark.parametrize("bad", ["a\nHANGUP", "a\rb", "a\0b"])
def test_nothing_that_would_end_a_line_gets_into_a_command(bad: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        agi.command("SET VARIABLE", "X", bad)


def test_a_command_is_quoted() -> None:
    assert agi.command("SET VARIABLE", "X", 'a "b" \\ ج') == 'SET VARIABLE "X" "a \\"b\\" \\\\ ج"'


# ----------------------------------------------------------------------------------------- utterances


def played(prompts: tuple[str, ...], gather: Gather | None, *replies: str) -> tuple[list[str], Heard]:
    """The commands of an utterance that meets these replies, and what was heard."""
    reader, commands = Replies(), []
    talk = agi.utterance(prompts, gather)
    try:
        commands.append(next(talk))
        for line in replies:
            reply = reader.read(line)
            assert reply is not None
            commands.append(talk.send(reply))
    except StopIteration as ended:
        return commands, ended.value
    raise AssertionError(f"it waits for more: {commands}")


@pytest.mark.parametrize(
    ("reply", "heard"),
    [
        ("200 result=12", Heard(EndedBy.KEYS, "12")),
        ("200 result=1", Heard(EndedBy.KEYS, "1")),  # 1 and #
        ("200 result=1 (timeout)", Heard(EndedBy.KEYS, "1")),
        ("200 result=", Heard(EndedBy.POUND)),
        ("200 result= (timeout)", Heard(EndedBy.SILENCE)),
        ("200 result=*", Heard(EndedBy.KEYS, "*")),  # * and #
        ("200 result=* (timeout)", Heard(EndedBy.KEYS, "*")),
        ("200 result=AB", Heard(EndedBy.KEYS, "AB")),
    ],
)
def test_each_form_of_get_data(reply: str, heard: Heard) -> None:
    assert played(("q",), Gather(2), reply)[1] == heard


def test_a_question_and_its_whole_answer_are_one_command() -> None:
    commands, _ = played(("q",), Gather(11, 6000), "200 result=09121234567")
    assert commands == ['GET DATA "q" "6000" "11"']


def test_the_key_that_cuts_the_words_short_is_the_answers_first() -> None:
    commands, heard = played(("a", "b", "q"), Gather(2), "200 result=0 endpos=9", "200 result=49 endpos=3", "200 result=2")
    assert heard == Heard(EndedBy.KEYS, "12", cut_short=True)
    assert commands[-1] == 'GET DATA "" "5000" "1"'
    assert not any('"q"' in command for command in commands)


@pytest.mark.parametrize(
    ("key", "most", "heard"),
    [
        ("1", 1, Heard(EndedBy.KEYS, "1", cut_short=True)),
        ("*", 8, Heard(EndedBy.KEYS, "*", cut_short=True)),
        ("#", 8, Heard(EndedBy.POUND, cut_short=True)),
    ],
)
def test_a_key_that_is_an_answer_by_itself_waits_for_no_other(key: str, most: int, heard: Heard) -> None:
    assert played(("a", "q"), Gather(most), f"200 result={ord(key)} endpos=3")[1] == heard


def test_words_without_a_question_are_cut_short_by_nothing() -> None:
    commands, heard = played(("a",), None, "200 result=0 endpos=9")
    assert commands == ['STREAM FILE "a" ""']
    assert heard == Heard(EndedBy.PLAYED)


def test_a_missing_prompt_is_left_out_and_said() -> None:
    _, heard = played(
        ("a", "q"), Gather(), "200 result=-1 endpos=0", "200 result=6", "200 result=-1", "200 result=6", "200 result=1"
    )
    assert heard == Heard(EndedBy.KEYS, "1", missing=("a", "q"))


@pytest.mark.parametrize("status", ["511 Command Not Permitted on a dead channel", "200 result=-1"])
def test_minus_one_on_a_dead_channel_is_a_hang_up(status: str) -> None:
    with pytest.raises(HungUpError):
        played(("q",), Gather(2), "200 result=-1", status)


def test_an_exchange_that_collects_nothing_answered_no_question() -> None:
    with pytest.raises(ProtocolError):
        played(("q",), Gather(2), "200 result=-1", "200 result=6", "200 result=-1", "200 result=6")


# -------------------------------------------------------------------------------- calls over a socket


def test_a_call_books_and_hears_its_code(telephone: TelephoneHere) -> None:
    heard = telephone.dial(BOOKING)
    assert code_of(heard) == CODE
    assert heard.result == "done"
    assert heard.prompts[-1] == "goodbye"
    assert telephone.store.of(HoldPlace)[0].mobile == MOBILE
    telephone.quiet()
    assert telephone.store.of(EndCall)[0].ended == "goodbye"


def test_a_call_is_on_disk_before_a_place_is_asked_for_and_until_its_code_was_heard(telephone: TelephoneHere) -> None:
    on_disk: list[int] = []

    def looking(operation: Operation) -> Answer | None:
        if isinstance(operation, HoldPlace | ConfirmHold):
            on_disk.append(len(telephone.open()))
        return usual(operation)

    telephone.store.answer = looking
    telephone.dial(BOOKING)
    telephone.quiet()
    assert on_disk == [1, 1]
    assert telephone.open() == []


@pytest.mark.parametrize("trying", [False, True])
@pytest.mark.parametrize("how", ["before", "after", "glued", "511", "eof"])
def test_a_hang_up_is_heard_however_it_is_told(telephone: TelephoneHere, how: str, trying: bool) -> None:
    heard = telephone.dial({**BOOKING, "offer_choice": HANG_UP}, exchange=Exchange(hang_up=how, trying=trying))
    assert heard.result == ""
    telephone.quiet()
    assert telephone.store.of(ReleaseHold)[0].unheard
    assert telephone.store.of(EndCall)[0].ended == "hung_up"
    assert telephone.open() == []


def test_who_hangs_up_while_the_store_is_asked_is_noticed(telephone: TelephoneHere) -> None:
    answered = threading.Event()
    telephone.store.answer = lambda _: answered.wait(0) or None
    with socket.create_connection(("127.0.0.1", telephone.port)) as wire:
        wire.sendall(environment("17.9", "unknown", KEY).encode())
        for reply in (b"200 result=0\n", b"200 result=1\n"):
            assert wire.recv(200)
            wire.sendall(reply)
        telephone.wait(lambda now: bool(now.calls))
    telephone.quiet()


def test_a_caller_of_old_asterisk_hears_all_the_same(telephone: TelephoneHere) -> None:
    assert code_of(telephone.dial(BOOKING, exchange=Exchange(trying=True))) == CODE


def test_missing_prompts_spoil_no_booking(telephone: TelephoneHere) -> None:
    missing = frozenset({"welcome", "offer", "come_with_code", "goodbye"})
    heard = telephone.dial(BOOKING, exchange=Exchange(missing=missing))
    assert code_of(heard) == CODE
    assert heard.result == "done"
    telephone.quiet()
    soon(lambda: bool(telephone.store.states[-1].health.faults))  # a device tells how it is once a second at most
    assert telephone.store.states[-1].health.faults == ("the exchange has no prompt nobat/welcome",)


def test_a_question_that_is_missing_can_be_answered_all_the_same(telephone: TelephoneHere) -> None:
    with socket.create_connection(("127.0.0.1", telephone.port)) as wire:
        wire.settimeout(5)
        wire.sendall(environment("17.9", "unknown", KEY).encode())
        lines = wire.makefile("rb")
        said = []
        replies = ["200 result=0", "200 result=1", "200 result=0 endpos=1", "200 result=-1", "200 result=6", "200 result=1"]
        for reply in (*replies, "200 result=1"):
            said.append(lines.readline().decode().strip())
            wire.sendall(f"{reply}\n".encode())
        assert said[3:6] == [
            'GET DATA "nobat/main_menu_with_operator" "5000" "1"',
            "CHANNEL STATUS",
            'GET DATA "" "5000" "1"',
        ]
        assert said[6] == 'GET DATA "nobat/ask_department" "5000" "2"'


@pytest.mark.parametrize("reply", [asterisk.USAGE, asterisk.NO_USAGE, "510 Invalid or unknown command", "no reply at all"])
def test_an_exchange_that_knows_no_get_data_gets_its_call_back(telephone: TelephoneHere, reply: str) -> None:
    heard = telephone.dial(BOOKING, exchange=Exchange(bad_reply=reply))
    assert (heard.result, heard.connections) == ("", 3)
    telephone.quiet()


def test_thirty_callers_at_once_hear_their_codes(telephone: TelephoneHere) -> None:
    heard = dial_at_once([{"answers": BOOKING}] * 30, "127.0.0.1", telephone.port, key=KEY)
    assert [code_of(one) for one in heard] == [CODE] * 30
    assert len({operation.call for operation in telephone.store.of(HoldPlace)}) == 30


def test_who_types_so_fast_that_a_key_falls_between_two_commands_books_all_the_same(telephone: TelephoneHere) -> None:
    heard = telephone.dial(BOOKING, exchange=Exchange(hasty=True))
    assert code_of(heard) == CODE
    assert telephone.store.of(HoldPlace)[0].mobile == MOBILE


def test_twenty_digits_fall_into_the_next_questions_and_end_in_reception(telephone: TelephoneHere) -> None:
    heard = telephone.dial({"main_menu_with_operator": "1", "ask_department": "9" * 20})
    assert heard.result == "operator"


def test_silence_ends_in_reception(telephone: TelephoneHere) -> None:
    heard = telephone.dial({})
    assert heard.prompts.count("main_menu_with_operator") == 3
    assert heard.result == "operator"


def test_a_pound_after_a_complete_answer_skips_no_question(telephone: TelephoneHere) -> None:
    heard = telephone.dial({**BOOKING, "ask_doctor": "03#", "ask_mobile": ["", MOBILE]})
    assert code_of(heard) == CODE
    assert heard.prompts.count("ask_mobile") == 2
    assert telephone.store.of(HoldPlace)[0].mobile == MOBILE


# ------------------------------------------------------------------------------------------ strangers


@pytest.mark.parametrize("first", [b"", b"agi_network: yes\n", b"GET / HTTP/1.1\r\n\r\n", b"\xff\xfe\n\n", b"\n", b"x" * 9000])
def test_who_is_no_exchange_is_let_go_and_nobody_notices(telephone: TelephoneHere, first: bytes) -> None:
    with socket.create_connection(("127.0.0.1", telephone.port)) as wire:
        wire.sendall(first)
    assert code_of(telephone.dial(BOOKING)) == CODE
    assert telephone.listener.turned_away == 1


def test_half_an_environment_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch, telephone: TelephoneHere) -> None:
    monkeypatch.setattr(listener, "ENVIRONMENT_SECONDS", 0.05)
    with socket.create_connection(("127.0.0.1", telephone.port)) as wire:
        wire.settimeout(5)
        wire.sendall(b"agi_network: yes\n")
        assert wire.recv(100) == b""
    assert not telephone.telephone.calls


@pytest.mark.parametrize("key", ["", "another", KEY + "x"])
def test_a_call_without_the_key_is_none(telephone: TelephoneHere, key: str) -> None:
    heard = telephone.dial(BOOKING, key=key, exchange=Exchange(tries=1))
    assert heard.prompts == ()
    assert telephone.listener.turned_away == 1


def test_another_machine_is_let_go_before_it_is_read(tmp_path: Path) -> None:
    with TelephoneHere(tmp_path, exchanges=("192.0.2.7",)) as telephone:
        assert telephone.dial(BOOKING, exchange=Exchange(tries=1)).prompts == ()
        assert telephone.listener.turned_away == 1


def test_calls_at_once_are_bounded(telephone: TelephoneHere) -> None:
    before = threading.active_count()
    wires = [socket.create_connection(("127.0.0.1", telephone.port)) for _ in range(listener.LINES_AT_MOST + 5)]
    try:
        for wire in wires[-5:]:
            wire.settimeout(5)
            assert wire.recv(1) == b""
        assert threading.active_count() == before
    finally:
        for wire in wires:
            wire.close()


def test_it_listens_on_one_address_only() -> None:
    inbox = Inbox()
    here = Listener("127.0.0.2:0", ("127.0.0.1",), KEY, inbox)
    here.start()
    try:
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", here.address[1]), timeout=1)
        with socket.create_connection(here.address) as wire:
            wire.sendall(environment("17.1", MOBILE, KEY).encode())
            for reply in (b"200 result=1 (2)\n", b"200 result=1\n"):
                assert wire.recv(200)
                wire.sendall(reply)
            came = inbox.get(time.monotonic() + 5)
            assert isinstance(came, CallCame)
            assert (came.call, came.caller, came.came_back) == ("17.1", MOBILE, 2)
    finally:
        here.stop()


@pytest.mark.parametrize("listen", ["4573", "127.0.0.1", "127.0.0.1:agi", ":4573"])
def test_an_address_that_is_none_is_said(listen: str) -> None:
    with pytest.raises(SettingsError, match="listen"):
        Listener(listen, (), KEY, Inbox())


def test_a_missing_or_empty_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="key_file"):
        key_of(AgiSettings(key_file=str(tmp_path / "none")))
    (tmp_path / "empty").write_text("\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="empty"):
        key_of(AgiSettings(key_file=str(tmp_path / "empty")))
