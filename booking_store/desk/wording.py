"""What a request brings as words, read once for every handler: a date, a mobile, or the refusal that names what is wrong."""

from datetime import date

from mqtt.contract import Reason, Refusal
from rules.mobile import normalise_mobile


def read_date(iso: str | None) -> date | Refusal | None:
    """An ISO date; None where none was given."""
    try:
        return date.fromisoformat(iso) if iso else None
    except ValueError:
        return Refusal(reason=Reason.BAD_DATE, detail='expected a date like "2026-11-22"')


def read_mobile(typed: str | None) -> str | Refusal | None:
    """A mobile in its one form ("09xxxxxxxxx"), however it was typed; None where none was given."""
    if not typed:
        return None
    return normalise_mobile(typed) or Refusal(reason=Reason.BAD_MOBILE)
