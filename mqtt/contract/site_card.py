"""The site as devices need it, retained on `site`."""

from mqtt.fields import Commit, Id, Struct


class Name(Struct, frozen=True):
    """A word for people, in the site's languages."""

    fa: str
    en: str = ""
    others: tuple[tuple[str, str], ...] = ()  # a language and the word in it

    def in_language(self, language: str) -> str:
        """The word in `language`, in Persian where the site has no other."""
        return {"en": self.en, **dict(self.others)}.get(language) or self.fa


class DepartmentCard(Struct, frozen=True):
    code: int
    name: Name
    note: Name | None = None  # a sentence on the ticket ("کارت ملی را آماده کنید")
    stages: tuple[str, ...] = ()  # its own way; empty, from an older store: not told


class DoctorCard(Struct, frozen=True):
    code: int
    department: int
    name: Name


class PointCard(Struct, frozen=True):
    """A service point as people see it: «باجهٔ ۴»."""

    id: str
    kind: str  # "counter" | "room"
    label: int
    zone: str
    stages: tuple[str, ...]
    doctors: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()  # empty: all


class ZoneCard(Struct, frozen=True):
    id: str
    name: Name
    speaker: str | None = None  # the device that speaks this zone's calls; None: each counter speaks its own


class StageCard(Struct, frozen=True):
    id: str
    name: Name


class ClassCard(Struct, frozen=True):
    """A priority class of the site («سالمند»)."""

    id: str
    name: Name
    asked_at_kiosk: bool = True


class PauseCard(Struct, frozen=True):
    """A reason for which a point may pause («نماز»)."""

    id: str
    name: Name


class QuietTime(Struct, frozen=True):
    """No sound in these hours (the call to prayer); the screens flash on."""

    starts: str
    ends: str


class LoudnessStep(Struct, frozen=True):
    """From this hour on, the speakers' volume in percent."""

    starts: str
    percent: int


class Note(Struct, frozen=True):
    """A notice for the waiting rooms, or one zone of them."""

    text: Name
    zone: str | None = None


class KioskCard(Struct, frozen=True):
    """How this site's kiosks ask."""

    ask_priority: bool = True
    show_doctor_on_ticket: bool = True
    wrong_codes_before_lock: int = 5
    lock_seconds: int = 60
    walk_ins_in_a_row: int = 5  # more from one kiosk without a pause asks for patience
    languages: tuple[str, ...] = ("fa", "en")


class MatterCard(Struct, frozen=True):
    """What a household may come to an insurance office for, by the tickets of `department`. `without_code`: a ticket is given
    to whoever has no code too."""

    id: str
    name: Name
    department: int
    without_code: bool = True


class OfficeCard(Struct, frozen=True):
    """What the kiosks of an insurance office offer."""

    matters: tuple[MatterCard, ...] = ()


class PhoneCard(Struct, frozen=True):
    """How this site's voice menu asks."""

    department_digits: int = 2
    doctor_digits: int = 2
    tries: int = 3  # a question
    answers: int = 24  # a call
    minutes: int = 10  # a call
    calls_an_hour: int = 6  # of one caller's number
    operator: bool = True  # 0 at the top, and after the last try


class DeviceCard(Struct, frozen=True):
    """A device that belongs to the site, whether it is there or not."""

    id: str
    role: str
    points: tuple[str, ...] = ()
    zone: str | None = None


class SiteCard(Struct, frozen=True):
    """store -> all, `site`: what is written on the doors. It changes only with the site file."""

    epoch: Id
    sequence: Commit
    site: str
    name: Name
    time_zone: str
    departments: tuple[DepartmentCard, ...] = ()
    doctors: tuple[DoctorCard, ...] = ()
    points: tuple[PointCard, ...] = ()
    zones: tuple[ZoneCard, ...] = ()
    stages: tuple[StageCard, ...] = ()
    priority_classes: tuple[ClassCard, ...] = ()
    phone: str | None = None  # the phone booking's number, "086-32240066"
    kiosk: KioskCard = KioskCard()
    voice_menu: PhoneCard = PhoneCard()
    notices: tuple[Note, ...] = ()
    ticket_note: Name | None = None
    order_by_number: bool = False  # False: ticket and hall say that calls do not follow the numbers
    loudness: tuple[LoudnessStep, ...] = ()
    quiet_times: tuple[QuietTime, ...] = ()
    pause_reasons: tuple[PauseCard, ...] = ()
    spoken_languages: tuple[str, ...] = ("fa",)
    people_word: str = "patient"  # "patient" (بیمار) or "client" (مراجعه‌کننده)
    devices: tuple[DeviceCard, ...] = ()
    office: OfficeCard | None = None  # an insurance office: its kiosks ask for the matter and the household
