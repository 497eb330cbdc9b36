"""Who made a bundle: what this machine's keys did not sign, or not so, is refused in one sentence."""

import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from installing import release_key
from installing.signature import PublicKey, SignatureError, keys_in, sign, verify

OURS = Ed25519PrivateKey.generate()
STRANGER = Ed25519PrivateKey.generate()
TRUSTED = keys_in(PublicKey.of(OURS).written())
MANIFEST = b'{"version": "2.0"}\n'


def test_what_was_signed_with_a_trusted_key_is_taken() -> None:
    assert verify(MANIFEST, sign(MANIFEST, OURS), TRUSTED) == PublicKey.of(OURS)


def test_one_of_several_trusted_keys_is_enough() -> None:
    both = keys_in(PublicKey.of(OURS).written() + "# the second site's\n\n" + PublicKey.of(STRANGER).written())
    assert verify(MANIFEST, sign(MANIFEST, STRANGER), both) == PublicKey.of(STRANGER)


@pytest.mark.parametrize(
    ("manifest", "signature", "why"),
    [
        (MANIFEST, None, "not signed"),
        (MANIFEST, sign(MANIFEST, STRANGER), "does not trust"),
        (MANIFEST.replace(b"2.0", b"2.1"), sign(MANIFEST, OURS), "altered after it was signed"),
        (MANIFEST, sign(MANIFEST, OURS)[:-20], "torn"),
        (MANIFEST, "", "torn"),
        (MANIFEST, PublicKey.of(OURS).written(), "torn"),
        (MANIFEST, "untrusted comment: \x00\nنوبت\n", "torn"),
    ],
)
def test_what_is_unsigned_a_strangers_altered_or_torn_is_refused(manifest: bytes, signature: str | None, why: str) -> None:
    with pytest.raises(SignatureError, match=why) as refused:
        verify(manifest, signature, TRUSTED)
    assert "\n" not in str(refused.value)


def test_a_stranger_who_takes_our_keys_number_has_signed_nothing() -> None:
    forged = PublicKey(PublicKey.of(STRANGER).number, PublicKey.of(OURS).key)
    with pytest.raises(SignatureError, match="altered"):
        verify(MANIFEST, sign(MANIFEST, STRANGER), (forged,))


@pytest.mark.parametrize("passphrase", ["", "a long sentence"])
def test_a_key_is_readable_by_its_owner_only_and_never_written_over(
    tmp_path: Path, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _: passphrase)
    made = release_key.make(tmp_path / "key", passphrase)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert (made,) == keys_in((tmp_path / "key.pub").read_text())
    assert PublicKey.of(release_key.read(tmp_path / "key")) == made
    with pytest.raises(FileExistsError):
        release_key.make(tmp_path / "key", passphrase)


@pytest.mark.parametrize(
    ("typed", "told"),
    [(["a", "b"], "not the same"), (["", ""], "is empty"), ([], "nobody types")],
    ids=["mistyped", "none", "nobody"],
)
def test_a_passphrase_that_nobody_could_type_again_makes_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: list[str], told: str
) -> None:
    def hear(_: str) -> str:
        if not typed:
            raise EOFError
        return typed.pop(0)

    monkeypatch.setattr("getpass.getpass", hear)
    monkeypatch.setattr("sys.argv", ["release_key", str(tmp_path / "key")])
    assert release_key.main() == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "key").exists()


def test_a_wrong_passphrase_signs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release_key.make(tmp_path / "key", "right")
    monkeypatch.setattr("getpass.getpass", lambda _: "wrong")
    with pytest.raises(SignatureError, match="wrong passphrase"):
        release_key.read(tmp_path / "key")


@pytest.mark.skipif(shutil.which("signify-openbsd") is None, reason="Debian's signify-openbsd is not installed")
def test_anybody_checks_it_with_signify(tmp_path: Path) -> None:
    for name, content in (("m", MANIFEST.decode()), ("m.sig", sign(MANIFEST, OURS)), ("p", PublicKey.of(OURS).written())):
        (tmp_path / name).write_text(content)
    subprocess.run(["signify-openbsd", "-V", "-p", "p", "-m", "m", "-x", "m.sig"], cwd=tmp_path, check=True)
