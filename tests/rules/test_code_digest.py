"""What a sheet holds of a code: a digest that a clinic's whole cost fits into memory for, and that nobody reads back."""

from base64 import b64encode

import pytest

from rules.code_digest import CLINIC_COST, digest_of

SALT = b64encode(b"a morning's salt").decode()


def test_a_digest_of_a_clinics_cost_is_sixteen_letters_and_the_same_on_every_machine() -> None:
    """Sheets and journals of a release before are read by the next: it must not change."""
    assert digest_of("12345678", SALT, 2) == "QFV9DmK5kifIJAVX"
    assert digest_of("12345678", SALT, CLINIC_COST) == "w0hgmi7ZhhV+7ISo"


@pytest.mark.parametrize(("code", "salt", "cost"), [("12345679", SALT, 2), ("12345678", "b3RoZXI=", 2), ("12345678", SALT, 4)])
def test_another_code_another_day_or_another_cost_is_another_digest(code: str, salt: str, cost: int) -> None:
    assert digest_of(code, salt, cost) != digest_of("12345678", SALT, 2)


def test_what_is_no_cost_is_told() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        digest_of("12345678", SALT, 3)
