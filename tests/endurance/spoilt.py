"""Messages of the contract, spoilt in every way that a broken program, a bad wire or somebody with an account can think of."""

import json
import random
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from mqtt import codec
from mqtt.contract import REQUEST_LIMIT_BYTES, Message, OrderMessage, Restart
from tests.mqtt.examples import changed, examples, places

Spoil = Callable[[random.Random, Any], bytes]

LONGEST_BYTES: Final = codec.MESSAGE_LIMIT_BYTES + 1000
"""Above what a program reads, below what the broker takes in (max_packet_size)."""
ODD: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        -1,
        3,
        2**31,
        2**53 + 1,
        2**63,
        10**30,
        10**300,
        0.25,
        1e308,
        "",
        "جعبه",
        "a\x00b\nc",
        "x" * 5_000,
        [],
        [1, 2],
    ),
    *([], [1, 2], {}, {"a": 1}, {"type": "no_such_thing"}, {"type": "call_next"}, [[[]]], "12:60", "2026-02-30", "١٢٣"),
)


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _somewhere(chance: random.Random, example: Any) -> tuple[str | int, ...]:
    return chance.choice([place for place in places(example) if place])


def another_value(chance: random.Random, example: Any) -> bytes:
    """One field holds something else."""
    return _encoded(changed(example, _somewhere(chance, example), chance.choice(ODD)))


def a_field_gone(chance: random.Random, example: Any) -> bytes:
    """One field is missing."""
    named = [place for place in places(example) if place and isinstance(place[-1], str)]
    return _encoded(changed(example, chance.choice(named), msgspec.UNSET))


def cut_off(chance: random.Random, example: Any) -> bytes:
    """The end is missing."""
    whole = _encoded(example)
    return whole[: chance.randrange(1, len(whole))]


def flipped(chance: random.Random, example: Any) -> bytes:
    """A few bytes are others: most often no UTF-8 any more, or no JSON."""
    whole = bytearray(_encoded(example))
    for _ in range(chance.randint(1, 4)):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole)


def noise(chance: random.Random, _: Any) -> bytes:
    """Bytes of any kind."""
    return chance.randbytes(chance.randint(1, 400))


def no_number(chance: random.Random, example: Any) -> bytes:
    """NaN, an infinity, or a whole number of three hundred digits."""
    marked = _encoded(changed(example, _somewhere(chance, example), "#here#"))
    return marked.replace(b'"#here#"', chance.choice((b"NaN", b"-Infinity", b"1e999", b"9" * 300, b"-0", b"0x10")))


def half_a_pair(chance: random.Random, example: Any) -> bytes:
    """A surrogate that stands alone, as JavaScript may write it."""
    marked = _encoded(changed(example, _somewhere(chance, example), "#here#"))
    return marked.replace(b"#here#", chance.choice((rb"\ud800", rb"\udfff\ud800", rb"\ud83d", b"\xed\xa0\x80")))


def twice(chance: random.Random, example: Any) -> bytes:
    """A field stands there twice."""
    name = chance.choice(list(example))
    return _encoded(example)[:-1] + b"," + _encoded({name: chance.choice(ODD)})[1:]


def deep(chance: random.Random, example: Any) -> bytes:
    """Brackets in brackets."""
    depth = chance.choice((50, 400, 3_000))
    marked = _encoded(changed(example, _somewhere(chance, example), "#here#"))
    return marked.replace(b'"#here#"', b"[" * depth + b"]" * depth)


def huge(chance: random.Random, example: Any) -> bytes:
    """Around the limits of a request and of any message; rarely beyond them."""
    limit = chance.choice((REQUEST_LIMIT_BYTES,) * 40 + (LONGEST_BYTES,))
    return _encoded({**example, "pad": "x" * (limit - chance.choice((-200, 400, limit // 2)))})[:LONGEST_BYTES]


def not_an_object(chance: random.Random, _: Any) -> bytes:
    """JSON, and no message."""
    return _encoded(chance.choice(ODD))


HOW: Final[tuple[Spoil, ...]] = (
    *(another_value, another_value, a_field_gone, cut_off, flipped, noise),
    *(no_number, half_a_pair, twice, deep, huge, not_an_object),
)


class Spoiler:
    """A source of spoilt payloads for some topics. The same seed spoils the same."""

    def __init__(self, seed: int, topics: Iterable[str]) -> None:
        """`topics`: their names in the contract."""
        self._chance = random.Random(seed)  # noqa: S311
        self._examples: dict[str, list[Any]] = {name: [] for name in topics}
        for name, example in examples():
            if name in self._examples:
                self._examples[name].append(example)

    def payload(self, name: str) -> tuple[bytes, codec.UnfitError | None]:
        """A payload for this topic, and how a reader must refuse it; None: it still is a message."""
        while True:
            payload = self._chance.choice(HOW)(self._chance, self._chance.choice(self._examples[name]))
            try:
                message: Message | None = codec.decode(name, payload)
                unfit = None
            except codec.UnfitError as refused:
                message, unfit = None, refused
            if payload and not _ends_a_program(message):
                return payload, unfit


def _ends_a_program(message: Message | None) -> bool:
    """An order to start anew is obeyed, and would end what is watched here."""
    return isinstance(message, OrderMessage) and isinstance(message.order, Restart)
