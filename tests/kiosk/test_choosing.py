"""What a patient chooses from, where a clinic is large, small, full, or out of reach by the time the key is pressed."""

from typing import Any

import pytest
from msgspec.structs import replace as changed

from kiosk_device.actions import Abandon, AskForPriority, AskTicket, Say, WriteNumber
from kiosk_device.state import (
    ChoosingDepartment,
    ChoosingDoctor,
    ChoosingPriority,
    ChoosingPriorityLater,
    HasTicket,
    Idle,
    TypingCode,
)
from kiosk_device.visit.refusals import NextStep
from kiosk_device.visit.views import (
    AwayView,
    DepartmentsView,
    DoctorsView,
    IdleView,
    PriorityView,
    RefusalView,
    TicketView,
)
from mqtt.contract import (
    SHEET,
    AskPriority,
    ClassCard,
    DepartmentCard,
    DoctorCard,
    KioskCard,
    Name,
    OrderMessage,
    PrinterStatus,
    Reason,
    Refusal,
    SettleOutcome,
    TakeWalkIn,
    TestSound,
    WalkInsLeft,
)
from mqtt.session import Cleared, GaveUp
from program.loop import ActionFailed
from sounds.utterance import Phrase
from tests.kiosk.clinic import CODE, DAY, SITE, TICKET, Hand, turns
from tests.kiosk.cut_off import cut_off

LARGE = changed(
    SITE,
    departments=tuple(DepartmentCard(code=code, name=Name(fa=f"درمانگاه {code}")) for code in range(11, 19)),
    doctors=tuple(DoctorCard(code=code, department=11, name=Name(fa=f"دکتر {code}")) for code in range(1, 8)),
)
"""Eight departments, and in the first of them seven doctors: both lists have a second page."""
LARGE_DAY = changed(
    DAY,
    walk_ins=(
        *(WalkInsLeft(department=code, left=9) for code in range(11, 19)),
        *(WalkInsLeft(department=11, left=3, doctor=code) for code in range(1, 8)),
    ),
)


def at(site: Any = SITE, day: Any = DAY) -> Hand:
    """A hand at the kiosk of another clinic."""
    hand = Hand()
    hand.hear(site)
    hand.hear(day)
    return hand


def asks(**facts: Any) -> Any:
    """Kosar, whose kiosks ask otherwise."""
    return changed(SITE, kiosk=KioskCard(**facts))


# -------------------------------------------------------------------------------------------- long lists


def test_a_clinic_with_many_departments_and_doctors_lists_them_over_pages_that_go_round() -> None:
    hand = at(LARGE, LARGE_DAY)
    hand.press("green")
    pages = []
    for _ in range(3):
        view = hand.view()
        assert isinstance(view, DepartmentsView)
        assert view.more
        pages.append([row.name.fa[-2:] for row in view.rows if row.name is not None])
        hand.press("9")
    assert pages == [["11", "12", "13", "14", "15", "16"], ["17", "18"], ["11", "12", "13", "14", "15", "16"]]
    hand.press("9", "1")
    assert isinstance(doctors := hand.view(), DoctorsView)
    assert (doctors.more, doctors.rows[0].name, len(doctors.rows)) == (True, None, 6)
    hand.press("9")
    assert isinstance(doctors := hand.view(), DoctorsView)
    assert [row.name.fa for row in doctors.rows if row.name is not None] == ["دکتر 6", "دکتر 7"]
    hand.press("2", "green")
    assert hand.asked() == [TakeWalkIn(department=11, service_day=7, doctor=7)]


def test_the_second_page_is_chosen_from_by_its_own_keys() -> None:
    hand = at(LARGE, LARGE_DAY)
    hand.press("green", "9", "2", "green")
    assert hand.asked() == [TakeWalkIn(department=18, service_day=7)]


