"""The album: every screen of the kiosk with sample facts, for the reference pictures, the demo and whoever draws anew."""

from kiosk_device.visit.refusals import ALONE_FULL, GUIDES, MORE_LATER, MOVED, OFF, PASSED, NextStep
from kiosk_device.visit.views import (
    AwayView,
    ClosedView,
    CodeSentView,
    CodeView,
    DepartmentsView,
    DoctorsView,
    HouseholdCheckView,
    HouseholdView,
    IdentifyView,
    IdleView,
    MattersView,
    MobileView,
    NoPaperView,
    OfficeIdleView,
    PrintingView,
    PriorityView,
    RefusalView,
    Row,
    SlipView,
    StillThereView,
    TicketView,
    View,
    WaitView,
)
from mqtt.contract import Name, PointCard, PrinterStatus, Reason, SettleOutcome
from rules.identity_codes import doubts_of_any
from screen.lettering import SECOND
from screen.phrases import AT_OFFICE, load

_FULL = Reason.SHARE_USED_UP
SITE = Name(fa="کلینیک کوثر اراک", en="Kosar Specialty Clinic, Arak")
OFFICE = Name(
    fa="ادارهٔ امور اتباع، بخش بیمه",
    en="Foreign Nationals Office",
    others=(("prs", "ادارهٔ امور اتباع، بخش بیمه"), ("ar", "دائرة الأجانب، قسم التأمين")),
)
OFFICE_LANGUAGES = ("fa", "prs", "ar", "en")
HALL = Name(fa="سالن ۱", en="Hall 1")
CARDIOLOGY = Name(fa="قلب و عروق", en="Cardiology")
MORADI = Name(fa="دکتر رضا مرادی", en="Dr Reza Moradi")
COUNTER = PointCard(id="counter-1", kind="counter", label=1, zone="hall-1", stages=("reception",))
ROOM = PointCard(id="room-2", kind="room", label=2, zone="hall-1", stages=("doctor",))
CLASSES = (
    ("elderly", Name(fa="سالمند", en="Elderly")),
    ("disabled", Name(fa="کم‌توان", en="Disabled")),
    ("pregnant", Name(fa="باردار", en="Pregnant")),
)
DEPARTMENTS: tuple[tuple[str, str, int | None], ...] = (
    ("داخلی", "Internal medicine", 8),
    ("قلب و عروق", "Cardiology", 12),
    ("چشم‌پزشکی", "Ophthalmology", 3),
    ("ارتوپدی", "Orthopaedics", 0),
    ("زنان و زایمان", "Obstetrics and gynaecology", 5),
    ("پوست و مو", "Dermatology", None),
    ("آزمایشگاه", "Laboratory", 41),
    ("جراحی سرپایی", "Minor surgery", 2),
)


OTHERWISE = frozenset(key.removeprefix(AT_OFFICE) for key in load("fa").keys() if key.startswith(AT_OFFICE))  # noqa: SIM118
"""What an office says in other words than a clinic."""
MATTERS = (
    ("نقص مدارک هویتی", "Incomplete identity papers", "نقص اسناد هویت", "نقص وثائق الهوية"),
    ("خدمات ویژه", "Special services", "خدمات خاص", "خدمات خاصة"),
    ("تحویل مدارک تکمیلی", "Bringing more papers", "آوردن اسناد باقی‌مانده", "تسليم وثائق إضافية"),
    ("گم‌شدن معرفی‌نامه", "Lost letter", "گم شدن مکتوب معرفی", "فقدان كتاب الإحالة"),
    ("تمدید پوشش سالانه", "Yearly renewal", "تمدید بیمهٔ سالانه", "التجديد السنوي"),
    ("سایر امور", "Other matters", "کارهای دیگر", "أمور أخرى"),
)


def _matters(full: int = 0) -> tuple[Row, ...]:
    return tuple(
        Row(str(key), Name(fa=fa, en=en, others=(("prs", prs), ("ar", ar))), None, key != full)
        for key, (fa, en, prs, ar) in enumerate(MATTERS, start=1)
    )


def _rows(count: int) -> tuple[Row, ...]:
    named = DEPARTMENTS[:count]
    return tuple(
        Row(str(key), Name(fa=fa, en=en), left, bool(left), closed=left is None)
        for key, (fa, en, left) in enumerate(named, start=1)
    )


