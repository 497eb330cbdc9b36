"""Every kind of ticket, as the reference pictures show it."""

from kiosk_device.state import NewDate
from mqtt.contract import (
    ClassCard,
    DepartmentCard,
    DoctorCard,
    Name,
    OfficeCard,
    PointCard,
    SiteCard,
    Source,
    StageCard,
    TicketGiven,
    ZoneCard,
)

SITE = SiteCard(
    epoch="1-test",
    sequence=1,
    site="kosar",
    name=Name(fa="کلینیک کوثر اراک", en="Kosar Clinic, Arak"),
    time_zone="Asia/Tehran",
    phone="086-32240066",
    departments=(
        DepartmentCard(
            code=12,
            name=Name(fa="قلب و عروق", en="Cardiology"),
            note=Name(fa="نوار قلب و آزمایش‌های قبلی را همراه داشته باشید.", en="Please bring earlier ECGs and test results."),
        ),
    ),
    doctors=(DoctorCard(code=3, department=12, name=Name(fa="دکتر رضا مرادی", en="Dr Reza Moradi")),),
    points=(
        PointCard(id="counter-1", kind="counter", label=1, zone="hall-1", stages=("reception",)),
        PointCard(id="counter-2", kind="counter", label=2, zone="hall-1", stages=("reception",)),
    ),
    zones=(ZoneCard(id="hall-1", name=Name(fa="سالن ۱", en="Hall 1")),),
    stages=(StageCard(id="reception", name=Name(fa="پذیرش")), StageCard(id="doctor", name=Name(fa="پزشک"))),
)


OFFICE = SiteCard(
    epoch="1-test",
    sequence=1,
    site="office",
    name=Name(fa="ادارهٔ امور اتباع، بخش بیمه", en="Foreign Nationals Office", others=(("ar", "دائرة الأجانب، قسم التأمين"),)),
    time_zone="Asia/Tehran",
    departments=(
        DepartmentCard(
            code=3,
            name=Name(
                fa="تحویل مدارک تکمیلی",
                en="Bringing more papers",
                others=(("prs", "آوردن اسناد باقی‌مانده"), ("ar", "تسليم وثائق إضافية")),
            ),
            note=Name(
                fa="رسید کمبود مدارک را همراه داشته باشید.",
                en="Please bring the slip of missing papers.",
                others=(("prs", "ورق اسناد باقی‌مانده را با خود بیاورید."), ("ar", "الرجاء إحضار ورقة الوثائق الناقصة.")),
            ),
        ),
    ),
    points=(PointCard(id="counter-4", kind="counter", label=4, zone="hall-1", stages=("officer",)),),
    zones=(ZoneCard(id="hall-1", name=Name(fa="سالن انتظار", en="Waiting hall")),),
    stages=(StageCard(id="officer", name=Name(fa="کارشناس")),),
    priority_classes=(
        ClassCard(
            id="completing",
            name=Name(fa="تکمیل مدارک", en="Completing papers", others=(("prs", "تکمیل اسناد"), ("ar", "استكمال الوثائق"))),
            asked_at_kiosk=False,
        ),
    ),
    office=OfficeCard(),
)


def ticket(**facts: object) -> TicketGiven:
    """A ticket of the morning of 8 Azar 1405, 10:42."""
    usual: dict[str, object] = {
        "number": 123,
        "service_day": 7,
        "date": "2026-11-29",
        "source": Source.BOOKED,
        "department": 12,
        "doctor": 3,
        "stage": "reception",
        "zone": "hall-1",
        "points": ("counter-1", "counter-2"),
        "ahead": 12,
        "issued_at_ms": 1_795_936_320_000,
    }
    return TicketGiven(**{**usual, **facts})  # type: ignore[arg-type]  # facts by field name


def slips() -> dict[str, NewDate]:
    """Name to what a slip says."""
    return {
        "moved": NewDate("2026-12-01", "09:30", department=12, doctor=3),
        "moved_no_time": NewDate("2027-05-05", department=12),
    }


def tickets() -> dict[str, TicketGiven]:
    """Name to ticket."""
    return {
        "booked": ticket(booked_time="11:15"),
        "walk_in": ticket(number=1340, source=Source.WALK_IN, ahead=0, points=("counter-1",)),
        "late_doctor": ticket(late_until="12:30", again=True),
        "help": ticket(number=901, source=Source.HELP, department=None, doctor=None),
    }


def of_the_office() -> TicketGiven:
    """Who brings missing papers."""
    here = {"points": ("counter-4",), "stage": "officer", "department": 3, "doctor": None}
    return ticket(number=456, source=Source.WALK_IN, priority="completing", ahead=2, **here)


def tickets_alone() -> dict[str, TicketGiven]:
    """Name to ticket that a kiosk gave itself."""
    return {
        "alone": ticket(number=951, booked_time="11:15"),
        "alone_no_clock": ticket(number=952, issued_at_ms=0),
        "alone_provisional": ticket(number=953, source=Source.HELP, department=None, doctor=None, points=("counter-1",)),
    }