def test_a_key_beside_which_nothing_stands_chooses_nothing() -> None:
    hand = Hand()
    hand.press("green")
    for key, mode in (
        ("8", ChoosingDepartment()),
        ("1", ChoosingDoctor(12)),
        ("7", ChoosingDoctor(12)),
        ("0", ChoosingDoctor(12)),
    ):
        hand.press(key)
        assert hand.kiosk.mode == mode
    hand.press("2", "9")
    assert hand.kiosk.mode == ChoosingPriority(12, 3)
    assert hand.asked() == []


def test_erasing_goes_back_to_the_departments_and_then_home() -> None:
    for keys in (("green", "1"), ("green", "2")):
        hand = Hand()
        hand.press(*keys, "erase")
        assert hand.kiosk.mode == ChoosingDepartment()
        hand.press("erase")
        assert hand.kiosk.mode == Idle()


# ------------------------------------------------------------------------------------------ full and closed


@pytest.mark.parametrize(("closed", "reason"), [(False, Reason.SESSION_FULL), (True, Reason.NO_SESSION)])
def test_a_doctor_without_turns_is_told_as_full_or_as_gone(closed: bool, reason: Reason) -> None:
    gone = WalkInsLeft(department=12, left=0, doctor=4, closed=closed)
    hand = at(day=changed(DAY, walk_ins=(*DAY.walk_ins[:2], gone)))
    hand.press("green", "1", "3")
    assert hand.asked() == [TakeWalkIn(department=12, service_day=7, doctor=4)], "the store counts who is turned away"
    hand.answer(Refusal(reason=reason, department=12, doctor=4))
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.reason, view.step) == (reason, NextStep.OTHER_DEPARTMENT)
    assert (view.department, view.doctor) == (Name(fa="قلب و عروق"), Name(fa="دکتر ب"))


@pytest.mark.parametrize(("closed", "reason"), [(False, Reason.SESSION_FULL), (True, Reason.NO_SESSION)])
def test_where_no_paper_would_come_a_full_list_is_believed(closed: bool, reason: Reason) -> None:
    gone = WalkInsLeft(department=12, left=0, doctor=4, closed=closed)
    hand = at(day=changed(DAY, walk_ins=(*DAY.walk_ins[:2], gone)))
    hand.printer(PrinterStatus.PAPER_OUT)
    hand.press("green", "1", "3")
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.reason, hand.asked()) == (reason, [])


def test_a_portion_that_is_given_is_told_as_more_to_come_and_not_as_full() -> None:
    later = WalkInsLeft(department=12, left=0, doctor=4, more_later=True)
    hand = at(day=changed(DAY, walk_ins=(*DAY.walk_ins[:2], later)))
    hand.press("green", "1")
    assert isinstance(view := hand.view(), DoctorsView)
    assert [(row.open, row.more_later) for row in view.rows] == [(True, False), (True, False), (False, True)]
    hand.press("3")
    hand.answer(Refusal(reason=Reason.SHARE_USED_UP, department=12, doctor=4, more_later=True))
    assert isinstance(view := hand.view(), RefusalView)
    assert view.screen == "more_later"


def test_where_no_paper_would_come_the_list_says_that_more_turns_come() -> None:
    later = WalkInsLeft(department=12, left=0, more_later=True)
    hand = at(day=changed(DAY, walk_ins=(later,)))
    hand.printer(PrinterStatus.PAPER_OUT)
    hand.press("green", "1")
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.screen, hand.asked()) == ("more_later", [])


def test_a_turn_that_became_free_since_the_list_was_made_is_had() -> None:
    full = WalkInsLeft(department=12, left=0, doctor=4)
    hand = at(day=changed(DAY, walk_ins=(*DAY.walk_ins[:2], full)))
    hand.press("green", "1", "3")
    hand.answer(TICKET)
    hand.printed()
    assert isinstance(hand.view(), TicketView)


