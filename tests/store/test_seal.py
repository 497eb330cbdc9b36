"""The key of identities: its owner's alone, never replaced by accident, and what another key sealed stays shut."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from booking_store.seal import Seal, SealError, make_key
from booking_store.sealed import HouseholdWords, PersonWords

WORDS = HouseholdWords(code="98765", mobile="09121234567")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "identity.key"
    make_key(path)
    return path


def test_what_was_sealed_is_opened_with_its_key_and_shown_by_nothing_else(key: Path) -> None:
    seal = Seal.read(key)
    sealed = seal.close(WORDS)
    assert seal.open(sealed, HouseholdWords) == WORDS
    assert "98765" not in sealed
    assert "98765" not in repr(WORDS)
    assert seal.close(WORDS) != sealed, "nobody sees that two households are alike"
    with pytest.raises(SealError, match="another key"):
        Seal([Fernet.generate_key()]).open(sealed, HouseholdWords)


def test_what_was_erased_opens_as_nothing(key: Path) -> None:
    assert Seal.read(key).open(None, PersonWords) == PersonWords()


def test_a_mark_is_the_same_for_the_same_code_and_tells_its_kind_apart(key: Path) -> None:
    seal = Seal.read(key)
    assert seal.mark("household", "98765") == Seal.read(key).mark("household", "98765")
    assert len({seal.mark("household", "98765"), seal.mark("document", "98765"), seal.mark("household", "98766")}) == 3


def test_a_new_first_line_begins_a_new_key_and_the_marks_stay(key: Path) -> None:
    before = Seal.read(key)
    sealed = before.close(WORDS)
    key.write_bytes(Fernet.generate_key() + b"\n" + key.read_bytes())
    after = Seal.read(key)
    assert after.open(sealed, HouseholdWords) == WORDS
    assert (after.mark("household", "1"), after.name) == (before.mark("household", "1"), before.name)
    with pytest.raises(SealError):
        before.open(after.close(WORDS), HouseholdWords)


def test_a_key_is_its_owners_alone(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o640)
    with pytest.raises(SealError, match="chmod 600"):
        Seal.read(key)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(key.parent))
    assert Seal.read(key).name, "systemd's access list shows as the group's bits"
    key.chmod(0o644)
    with pytest.raises(SealError, match="others may read"):
        Seal.read(key)


@pytest.mark.parametrize("content", [b"", b"short\n", b"x" * 44, (Fernet.generate_key() + b"\n") * 21])
def test_what_is_no_key_is_told_and_not_used(key: Path, content: bytes) -> None:
    key.write_bytes(content)
    with pytest.raises(SealError, match="key"):
        Seal.read(key)


def test_a_key_that_is_there_is_never_replaced(key: Path, tmp_path: Path) -> None:
    before = key.read_bytes()
    with pytest.raises(SealError, match="nothing was changed"):
        make_key(key)
    assert key.read_bytes() == before
    with pytest.raises(SealError):
        make_key(tmp_path / "no such folder" / "key")
    with pytest.raises(SealError, match="safe place"):
        Seal.read(tmp_path / "gone")


def test_a_unit_says_in_the_keys_place_that_there_is_none_and_nothing_else_counts_as_that(key: Path, tmp_path: Path) -> None:
    assert Seal.read_if_any(key) is not None
    key.write_text("none")
    assert Seal.read_if_any(key) is None
    key.write_text("")
    for spoilt in (key, tmp_path / "nowhere"):
        with pytest.raises(SealError):
            Seal.read_if_any(spoilt)
