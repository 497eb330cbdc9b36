"""`python -m installing.bundle`: one file from which a machine without internet is installed: our wheel, everything it needs
for the Pythons of Debian 12 and 13, and Debian's packages for both.

It is made on a machine with internet, of any architecture: nothing of the target is run. A bundle is a folder with
MANIFEST.json (every file's SHA-256) in a .tar.gz; `install.sh` inside it is the way in. With a key it is signed: machines that
run take no other by `nobat upgrade`.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from installing.release_key import read as read_key
from installing.roles import EVERYWHERE, NEEDS
from installing.signature import PublicKey, SignatureError, sign
from installing.source import BYTECODE, INDEX, MANIFEST, RELEASE_KEYS, SIGNATURE, Source
from installing.steps import DOCUMENTS

HERE: Final = Path(__file__).parents[1]
MACHINES: Final = MappingProxyType({"arm64": "aarch64", "amd64": "x86_64"})
"""Debian's name of an architecture, and pip's."""
DEBIANS: Final = MappingProxyType({"bookworm": "3.11", "trixie": "3.13"})
"""Each Debian that is supported, and its Python."""
GLIBC: Final = ("2014", "_2_17", "_2_26", "_2_27", "_2_28", "_2_34", "_2_36")
"""manylinux tags that run on Debian 12 (glibc 2.36) and later."""
ARCHIVE: Final = "http://deb.debian.org/debian"
PRESENT: Final = "required"
"""The priority of what every Debian and Raspberry Pi OS Lite has already, however small it was made."""


def make(target: Path, machine: str, *, debs: bool, key: Ed25519PrivateKey | None = None, others: str = "") -> Path:
    """The bundle's .tar.gz, in the folder `target`, signed with `key`; `others`: public keys that machines are to trust too.
    Raises CalledProcessError with what pip or apt said."""
    version = Source(HERE).version()
    name = f"nobat-{version}-{machine}"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / name
        folder.mkdir()
        for part in (*DOCUMENTS, "installing", "install.sh"):
            Source(HERE).copy(part, folder)
        for rubbish in folder.rglob(BYTECODE):
            shutil.rmtree(rubbish)
        _wheels(folder / "wheels", machine)
        if debs:
            for suite in DEBIANS:
                _debs(folder / "debs" / suite, Path(scratch) / suite, suite, machine)
        if key is not None:
            (folder / RELEASE_KEYS).write_text(PublicKey.of(key).written() + others)
        (folder / MANIFEST).write_text(manifest(folder, version, made()))
        if key is not None:
            (folder / SIGNATURE).write_text(sign((folder / MANIFEST).read_bytes(), key))
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(target / f"{name}.tar.gz", "w:gz") as bundle:
            bundle.add(folder, name)
    return target / f"{name}.tar.gz"


def manifest(folder: Path, version: str, made: str) -> str:
    """The version, when its source was written, and every file's digest, as JSON with sorted keys: the same folder gives the
    same bytes."""
    files = {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in _files(folder)}
    return json.dumps({"version": version, "made": made, "files": files}, indent=1, sort_keys=True) + "\n"


def made() -> str:
    """When the newest commit was written, ISO 8601 in UTC: of two releases with one version it tells which is older. Empty
    where there is no history."""
    told = ["git", "-C", str(HERE), "log", "-1", "--date=format-local:%Y-%m-%dT%H:%M:%SZ", "--format=%cd"]
    try:
        return subprocess.run(told, capture_output=True, text=True, check=False, env={**os.environ, "TZ": "UTC"}).stdout.strip()
    except FileNotFoundError:
        return ""


def _files(folder: Path) -> Iterator[Path]:
    yield from (file for file in sorted(folder.rglob("*")) if file.is_file() and file.name != MANIFEST)


def _wheels(folder: Path, machine: str) -> None:
    """Our own wheel, and what it depends on for each Python."""
    pip = [sys.executable, "-m", "pip"]
    _run([*pip, "wheel", "-q", "--no-deps", "-w", str(folder), str(HERE)])
    (ours,) = folder.glob("nobat-*.whl")
    extras = sorted({extra for need in NEEDS.values() for extra in need.extras})
    platforms = [word for tag in GLIBC for word in ("--platform", f"manylinux{tag}_{MACHINES[machine]}")]
    for python in DEBIANS.values():
        only = ["--only-binary=:all:", "--implementation", "cp", "--python-version", python, *platforms]
        _run([*pip, "download", "-q", *only, "-d", str(folder), f"nobat[{','.join(extras)}] @ {ours.as_uri()}"])


def _debs(folder: Path, scratch: Path, suite: str, machine: str) -> None:
    """What our roles need of Debian, with what that needs, as far as the smallest system does not have it: a folder that apt
    takes for a mirror, so that a machine takes of it only what its own roles need and nothing older than it has."""
    for part in ("lists/partial", "cache/archives/partial"):
        (scratch / part).mkdir(parents=True)
    (scratch / "status").touch()
    signed = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    archives = ((ARCHIVE, suite), (ARCHIVE, f"{suite}-updates"), (f"{ARCHIVE}-security", f"{suite}-security"))
    sources = "".join(f"{signed} {archive} {one} main\n" for archive, one in archives)
    (scratch / "sources.list").write_text(sources)
    options = {
        "APT::Architecture": machine,
        "APT::Architectures": machine,
        "APT::Sandbox::User": "",
        "APT::Install-Recommends": "false",
        "Dir::State::status": scratch / "status",
        "Dir::State::lists": scratch / "lists",
        "Dir::Cache": scratch / "cache",
        "Dir::Etc::sourcelist": scratch / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::Etc::preferencesparts": "-",
    }
    apt = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    _run(["apt-get", "-q", *apt, "update"])
    wanted = [name for name in (_first_known(one, apt) for one in _names()) if name]
    said = _run(["apt-get", "-q", "-s", *apt, "install", *wanted])
    chosen = [line.split()[1] for line in said.splitlines() if line.startswith("Inst ")]
    priority = _priorities(chosen, apt)
    missing = [name for name in chosen if priority.get(name) != PRESENT]
    folder.mkdir(parents=True)
    _run(["apt-get", "-q", *apt, "download", *missing], folder)
    (folder / INDEX).write_text("\n".join(_entry(deb) for deb in sorted(folder.glob("*.deb"))))


def _entry(deb: Path) -> str:
    """A package's paragraph in a mirror's index."""
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    control = _run(["dpkg-deb", "--field", str(deb)]).strip()
    return f"{control}\nFilename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {digest}\n"


def _names() -> list[str]:
    return list(dict.fromkeys((*EVERYWHERE, *(name for need in NEEDS.values() for name in need.packages))))


def _first_known(name: str, apt: Sequence[str]) -> str:
    """As `Machine` chooses on the target."""
    for one in name.rstrip("?").split("|"):
        shown = subprocess.run(["apt-cache", *apt, "show", one], capture_output=True, check=False)
        if shown.returncode == 0 and shown.stdout:
            return one
    return ""


def _priorities(names: Sequence[str], apt: Sequence[str]) -> dict[str, str]:
    """Each package's priority, asked at once: apt reads its lists anew each time."""
    found: dict[str, str] = {}
    package = ""
    for line in _run(["apt-cache", *apt, "show", *names]).splitlines():
        field, _, value = line.partition(": ")
        if field == "Package":
            package = value
        elif field == "Priority":
            found.setdefault(package, value)
    return found


def _run(command: Sequence[str], folder: Path | None = None) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def main() -> int:
    """Make one; its path is the last line."""
    parser = argparse.ArgumentParser(
        prog="python -m installing.bundle", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--machine", choices=MACHINES, default="arm64", help="what the machines of the clinic are")
    parser.add_argument("--without-debs", action="store_true", help="for machines that reach a Debian mirror, and no more")
    parser.add_argument("--key", type=Path, help="the secret key that signs it (python -m installing.release_key)")
    parser.add_argument("--trust", type=Path, help="a file of further public keys that machines are to trust from now on")
    parser.add_argument("target", type=Path, nargs="?", default=Path("dist"), help="the folder it is put in")
    asked = parser.parse_args()
    try:
        key = read_key(asked.key) if asked.key else None
        others = asked.trust.read_text() if asked.trust else ""
        print(make(asked.target, asked.machine, debs=not asked.without_debs, key=key, others=others))
    except (SignatureError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as problem:
        print(f"{' '.join(problem.cmd[:4])} …: {problem.stderr.strip()[-800:]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