def test_whoever_is_free_first_is_not_to_be_had_where_no_doctor_has_turns() -> None:
    full = tuple(WalkInsLeft(department=12, left=0, doctor=doctor) for doctor in (3, 4))
    hand = at(day=changed(DAY, walk_ins=(WalkInsLeft(department=12, left=1), *full)))
    hand.press("green", "1")
    assert isinstance(view := hand.view(), DoctorsView)
    assert [row.open for row in view.rows] == [False, False, False]
    hand.press("1")
    assert hand.asked() == [TakeWalkIn(department=12, service_day=7)]
    hand.answer(Refusal(reason=Reason.SESSION_FULL, department=12))
    assert isinstance(hand.view(), RefusalView)


def test_one_doctor_is_no_choice() -> None:
    hand = at(day=changed(DAY, walk_ins=DAY.walk_ins[:2]))
    hand.press("green", "1")
    assert hand.kiosk.mode == ChoosingPriority(12, None)


# ------------------------------------------------------------------------------------------------ priority


def test_a_clinic_that_asks_no_priority_at_its_kiosks_asks_the_store_at_once() -> None:
    unasked = ClassCard(id="veteran", name=Name(fa="جانباز"), asked_at_kiosk=False)
    for site in (asks(ask_priority=False), changed(SITE, priority_classes=(unasked,)), changed(SITE, priority_classes=())):
        hand = at(site)
        hand.press("green", "2")
        assert hand.asked() == [TakeWalkIn(department=20, service_day=7)]
    listed = at(changed(SITE, priority_classes=(*SITE.priority_classes, unasked)))
    listed.press("green", "2")
    assert isinstance(view := listed.view(), PriorityView)
    assert [one for one, _ in view.classes] == ["elderly", "pregnant"]


def test_a_list_of_priorities_leaves_room_for_the_key_that_is_none() -> None:
    many = tuple(ClassCard(id=f"class-{number}", name=Name(fa="اولویت")) for number in range(1, 8))
    hand = at(changed(SITE, priority_classes=many))
    hand.press("green", "2")
    assert isinstance(view := hand.view(), PriorityView)
    assert [one for one, _ in view.classes] == ["class-1", "class-2", "class-3", "class-4", "class-5"]
    hand.press("6", "0")
    assert hand.asked() == []
    hand.press("5")
    assert hand.asked() == [TakeWalkIn(department=20, service_day=7, priority="class-5")]


def with_a_ticket() -> Hand:
    hand = Hand()
    hand.type_digits(CODE)
    hand.answer(TICKET)
    hand.printed()
    return hand


def test_who_asks_for_a_priority_after_all_may_also_not() -> None:
    hand = with_a_ticket()
    for key in ("green", "erase"):
        hand.press("2", "7")
        assert isinstance(hand.kiosk.mode, ChoosingPriorityLater)
        hand.press(key)
        assert isinstance(hand.kiosk.mode, HasTicket)
    assert not hand.every(AskForPriority)
    hand.press("3", "0")
    assert isinstance(hand.kiosk.mode, HasTicket)


def test_a_priority_is_asked_for_by_the_tickets_number_and_day() -> None:
    hand = with_a_ticket()
    hand.press("2", "2")
    asked = hand.last(AskForPriority).operation
    assert asked == AskPriority(number=TICKET.number, service_day=TICKET.service_day, priority="pregnant")


def test_a_priority_that_the_store_did_not_take_is_told_so() -> None:
    """It says no, or nobody hears it."""
    for said in (Refusal(reason=Reason.NOT_ALLOWED), None):
        hand = with_a_ticket()
        hand.press("2", "1")
        request = hand.last(AskForPriority).request
        assert isinstance(view := hand.view(), TicketView)
        assert view.priority == "asking"
        if said is None:
            hand.event(GaveUp(request))
        else:
            hand.answer(said, request)
        assert isinstance(view := hand.view(), TicketView)
        assert (view.priority, view.ask_priority) == ("failed", False)


# ---------------------------------------------------------------------------------------- while one chooses


