"""A household at an insurance office's kiosk: the language, the matter, its code, which goes nowhere else, and a ticket."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from kiosk_device.actions import AskTicket, PrintTicket, Say, WriteNumber
from kiosk_device.journal import encoded
from kiosk_device.office_slip import office_slip_picture
from kiosk_device.state import (
    Asking,
    CheckingHousehold,
    ChoosingMatter,
    ChoosingPriority,
    HasTicket,
    Idle,
    OfferingNoPaper,
    ReadingRefusal,
    StillThere,
    TypingHousehold,
)
from kiosk_device.visit.refusals import NextStep
from kiosk_device.visit.views import (
    AwayView,
    HouseholdCheckView,
    HouseholdView,
    MattersView,
    NoPaperView,
    OfficeIdleView,
    PriorityView,
    RefusalView,
    TicketView,
)
from mqtt.contract import (
    DayStatus,
    KioskCard,
    LetterSlip,
    OfficeCard,
    PrinterStatus,
    Reason,
    Refusal,
    Source,
    TakeWalkIn,
    WalkInsLeft,
)
from pads.events import KeyDown, KeyUp
from sounds.utterance import Phrase
from tests.kiosk.clinic import TICKET, Hand, ready, sheet, turns
from tests.kiosk.office import CODE, LANGUAGES, MATTERS, OFFICE, TODAY

PLAIN = changed(OFFICE, kiosk=KioskCard(languages=LANGUAGES, ask_priority=False))
GIVEN = changed(TICKET, source=Source.WALK_IN, department=1)


@pytest.fixture
def hand() -> Hand:
    """An office with priority classes, in front of which nobody stands."""
    return Hand(replace(ready(), site=OFFICE, day=TODAY))


@pytest.fixture
def plain() -> Hand:
    """An office that asks for no priority."""
    return Hand(replace(ready(), site=PLAIN, day=TODAY))


def alone(hand: Hand) -> Hand:
    """Cut off from its store, with numbers and turns of its own."""
    hand.hear(sheet(walk_ins=(turns(3, 2), turns(1, 1))))
    hand.lose_the_store()
    hand.wait(6)
    return hand


def said(hand: Hand) -> list[str]:
    return [f"{one.language} {one.key}" for one in hand.last(Say).utterance.sentences if isinstance(one, Phrase)]


# ------------------------------------------------------------------------------------------- the first screen


def test_whoever_comes_first_sees_the_languages_and_begins_in_theirs(hand: Hand) -> None:
    assert hand.view() == OfficeIdleView("fa", OFFICE.name, hand.view().clock, LANGUAGES)  # type: ignore[union-attr]
    hand.press("2")
    assert (hand.kiosk.mode, hand.kiosk.language) == (ChoosingMatter(), "prs")
    assert isinstance(hand.view(), MattersView)


def test_the_green_key_begins_in_the_sites_language_and_a_key_without_one_does_nothing(hand: Hand) -> None:
    hand.press("5", "0", "9")
    assert hand.kiosk.mode == Idle()
    hand.press("green")
    assert (hand.kiosk.mode, hand.kiosk.language) == (ChoosingMatter(), "fa")


def test_the_next_one_finds_the_sites_language_again(hand: Hand) -> None:
    hand.press("3", "erase")
    assert (hand.kiosk.mode, hand.kiosk.language) == (Idle(), "fa")


@pytest.mark.parametrize("day", [changed(TODAY, status=DayStatus.CALLING_ONLY), changed(TODAY, status=DayStatus.CLOSED)])
def test_nobody_begins_while_no_tickets_are_given(hand: Hand, day: object) -> None:
    hand.hear(day)  # type: ignore[arg-type]  # a day
    hand.press("1", "green")
    assert hand.kiosk.mode == Idle()


# ------------------------------------------------------------------------------------------- the matter


def test_the_matters_are_listed_as_the_site_file_has_them_without_what_is_not_held_today(hand: Hand) -> None:
    hand.press("1")
    view = hand.view()
    assert isinstance(view, MattersView)
    assert [(row.key, row.name.fa if row.name else "", row.left, row.open) for row in view.rows] == [
        ("1", "نقص مدارک", None, True),
        ("2", "تحویل مدارک", None, True),
        ("3", "تمدید", None, True),
        ("4", "سایر", None, True),
        ("5", "گم‌شدن معرفی‌نامه", None, False),
        ("6", "نامه", None, True),
    ]


def test_two_matters_of_one_department_are_told_apart_in_the_wish(plain: Hand) -> None:
    for key, matter in (("3", "renewal"), ("4", "other")):
        plain.press("1", key, "green")
        assert plain.asked()[-1] == TakeWalkIn(department=5, service_day=7, matter=matter)
        plain.press("erase")


def test_a_matter_whose_numbers_are_used_up_is_asked_for_all_the_same_and_another_one_offered(hand: Hand) -> None:
    hand.press("1", "5")
    assert hand.asked() == [TakeWalkIn(department=4, service_day=7, matter="lost")]
    hand.answer(Refusal(reason=Reason.SHARE_USED_UP, department=4))
    view = hand.view()
    assert isinstance(view, RefusalView)
    assert (view.office, view.step) == (True, NextStep.OTHER_DEPARTMENT)
    hand.press("green")
    assert hand.kiosk.mode == ChoosingMatter()


def test_more_matters_than_keys_are_turned_over_and_after_the_last_page_comes_the_first(plain: Hand) -> None:
    many = tuple(changed(MATTERS[0], id=f"matter-{number}") for number in range(14))
    plain.hear(changed(PLAIN, sequence=2, office=OfficeCard(matters=many)))
    plain.press("1")
    pages = []
    for _ in range(3):
        plain.press("9")
        mode = plain.kiosk.mode
        assert isinstance(mode, ChoosingMatter)
        pages.append(mode.page)
    assert pages == [1, 2, 0]
    plain.press("9", "9", "2", "green")
    assert plain.asked() == [TakeWalkIn(department=1, service_day=7, matter="matter-13")]


@pytest.mark.parametrize(
    ("closed", "more_later", "reason"),
    [(True, False, Reason.NO_SESSION), (False, True, Reason.SHARE_USED_UP), (False, False, Reason.SHARE_USED_UP)],
)
def test_without_paper_a_matter_without_turns_is_refused_in_the_lists_own_words(
    plain: Hand, closed: bool, more_later: bool, reason: Reason
) -> None:
    none_left = WalkInsLeft(department=4, left=0, closed=closed, more_later=more_later)
    plain.hear(changed(TODAY, sequence=2, walk_ins=(none_left,)))
    plain.printer(PrinterStatus.PAPER_OUT)
    plain.press("1", "1")
    view = plain.view()
    assert isinstance(view, RefusalView)
    assert (view.reason, plain.asked()) == (reason, [])
    refused = plain.kiosk.mode
    assert isinstance(refused, ReadingRefusal)
    assert refused.refusal == Refusal(reason=reason, department=4, more_later=more_later)


# ------------------------------------------------------------------------------------------- the code


def test_a_household_types_its_code_says_that_it_is_right_and_has_a_ticket(plain: Hand) -> None:
    plain.press("1", "1")
    plain.type_digits(CODE)
    assert plain.view() == HouseholdView("fa", CODE)
    plain.press("green")
    assert plain.view() == HouseholdCheckView("fa", CODE)
    plain.press("green")
    assert plain.asked() == [TakeWalkIn(department=1, service_day=7, matter="incomplete", code=CODE)]
    plain.answer(GIVEN)
    plain.printed()
    assert isinstance(plain.kiosk.mode, HasTicket)
    assert CODE not in repr(plain.kiosk)


def test_a_priority_is_asked_after_the_code_and_goes_with_it(hand: Hand) -> None:
    hand.press("4", "1", *CODE, "green", "green")
    assert isinstance(view := hand.view(), PriorityView)
    assert (view.language, view.office) == ("en", True)
    hand.press("1")
    assert hand.asked() == [TakeWalkIn(department=1, service_day=7, matter="incomplete", code=CODE, priority="elderly")]


@pytest.mark.parametrize(
    ("typed", "doubt"),
    [
        ("12345", None),
        (CODE, None),
        ("9123456789", None),
        ("1203456789012", None),
        ("123", "length"),
        ("1" * 16, "length"),
        ("000345678901", "padded"),
        ("7777777", "one_digit"),
        ("09121234567", "mobile"),
    ],
)
def test_an_odd_code_is_warned_about_and_never_refused(plain: Hand, typed: str, doubt: str | None) -> None:
    plain.press("1", "1", *typed, "green")
    assert plain.view() == HouseholdCheckView("fa", typed, doubt)
    plain.press("green")
    assert plain.asked()[0].code == typed


def test_a_code_that_never_ends_ends_at_sixteen_digits(plain: Hand) -> None:
    plain.press("1", "1", *"1234567890" * 3)
    assert plain.view() == HouseholdView("fa", "1234567890123456")


def test_what_was_mistyped_is_erased_digit_by_digit_to_the_matters_and_home(plain: Hand) -> None:
    plain.press("1", "1", "7", "8", "green", "erase")
    assert plain.view() == HouseholdView("fa", "78")
    plain.press("erase", "erase")
    assert plain.view() == HouseholdView("fa", "")
    plain.press("erase")
    assert plain.kiosk.mode == ChoosingMatter()
    plain.press("erase")
    assert plain.kiosk.mode == Idle()


def test_whoever_has_no_code_goes_on_without_where_the_site_says_so(plain: Hand) -> None:
    plain.press("1", "1", "green")
    assert plain.asked() == [TakeWalkIn(department=1, service_day=7, matter="incomplete")]


def test_where_the_site_says_that_a_code_is_needed_it_is_said_and_nothing_asked(plain: Hand) -> None:
    plain.press("1", "2")
    assert plain.view() == HouseholdView("fa", may_go_without=False)
    plain.press("green")
    assert plain.view() == HouseholdView("fa", may_go_without=False, needed=True)
    assert plain.asked() == []
    plain.press("7")
    assert plain.view() == HouseholdView("fa", "7", may_go_without=False)


@pytest.mark.parametrize("keys", ["1", "11", "117", "117+"])
def test_whoever_walks_away_is_asked_and_forgotten(plain: Hand, keys: str) -> None:
    plain.press(*("green" if key == "+" else key for key in keys))
    mode = plain.kiosk.mode
    assert isinstance(mode, ChoosingMatter | TypingHousehold | CheckingHousehold)
    plain.wait(41)
    assert plain.kiosk.mode == StillThere(mode)
    plain.press("0")
    assert plain.kiosk.mode == mode
    plain.wait(70)
    assert plain.kiosk.mode == Idle()


# ------------------------------------------------------------------------------------------- the ticket


def test_the_ticket_is_printed_in_the_language_that_was_chosen_and_another_matter_begins_in_it(plain: Hand) -> None:
    plain.press("3", "1", "green")
    plain.answer(GIVEN)
    assert plain.last(PrintTicket).language == "ar"
    plain.printed()
    view = plain.view()
    assert isinstance(view, TicketView)
    assert (view.language, view.office) == ("ar", True)
    plain.press("1")
    assert (plain.kiosk.mode, plain.kiosk.language) == (ChoosingMatter(), "ar")


def test_a_language_that_no_voice_has_is_spoken_as_the_halls_speak(plain: Hand) -> None:
    for key, language in (("1", "fa"), ("2", "fa"), ("3", "fa"), ("4", "en")):
        plain.press(key, "1", "green")
        plain.answer(GIVEN)
        plain.printed()
        assert said(plain) == [f"{language} kiosk_take_ticket", f"{language} kiosk_wait_for_call"]
        plain.press("green")


def test_nothing_to_print_with_is_said_before_the_store_is_asked(plain: Hand) -> None:
    plain.printer(PrinterStatus.PAPER_OUT)
    plain.press("1", "1", *CODE, "green", "green")
    assert plain.view() == NoPaperView("fa", PrinterStatus.PAPER_OUT, office=True)
    assert isinstance(plain.kiosk.mode, OfferingNoPaper)
    plain.press("green")
    assert plain.asked()[0].code == CODE


def test_an_officers_slip_is_in_a_language_that_the_officers_speak() -> None:
    slip = LetterSlip(number="1405/000123", code="ABCDEFGHJK", until="2026-12-21", service_office=OFFICE.name, city="اراک")
    in_arabic, in_persian = (office_slip_picture(slip, OFFICE, language, 576) for language in ("ar", "fa"))
    assert in_arabic.tobytes() == in_persian.tobytes()


# ------------------------------------------------------------------------------------------- alone


def test_a_kiosk_alone_asks_for_no_code_and_gives_a_number_for_the_matter(plain: Hand) -> None:
    alone(plain).press("1", "2")
    line = plain.last(WriteNumber).line
    assert line.asked == TakeWalkIn(department=3, service_day=7, matter="bringing")
    assert plain.every(AskTicket) == []


def test_a_store_that_goes_while_the_code_is_typed_leaves_nothing_of_it_on_the_kiosks_disk(plain: Hand) -> None:
    plain.hear(sheet(walk_ins=(turns(1, 1),)))
    plain.press("1", "1", *CODE, "green", "green")
    assert isinstance(plain.kiosk.mode, Asking)
    plain.lose_the_store()
    plain.wait(8)
    line = plain.last(WriteNumber).line
    assert line.asked == TakeWalkIn(department=1, service_day=7, matter="incomplete")
    assert CODE.encode() not in encoded(line)
    assert CODE not in repr(plain.kiosk.papers)


def test_without_a_sheet_it_says_that_there_is_no_connection_and_who_helps(plain: Hand) -> None:
    plain.lose_the_store()
    plain.wait(6)
    assert plain.view() == AwayView("fa", OFFICE.name, office=True)
    plain.press("1")
    assert plain.kiosk.mode == Idle()


# ------------------------------------------------------------------------------------------- privacy, guidance


def test_no_log_of_what_a_kiosk_does_or_shows_has_the_code(hand: Hand) -> None:
    hand.press("1", "1", *CODE)
    shown = [repr(hand.view()), repr(hand.kiosk)]
    hand.press("green")
    shown += [repr(hand.view()), repr(hand.kiosk)]
    hand.press("green")
    assert isinstance(hand.kiosk.mode, ChoosingPriority)
    shown += [repr(hand.kiosk)]
    hand.press("green")
    shown += [repr(hand.kiosk), repr(hand.last(AskTicket))]
    hand.answer(Refusal(reason=Reason.NUMBERS_USED_UP, department=1))
    shown += [repr(hand.kiosk), repr(hand.view())]
    assert [words for words in shown if CODE in words] == []


def test_who_holds_the_five_hears_what_an_office_asks(plain: Hand) -> None:
    plain.hear(changed(TODAY, walk_ins=tuple(changed(row, left=9) for row in TODAY.walk_ins)))
    heard = []
    for keys in ((), ("1",), ("1",), ("7", "green"), ("green",)):
        plain.press(*keys)
        if isinstance(plain.kiosk.mode, Asking):
            plain.answer(Refusal(reason=Reason.NUMBERS_USED_UP))
        plain.event(KeyDown("5"))
        plain.wait(1.2)
        plain.event(KeyUp("5"))
        heard += [words.removeprefix("fa ") for words in said(plain)]
    assert heard == ["kiosk_office_idle", "kiosk_matter", "kiosk_household", "kiosk_household_check", "kiosk_ask_officer"]


def test_where_a_kiosk_alone_has_no_turn_left_it_says_so_in_an_offices_words(plain: Hand) -> None:
    alone(plain)
    plain.press("1", "1")
    plain.printed()
    plain.press("1", "1")
    view = plain.view()
    assert isinstance(view, RefusalView)
    assert (view.screen, view.office) == ("alone_full", True)
    assert view.step is NextStep.OTHER_DEPARTMENT
