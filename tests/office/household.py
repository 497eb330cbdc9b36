"""A household's letter for the office's tests, as large as one sheet takes."""

from booking_store.sealed import LetterRow, LetterWords

NAMES = (
    "گل‌محمد رحیمی", "زهرا حسینی", "سید محمدرضا رحیمی", "مریم رحیمی", "نورالله رحیمی",
    "بی‌بی گل رحیمی", "عبدالواحد رحیمی", "فاطمه رحیمی", "نوزاد رحیمی",
)  # fmt: skip


def row(place: int, name: str) -> LetterRow:
    """A member; the last one of nine is a newborn without a card."""
    if place == 8:
        return LetterRow(
            name=name,
            relation="فرزند",
            sex="زن",
            born="1405/08/20",
            nationality="افغانستان",
            document="گواهی ولادت",
            number="B-77",
        )
    return LetterRow(
        name=name,
        father="نورمحمد",
        relation="سرپرست" if place == 0 else "فرزند",
        sex="مرد",
        born=f"13{60 + place}/01/31",
        nationality="افغانستان",
        document="کارت آمایش",
        number=f"1700{place}44321",
        exclusive=f"1000{place}7654321",
        unique=f"9000{place}12345",
        valid_until="1405/12/29",
        circular="1404/2215",
        certificate="G-4411" if place == 3 else "",
        certificate_issued="1405/06/11" if place == 3 else "",
        physician="دکتر رستمی" if place == 3 else "",
        disease="تالاسمی" if place == 3 else "",
    )


def letter(members: int = 9) -> LetterWords:
    """A whole letter."""
    return LetterWords(
        number="1405/000123",
        code="1234567890",
        issued="1405/09/01",
        until="1405/09/30",
        issuer="ادارهٔ کل امور اتباع و مهاجرین خارجی استان مرکزی",
        province="مرکزی",
        service_office="دفتر پیشخوان میدان شهدا",
        service_office_code="72-1001",
        city="اراک",
        copy_to="ادارهٔ کل بیمهٔ سلامت استان مرکزی",
        matter="نقص مدارک هویتی",
        request="خواهشمند است نسبت به تکمیل و اصلاح مشخصات هویتی اعضای خانوار در سامانهٔ بیمهٔ سلامت اقدام لازم به عمل آید.",
        household_code="1234567",
        county="اراک",
        mobile="09121234567",
        address="اراک، خیابان ملک، کوچهٔ بهار، پلاک ۱۲",
        postal_code="3813512345",
        rows=tuple(row(place, NAMES[place % len(NAMES)]) for place in range(members)),
        fee_rials=1_500_000,
        receipt="R-991234",
        signer="مدیرکل امور اتباع و مهاجرین خارجی استان مرکزی",
        public_address="https://example.ir/letter",
    )
