"""The digest of a tracking code: how the store's sheet names a code, and how a kiosk that is alone finds it there.

Codes are few (ten million), so a quick hash would hide nothing: scrypt makes each guess cost what one costs the kiosk. One
day's salt serves all codes of the day, since a kiosk that looks one up cannot try a salt for each.
"""

import hashlib
from base64 import b64decode, b64encode
from typing import Final

CLINIC_COST: Final = 2**14
"""n of scrypt in a clinic: 16 MB, and 40 ms on a desktop's core, about four times that on a kiosk's."""
_BLOCK: Final = 8
_PARALLEL: Final = 1
_BYTES: Final = 12
"""Enough that no two codes of a day meet, and a sheet of 1500 stays small."""


def digest_of(code: str, salt: str, cost: int) -> str:
    """The digest of a clean `code` (base64, 16 letters) under a day's `salt` (base64) and n = `cost`, a power of two.

    It takes its time, and lets other threads of the process run meanwhile. Raises ValueError for a salt that is not base64,
    or a cost that scrypt does not take.
    """
    memory = 2 * 128 * _BLOCK * (cost + _PARALLEL + 2)
    made = hashlib.scrypt(code.encode(), salt=b64decode(salt), n=cost, r=_BLOCK, p=_PARALLEL, maxmem=memory, dklen=_BYTES)
    return b64encode(made).decode()
