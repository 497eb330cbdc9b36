"""Where a release comes from: a bundle that holds everything (no internet), or a folder with the source."""

import hashlib
import json
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MANIFEST: Final = "MANIFEST.json"
"""A bundle's list of its files with their SHA-256, and the version."""
SIGNATURE: Final = f"{MANIFEST}.sig"
RELEASE_KEYS: Final = "release-keys"
"""The public keys that a bundle brings."""
BYTECODE: Final = "__pycache__"
"""A folder of this name is in no bundle, but beside what was run out of one."""
INDEX: Final = "Packages"
"""What apt looks for in a folder that it is told to take for a mirror."""


class SourceError(Exception):
    """This folder is no release, or a damaged one; the message says which file."""


def version_order(release: str) -> tuple[int, ...]:
    """ "0.10.2+3fa91c2d" is (0, 10, 2): the mark behind the plus orders nothing."""
    return tuple(int(part) for part in release.partition("+")[0].split(".") if part.isdecimal())


@dataclass(frozen=True, slots=True)
class Source:
    """One folder, unpacked."""

    folder: Path

    @property
    def is_bundle(self) -> bool:
        return (self.folder / MANIFEST).is_file()

    def version(self) -> str:
        """The release's name: the version, and for a folder that somebody works in also a mark of what it holds."""
        if self.is_bundle:
            return str(self._manifest()["version"])
        try:
            project = tomllib.loads(self.read("pyproject.toml").decode())["project"]
        except (OSError, KeyError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
            raise SourceError(f"{self.folder} is neither a bundle nor the source of Nobat: {problem}") from problem
        digest = hashlib.sha256()
        for file in self._program_files():
            digest.update(file.read_bytes())
        return f"{project['version']}+{digest.hexdigest()[:8]}"

    def order(self) -> tuple[tuple[int, ...], str]:
        """What tells which of two bundles, or releases laid from bundles, is the older: its version, then when it was made."""
        manifest = self._manifest() if self.is_bundle else {}
        return version_order(self.version() if manifest else self.folder.name), str(manifest.get("made", ""))

    def check(self) -> None:
        """Every file of a bundle is what its manifest says, and there is no other but the bytecode that Python wrote while this
        ran out of it. Raises SourceError."""
        if not self.is_bundle:
            return
        files: dict[str, str] = self._manifest()["files"]
        found_here = (file for file in self.folder.rglob("*") if file.is_file() and file.parent.name != BYTECODE)
        there = {str(file.relative_to(self.folder)) for file in found_here}
        strangers = sorted(there - set(files) - {MANIFEST, SIGNATURE})
        if strangers:
            raise SourceError(f"{strangers[0]} does not belong to the bundle")
        for name, digest in files.items():
            try:
                found = hashlib.sha256((self.folder / name).read_bytes()).hexdigest()
            except OSError as problem:
                raise SourceError(f"{name} is missing from the bundle") from problem
            if found != digest:
                raise SourceError(f"{name} is not what was bundled; copy the bundle again")

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises OSError."""
        return (self.folder / name).read_bytes()

    def unit_files(self) -> tuple[str, ...]:
        """The files of systemd/, below it."""
        units = self.folder / "systemd"
        return tuple(sorted(str(file.relative_to(units)) for file in units.rglob("*") if file.is_file()))

    def copy(self, name: str, into: Path) -> None:
        """A file or folder, if the release has it."""
        place = self.folder / name
        if place.is_dir():
            shutil.copytree(place, into / name)
        elif place.is_file():
            shutil.copy2(place, into / name)

    def mirror(self, debian: str) -> Path | None:
        """The folder of Debian packages that a bundle brings for a release of Debian ("bookworm"), if it brings any."""
        folder = self.folder / "debs" / debian
        return folder if (folder / INDEX).is_file() else None

    def pip_arguments(self, extras: Sequence[str]) -> list[str]:
        """What pip is to install: from a bundle's wheels only, or from the folder with what it fetches."""
        wanted = f"[{','.join(extras)}]" if extras else ""
        if self.is_bundle:
            return ["--no-index", "--find-links", str(self.folder / "wheels"), f"nobat{wanted}"]
        return [f"{self.folder}{wanted}"]

    def _manifest(self) -> dict[str, dict[str, str]]:
        try:
            manifest: dict[str, dict[str, str]] = json.loads(self.read(MANIFEST))
        except ValueError as problem:
            raise SourceError(f"{MANIFEST} cannot be read: {problem}") from problem
        return manifest

    def _program_files(self) -> Iterator[Path]:
        """What makes two sources different: the program and its units, not the tests."""
        for pattern in ("*.toml", "*/**/*.py", "*/**/*.toml", "systemd/**/*"):
            for file in sorted(self.folder.glob(pattern)):
                if file.is_file() and not file.relative_to(self.folder).parts[0].startswith((".", "tests", "build")):
                    yield file
