"""A small insurance office for the kiosk's tests: its matters, whose tickets they take, and the languages of its visitors."""

from msgspec.structs import replace as changed

from mqtt.contract import DepartmentCard, KioskCard, MatterCard, Name, OfficeCard, WalkInsLeft
from tests.kiosk.clinic import DAY, SITE

LANGUAGES = ("fa", "prs", "ar", "en")
MATTERS = (
    MatterCard(id="incomplete", name=Name(fa="نقص مدارک"), department=1),
    MatterCard(id="bringing", name=Name(fa="تحویل مدارک"), department=3, without_code=False),
    MatterCard(id="renewal", name=Name(fa="تمدید"), department=5),
    MatterCard(id="other", name=Name(fa="سایر"), department=5),
    MatterCard(id="lost", name=Name(fa="گم‌شدن معرفی‌نامه"), department=4),
    MatterCard(id="special", name=Name(fa="خدمات ویژه"), department=2),
    MatterCard(id="letter", name=Name(fa="نامه"), department=1),
)
OFFICE = changed(
    SITE,
    phone=None,
    doctors=(),
    departments=tuple(DepartmentCard(code=code, name=Name(fa=f"کار {code}")) for code in (1, 2, 3, 4, 5)),
    kiosk=KioskCard(languages=LANGUAGES),
    office=OfficeCard(matters=MATTERS),
)
TODAY = changed(
    DAY,
    walk_ins=(
        *(WalkInsLeft(department=code, left=20) for code in (1, 3, 5)),
        WalkInsLeft(department=4, left=0),
    ),
)
CODE = "120345678901"
