"""What every message is made of: the one base, and fields that are bounded because the store keeps what a request brings."""

from typing import Annotated, Final

import msgspec

PERSONAL: Final = frozenset(
    {"code", "mobile", "to", "body", "words", "digest", "name", "father", "born", "exclusive", "unique", "number", "physician"}
    | {"address", "postal_code", "receipt", "reference", "note", "pin"}
)
"""Fields that are never shown, where they hold text: a tracking code, a mobile, a text, who somebody is. (A department's code
and a ticket's number are whole numbers.)"""


class Struct(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one base of every message: immutable, named fields only, defaults left out on the wire."""

    def __repr__(self) -> str:
        """Without the words that lead to a person: a log, or a traceback, may come to show it."""
        said = ((name, getattr(self, name)) for name in self.__struct_fields__)
        fields = (f"{name}={'…' if name in PERSONAL and isinstance(value, str) else repr(value)}" for name, value in said)
        return f"{type(self).__name__}({', '.join(fields)})"


Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A name that a request brings: of a point, an epoch, a request. Bounded, because the store keeps it."""
Boot = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A device's run as it tells it of itself, empty in a last will. Bounded, because the store keeps it."""
Text = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""Words that a request brings. No control characters: PostgreSQL stores no NUL, a log line has no line breaks."""
Body = Annotated[str, msgspec.Meta(max_length=670, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$")]
"""A text to a mobile, as it is sent: ten parts at the most; a line break is the one control character."""
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""A number that a request brings: what an integer column of any database holds."""
Commit = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""A commit's number, or a call's: it grows for as long as the ledger lives, and JavaScript too must hold it exactly."""
Moment = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""UTC, milliseconds since 1970. Bounded, so that what a program makes of it and says again fits as well."""
