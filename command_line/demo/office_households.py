"""Made-up households for an office's morning: one to nine people, whose cards are of an extended cycle."""

from datetime import date
from random import Random
from typing import Final

import msgspec

from mqtt.office_contract import CertificateFields, DocumentFields, HouseholdFields, PersonFields
from rules.household import Relation, Sex
from rules.office import Matter, Office

NAMES: Final = {
    Sex.MALE: ("گل‌محمد", "نورالله", "عبدالواحد", "سید حسن", "رحمت‌الله", "محمدرضا"),
    Sex.FEMALE: ("زهرا", "مریم", "فاطمه", "بی‌بی گل", "شکریه", "ماه‌گل"),
}
FAMILIES: Final = ("رحیمی", "حسینی", "نظری", "احمدزی", "کریمی", "صافی")


def made_up(office: Office, matter: Matter, chance: Random, today: date) -> HouseholdFields:
    """A household that comes for `matter`; its head has a certificate, where the letter encloses one."""
    family = chance.choice(FAMILIES)
    members = tuple(_person(office, family, place, chance) for place in range(chance.randint(1, 9)))
    if matter.needs_certificate:
        disease = office.diseases[0].id
        proof = CertificateFields(disease=disease, number="G-4411", issued=today.isoformat(), physician="دکتر رستمی")
        members = (msgspec.structs.replace(members[0], certificate=proof), *members[1:])
    return HouseholdFields(
        code=str(chance.randrange(10**6, 10**7)),
        members=members,
        county=chance.choice(office.counties).id,
        vulnerable=chance.random() < 0.2,
        mobile=f"09{chance.randrange(10**8, 10**9)}",
        address="اراک، خیابان ملک",
    )


def _person(office: Office, family: str, place: int, chance: Random) -> PersonFields:
    sex = (Sex.MALE, Sex.FEMALE)[place] if place < 2 else chance.choice(list(Sex))
    extension = office.extensions[0]
    return PersonFields(
        name=f"{chance.choice(NAMES[sex])} {family}",
        relation=(Relation.HEAD, Relation.SPOUSE)[place] if place < 2 else Relation.CHILD,
        sex=sex,
        nationality=office.nationalities[0].id,
        born=f"{chance.randint(1960, 1995) if place < 2 else chance.randint(2005, 2024)}-03-21",
        document=DocumentFields(type=extension.document, number=str(chance.randrange(10**9, 10**10)), cycle=extension.cycle),
        exclusive=f"1{chance.randrange(10**11):011}",
    )