def _refusals(language: str) -> dict[str, View]:
    facts: dict[Reason, dict[str, object]] = {
        Reason.WRONG_DAY: {"date": "2026-12-01", "time": "09:30", "walk_ins_left": 5},
        Reason.TOO_EARLY: {"time": "10:15"},
        Reason.TOO_LATE: {"time": "08:30", "walk_ins_left": 3},
        Reason.CLOSED: {"date": "2026-11-30", "time": "07:30"},
        Reason.CODE_LOCKED: {"minutes": 2},
        Reason.DOCTOR_ABSENT: {"doctor": MORADI},
    }
    views: dict[str, View] = {}
    for reason, guide in GUIDES.items():
        views[f"refused_{guide.screen}"] = RefusalView(
            language=language,
            screen=guide.screen,
            reason=reason,
            step=guide.steps[0] if guide.steps else NextStep.RECEPTION,
            **{"department": CARDIOLOGY, **facts.get(reason, {})},  # type: ignore[arg-type]  # facts by field name
        )
    views["refused_alone_full"] = RefusalView(
        language, ALONE_FULL.screen, Reason.SHARE_USED_UP, NextStep.HELP_TICKET, department=CARDIOLOGY
    )
    views["refused_more_later"] = RefusalView(
        language, MORE_LATER.screen, Reason.SHARE_USED_UP, NextStep.OTHER_DEPARTMENT, department=CARDIOLOGY
    )
    views["refused_day_passed"] = RefusalView(
        language, PASSED, Reason.WRONG_DAY, NextStep.WALK_IN, date="2026-11-28", walk_ins_left=5
    )
    views["refused_moved"] = RefusalView(
        language, MOVED.screen, Reason.WRONG_DAY, NextStep.SLIP, date="2026-12-01", time="09:30"
    )
    views["refused_visit_off"] = RefusalView(language, OFF, Reason.DOCTOR_ABSENT, NextStep.HELP_TICKET, date="2026-11-30")
    return views


def _at_office(language: str) -> dict[str, View]:
    """What an insurance office's kiosk shows besides, or in other words."""
    out, printed = PrinterStatus.PAPER_OUT, SettleOutcome.PRINTED
    views: dict[str, View] = {
        "office_idle": OfficeIdleView(language, OFFICE, "10:42", OFFICE_LANGUAGES),
        "office_idle_two_languages": OfficeIdleView(language, OFFICE, "10:42", ("fa", "en")),
        "office_idle_alone": OfficeIdleView(language, OFFICE, None, OFFICE_LANGUAGES, alone=True),
        "office_idle_no_paper": OfficeIdleView(language, OFFICE, "10:42", OFFICE_LANGUAGES, out),
        "choose_matter": MattersView(language, _matters(full=4)),
        "choose_matter_alone": MattersView(language, _matters(), more=True, alone=True),
        "type_household_first": HouseholdView(language),
        "type_household_needed": HouseholdView(language, may_go_without=False, needed=True),
        "type_household": HouseholdView(language, "120345678"),
        "type_household_longest": HouseholdView(language, "1203456789012345"),
        "check_household": HouseholdCheckView(language, "120345678901"),
        "office_ask_priority": PriorityView(language, CLASSES, office=True),
        "office_store_away": AwayView(language, OFFICE, office=True),
        "office_offer_no_paper": NoPaperView(language, out, office=True),
        "office_ticket_taken": TicketView(language, 412, printed, (COUNTER,), HALL, 5, ask_priority=False, office=True),
    }
    for code in ("123", "09121234567", "1111111111", "000345678901"):
        doubt = doubts_of_any(code)[0].value
        views[f"check_household_{doubt}"] = HouseholdCheckView(language, code, doubt)
    refused = [(guide, reason) for reason, guide in GUIDES.items()] + [(MORE_LATER, _FULL), (ALONE_FULL, _FULL)]
    for guide, reason in refused:
        if f"kiosk.refused.{guide.screen}.lines" in OTHERWISE:
            said = RefusalView(language, guide.screen, reason, guide.steps[0], department=_matters()[0].name, office=True)
            views[f"office_refused_{guide.screen}"] = said
    return views