def test_a_disk_that_takes_no_request_asks_for_no_ticket_and_says_so() -> None:
    """It was not sent: whoever has no line of it on the disk could not settle it."""
    hand = Hand()
    hand.type_digits(CODE)
    hand.event(ActionFailed(hand.last(AskTicket), "OSError: no space left on device"))
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.reason, view.step) == (Reason.NOT_ALLOWED, NextStep.RECEPTION)
    assert hand.settles() == [(SettleOutcome.NOT_PRINTED, None)]
    assert hand.every(Abandon)


def test_digits_are_taken_back_one_by_one() -> None:
    hand = Hand()
    hand.press("1", "2", "3", "erase")
    assert hand.kiosk.mode == TypingCode("12")


def test_a_store_that_goes_while_one_chooses_is_asked_by_green_once_it_is_back() -> None:
    hand = Hand()
    hand.press("green", "2")
    hand.lose_the_store()
    hand.press("green")
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.reason, view.step) == (Reason.WAIT, NextStep.ASK_AGAIN)
    assert hand.asked() == []
    hand.find_the_store()
    hand.press("green")
    assert hand.asked() == [TakeWalkIn(department=20, service_day=7)]


def test_a_kiosk_alone_with_no_turns_left_says_so_before_anything_is_chosen() -> None:
    hand = cut_off(walk_ins=(turns(12, 0, 3),))
    hand.press("green")
    assert isinstance(view := hand.view(), RefusalView)
    assert view.reason is Reason.SHARE_USED_UP
    hand = cut_off(walk_ins=(turns(12, 1, 3),))
    hand.press("green")
    assert hand.kiosk.mode == ChoosingDepartment()


def test_a_kiosk_alone_whose_sheet_a_starting_store_takes_back_gives_nothing_more() -> None:
    """The topic is cleared before the first beat is heard: for a second at most the first screen still stands."""
    hand = cut_off(walk_ins=(turns(20, 3),))
    hand.event(Cleared(SHEET.name, "kiosk-1"))
    assert isinstance(idle := hand.view(), IdleView)
    assert idle.clock is None
    hand.press("green", "1", "green")
    assert isinstance(view := hand.view(), RefusalView)
    assert (view.reason, view.step) == (Reason.WAIT, NextStep.ASK_AGAIN)
    assert not hand.every(WriteNumber)
    hand.press("erase")
    hand.wait(1.0)
    assert isinstance(hand.view(), AwayView)


# -------------------------------------------------------------------------------------------- one language


def test_a_clinic_of_one_language_offers_no_other_and_a_key_changes_nothing() -> None:
    hand = at(asks(languages=("fa",)))
    assert isinstance(view := hand.view(), IdleView)
    assert view.other_language is None
    hand.press("erase")
    assert hand.kiosk.language == "fa"


def test_the_languages_of_a_clinic_go_round_and_the_next_patient_finds_its_own() -> None:
    hand = at(asks(languages=("fa", "en", "ar")))
    spoken = []
    for _ in range(3):
        view = hand.view()
        assert isinstance(view, IdleView)
        hand.press("erase")
        spoken.append((view.other_language, hand.kiosk.language))
    assert spoken == [("en", "en"), ("ar", "ar"), ("fa", "fa")]
    hand.press("erase")
    hand.wait(29.0)
    hand.press("erase")
    hand.wait(29.0)
    assert hand.kiosk.language == "ar", "each key begins the time anew"
    hand.wait(1.0)
    assert hand.kiosk.language == "fa"


def test_a_language_that_the_clinic_gave_up_is_left_by_the_next_key() -> None:
    hand = Hand()
    hand.press("erase")
    assert hand.kiosk.language == "en"
    hand.hear(asks(languages=("fa", "ar")))
    assert isinstance(view := hand.view(), IdleView)
    assert view.other_language is None
    hand.press("erase")
    assert hand.kiosk.language == "fa"
    hand.press("erase")
    assert hand.kiosk.language == "ar"


def test_a_technician_hears_a_kiosk() -> None:
    hand = Hand()
    hand.hear(OrderMessage(id="1", order=TestSound()))
    assert hand.last(Say).utterance.sentences == (Phrase("kiosk_idle", "fa"),)
