"""How many people may come in an hour, from how many came in that hour of the same weekday, and how sure that is. Pure.

The forecast is the mean of the past counts. Its interval is the one that a further count falls into with four chances of
five, if the weeks are alike and nothing else is known: Student's t for a mean of few weeks, with the weeks' own spread, but
never less than that of chance (Poisson: people come one by one, so that a mean of 9 has a spread of 3 by itself).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WEEKS_FEWEST: Final = 4
"""With fewer weeks the spread itself is a guess, and no interval is given."""
SHARE_INSIDE: Final = 0.8
# fmt: off
_T_90: Final = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350, 1.345, 1.341)
# fmt: on
"""Student's t with 90 % below it, for 1, 2, 3, … degrees of freedom (any statistical table); 1.282 for very many."""
_T_90_OF_MANY: Final = 1.282


@dataclass(frozen=True, slots=True)
class Expected:
    """How many come: the mean of the past weeks, and the interval that holds SHARE_INSIDE of what may come."""

    mean: float
    least: float
    most: float


def expected(counts: Sequence[int]) -> Expected | None:
    """What to expect after these counts, one a week; None: there are fewer than WEEKS_FEWEST."""
    weeks = len(counts)
    if weeks < WEEKS_FEWEST:
        return None
    mean = sum(counts) / weeks
    spread = sum((count - mean) ** 2 for count in counts) / (weeks - 1)
    reach = _t_90(weeks - 1) * math.sqrt(max(spread, mean) * (1 + 1 / weeks))
    return Expected(mean, max(0.0, mean - reach), mean + reach)


def _t_90(freedom: int) -> float:
    return _T_90[freedom - 1] if freedom <= len(_T_90) else _T_90_OF_MANY