def views(language: str) -> dict[str, View]:
    """Name to view, in one language."""
    other = SECOND[language]

    def ticket(outcome: SettleOutcome = SettleOutcome.PRINTED, **facts: object) -> TicketView:
        usual: dict[str, object] = {"points": (COUNTER, ROOM), "zone": HALL, "ahead": 5, "ask_priority": True}
        return TicketView(language=language, number=123, outcome=outcome, **{**usual, **facts})  # type: ignore[arg-type]

    return {
        "idle": IdleView(language, SITE, "10:42", "086-32240066", other),
        "idle_paper_low": IdleView(language, SITE, "10:42", "086-32240066", other, PrinterStatus.PAPER_LOW),
        "idle_no_paper": IdleView(language, SITE, "10:42", "086-32240066", other, PrinterStatus.PAPER_OUT),
        "idle_codes_locked": IdleView(language, SITE, None, "086-32240066", other, codes_locked=True),
        "idle_alone": IdleView(language, SITE, "10:42", "086-32240066", other, alone=True),
        "idle_alone_no_paper": IdleView(language, SITE, None, "086-32240066", other, PrinterStatus.PAPER_OUT, alone=True),
        "idle_no_phone": IdleView(language, SITE, "10:42", None, other),
        "closed": ClosedView(language, SITE, "20:42", False, "2026-11-30", "07:30", other, "086-32240066"),
        "closed_calling_on": ClosedView(language, SITE, "11:42", True, "2026-11-30", "07:30", other, "086-32240066"),
        "closed_unknown": ClosedView(language, SITE, None, False, phone="086-32240066"),
        "store_away": AwayView(language, SITE),
        "type_code_first": CodeView(language, 0, ""),
        "type_code": CodeView(language, 0, "730"),
        "type_code_second_group": CodeView(language, 1, "18"),
        "type_code_alone": CodeView(language, 0, "730", alone=True),
        "code_wrong": CodeView(language, 0, "", wrong=True),
        "choose_department": DepartmentsView(language, _rows(5), code_again=True),
        "choose_department_more": DepartmentsView(language, _rows(6), more=True, code_again=True),
        "choose_department_few": DepartmentsView(language, _rows(3)),
        "choose_department_alone": DepartmentsView(language, _rows(6), more=True, alone=True),
        "type_mobile_first": MobileView(language),
        "type_mobile": MobileView(language, "091212"),
        "mobile_wrong": MobileView(language, wrong=True),
        "code_sent_again": CodeSentView(language),
        "choose_doctor": DoctorsView(language, CARDIOLOGY, (Row("1", None, 9, True), Row("2", MORADI, 9, True))),
        "choose_doctor_later": DoctorsView(
            language, CARDIOLOGY, (Row("1", None, None, False, more_later=True), Row("2", MORADI, 0, False, more_later=True))
        ),
        "ask_priority_alone": PriorityView(language, CLASSES, alone=True),
        "ask_priority": PriorityView(language, CLASSES),
        "wait": WaitView(language),
        "wait_code": WaitView(language, for_code=True),
        "wait_store_away": WaitView(language, store_away=True),
        "printing": PrintingView(language),
        "printing_slip": PrintingView(language, slip=True),
        "ticket_taken": ticket(),
        "ticket_one_point": ticket(points=(COUNTER,), ahead=0, priority="noted"),
        "ticket_late": ticket(late_until="09:30", ask_priority=False),
        "ticket_alone": ticket(ahead=None, ask_priority=False),
        "number_alone_without_paper": ticket(
            SettleOutcome.SHOWN, ahead=None, ask_priority=False, printer=PrinterStatus.PAPER_OUT
        ),
        "ticket_again": ticket(again=True),
        "number_without_paper": ticket(SettleOutcome.SHOWN, printer=PrinterStatus.PAPER_OUT),
        "number_perhaps_printed": ticket(SettleOutcome.UNKNOWN, printer=PrinterStatus.AWAY),
        "moved_slip_taken": SlipView(language, "2026-12-01", "09:30", SettleOutcome.PRINTED),
        "moved_date_without_paper": SlipView(language, "2026-12-01", "09:30", SettleOutcome.SHOWN, PrinterStatus.PAPER_OUT),
        "moved_date_perhaps_printed": SlipView(language, "2026-12-01", None, SettleOutcome.UNKNOWN, PrinterStatus.AWAY),
        "offer_no_paper": NoPaperView(language, PrinterStatus.PAPER_OUT),
        "still_there": StillThereView(language, 7),
        "identify": IdentifyView("kiosk-1"),
        **_refusals(language),
        **_at_office(language),
    }
