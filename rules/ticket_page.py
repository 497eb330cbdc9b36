"""The code that opens a ticket's own page: short enough to type, and found by nobody who was not given the paper.

It is made from a key of the service day and the number, so that no ticket's row holds it and it is worth nothing on any other
day. Forty bits: whoever tries ten a minute for a whole day finds one in two hundred million.
"""

import hashlib
import hmac
import re
from typing import Final

SIGNS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
"""Thirty-two that are not taken for one another: no i, l, o, u."""
LENGTH: Final = 8
_WRITTEN: Final = re.compile(rf"(\d{{1,4}})-([{SIGNS}]{{{LENGTH}}})", re.ASCII)


def code_of(key: str, number: int) -> str:
    """What stands on the paper of `number`. `key`: the day's, hexadecimal."""
    digest = hmac.digest(bytes.fromhex(key), str(number).encode(), hashlib.sha256)
    bits = int.from_bytes(digest[:5], "big")
    return "".join(SIGNS[bits >> shift & 31] for shift in range(35, -5, -5))


def read(written: str) -> tuple[int, str] | None:
    """Number and code of "153-k7q3m9xw", however large its letters are; None: nothing that we print."""
    found = _WRITTEN.fullmatch(written.strip().lower())
    return None if found is None else (int(found[1]), found[2])


def fits(key: str, number: int, code: str) -> bool:
    """Whether this is the code of `number`, in the same time for every wrong one."""
    return hmac.compare_digest(code_of(key, number), code)
