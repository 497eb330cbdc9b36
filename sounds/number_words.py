"""Ticket numbers and labels, 1 to 9999, in words: as written, and as the parts a voice joins.

In Persian every part but the last is linked by «و», which is spoken as an "o" on the part before it: «صد و بیست و سه»
is said «صدُ بیستُ سه». A synthesiser that is given the written words says "va" instead, and reads «نه» as "no", so it
is given `vocalised` words. «صد» and «هزار» stand without «یک», as on tickets and not as on cheques.
"""

from dataclasses import dataclass
from typing import Final

NUMBER_LIMIT: Final = 9999

_PERSIAN_WORDS: Final = (
    "یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده "
    "بیست سی چهل پنجاه شصت هفتاد هشتاد نود "
    "صد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد هزار"
)
_ENGLISH_WORDS: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"
)
_BELOW_HUNDRED: Final = (*range(1, 20), *range(20, 100, 10))
_PERSIAN: Final[dict[int, str]] = dict(zip((*_BELOW_HUNDRED, *range(100, 1001, 100)), _PERSIAN_WORDS.split(), strict=True))
_ENGLISH: Final[dict[int, str]] = dict(zip((*_BELOW_HUNDRED, 100, 1000), _ENGLISH_WORDS.split(), strict=True))
_SHORT_O: Final = "\N{ARABIC DAMMA}"


@dataclass(frozen=True, slots=True)
class Part:
    """One clip of a number: the word for `value`, with the linking «و» or "and" on its end if `linked`."""

    value: int
    linked: bool = False


def parts(number: int, language: str) -> tuple[Part, ...]:
    """The parts of `number` (1 to 9999) in speaking order. Raises ValueError for any other number."""
    if not 1 <= number <= NUMBER_LIMIT:
        raise ValueError(f"{number} is not a ticket number: 1 to {NUMBER_LIMIT}")
    return _persian_parts(number) if language == "fa" else _english_parts(number)


def all_parts(language: str) -> tuple[Part, ...]:
    """Every part that some number needs: what a voice must be able to say."""
    words = _PERSIAN if language == "fa" else _ENGLISH
    linked = [value for value in words if value >= 20] if language == "fa" else [100, 1000]
    return (*(Part(value) for value in words), *(Part(value, linked=True) for value in linked))


def written_part(part: Part, language: str) -> str:
    """The part as people write it: «صد و», "hundred and"."""
    if language == "fa":
        return _PERSIAN[part.value] + (" و" if part.linked else "")
    return _ENGLISH[part.value] + (" and" if part.linked else "")


def vocalised_part(part: Part, language: str) -> str:
    """The part as a synthesiser must be given it: «صدُ», «نُه»."""
    if language != "fa":
        return written_part(part, language)
    word = "نُه" if part.value == 9 else _PERSIAN[part.value]
    return word + (_SHORT_O if part.linked else "")


def words(number: int, language: str) -> str:
    """`number` as people write it in words: «صد و بیست و سه», "one hundred and twenty-three"."""
    spoken = parts(number, language)
    text = " ".join(written_part(part, language) for part in spoken)
    if language == "fa":
        return text
    for ten in range(20, 100, 10):
        text = text.replace(f"{_ENGLISH[ten]} ", f"{_ENGLISH[ten]}-")
    return text.replace("thousand ", "thousand, ").replace("thousand, and", "thousand and")


def vocalised(number: int, language: str) -> str:
    """`number` in words for a synthesiser."""
    return " ".join(vocalised_part(part, language) for part in parts(number, language))


def _below_hundred(number: int) -> list[int]:
    if number < 20:
        return [number] if number else []
    return [number - number % 10, *([number % 10] if number % 10 else [])]


def _persian_parts(number: int) -> tuple[Part, ...]:
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    linkable = [1000] * bool(thousands) + [hundreds * 100] * bool(hundreds) + _below_hundred(rest)
    count_of_thousands = [Part(thousands)] if thousands > 1 else []
    return (*count_of_thousands, *(Part(value, linked=True) for value in linkable[:-1]), Part(linkable[-1]))


def _english_parts(number: int) -> tuple[Part, ...]:
    thousands, rest = divmod(number, 1000)
    hundreds, rest = divmod(rest, 100)
    spoken = [Part(thousands), Part(1000, linked=bool(rest) and not hundreds)] if thousands else []
    if hundreds:
        spoken += [Part(hundreds), Part(100, linked=bool(rest))]
    return (*spoken, *(Part(value) for value in _below_hundred(rest)))
