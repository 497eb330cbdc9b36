"""Releases for a machine that runs: the bundle of an older state of this source, any bundle signed by the tests' own key."""

import json
import shutil
import tarfile
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from installing import bundle
from installing.roles import Role
from installing.signature import PublicKey, sign
from installing.source import MANIFEST, RELEASE_KEYS, SIGNATURE
from tests.installing.real import roots
from tests.upgrade.record import source_of

KEY: Final = Ed25519PrivateKey.generate()
TRUSTED: Final = PublicKey.of(KEY).written()
"""What stands in a machine's file of trusted keys."""


def older(commit: str) -> Path:
    """The unpacked bundle of that commit; it needs the history."""
    with source_of(commit) as source:
        return roots.unpacked_bundle(source=source)


def machine_of_the_older(suite: str, brought: Path) -> tuple[Path, Path]:
    """The layers of a machine with every role that an older release knows."""
    return roots.installed(suite, brought, roles=[role for role in Role if role not in {Role.STANDBY, Role.TWO_SCREENS}])


def name_of(brought: Path) -> str:
    """A release's whole name."""
    return str(json.loads((brought / MANIFEST).read_text())["version"])


def signed(brought: Path, place: Path) -> Path:
    """The file that `nobat upgrade` takes, of an unpacked bundle."""
    made = str(json.loads((brought / MANIFEST).read_text())["made"])
    folder = place / brought.name
    shutil.copytree(brought, folder)
    (folder / RELEASE_KEYS).write_text(TRUSTED)
    (folder / MANIFEST).write_text(bundle.manifest(folder, name_of(brought), made))
    (folder / SIGNATURE).write_text(sign((folder / MANIFEST).read_bytes(), KEY))
    file = place / f"{brought.name}.tar.gz"
    with tarfile.open(file, "w:gz", compresslevel=1) as packed:
        packed.add(folder, folder.name)
    shutil.rmtree(folder)
    return file
