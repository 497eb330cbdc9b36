"""A household as an officer types it."""

from typing import Annotated, Final

import msgspec

from mqtt.fields import Count, Id, Struct, Text
from rules.household import Relation, Sex

MEMBERS_MOST: Final = 40


class DocumentFields(Struct, frozen=True):
    """A residence document as it lies on the desk."""

    type: Id  # of the site file
    number: Text
    expires: Text | None = None  # ISO
    cycle: Count | None = None


class CertificateFields(Struct, frozen=True):
    """A special disease's certificate."""

    disease: Id
    number: Text
    issued: Text  # ISO
    physician: Text


class PersonFields(Struct, frozen=True):
    """A member. `person` names one who is known; None: somebody new."""

    name: Text
    relation: Relation
    sex: Sex
    nationality: Id
    person: Count | None = None
    father: Text = ""
    born: Text | None = None  # ISO
    document: DocumentFields | None = None
    exclusive: Text = ""  # شمارهٔ اختصاصی
    unique: Text = ""  # شناسهٔ یکتا
    certificate: CertificateFields | None = None


class HouseholdFields(Struct, frozen=True):
    """A household as it is typed: all of it. Who is not among `members` any more has left it."""

    code: Text
    members: Annotated[tuple[PersonFields, ...], msgspec.Meta(max_length=MEMBERS_MOST)]
    county: Text = ""
    vulnerable: bool = False
    mobile: Text = ""
    address: Text = ""
    postal_code: Text = ""
