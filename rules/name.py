"""What something is called, in each of a site's languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A word for people in the site's languages; any but Persian may be missing."""

    fa: str
    en: str = ""
    others: tuple[tuple[str, str], ...] = ()  # a language and the word in it
