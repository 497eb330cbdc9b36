"""`python -m installing.debian`: Debian packages that install what install.sh installs: `nobat` brings the bundle, and
`nobat-store`, `nobat-kiosk` and their like make a machine that role, with what it needs of Debian.

The bundle inside is the very file that `nobat upgrade` takes, with its signature. A newer package brings the newer bundle and
says so; it turns no machine that runs to another release, since apt knows nothing of open days, copies and ways back.
"""

import argparse
import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from installing import bundle
from installing.plan import ELSEWHERE, OF_A_ROLE, UNITS
from installing.release_key import read as read_key
from installing.roles import EVERYWHERE, NEEDS, Role
from installing.signature import SignatureError
from installing.source import Source

PLACE: Final = Path("usr/lib/nobat")
"""Where the bundle lies, and the script that the role packages share."""
DOCUMENTS: Final = Path("usr/share/doc")
PROJECT: Final = "pyproject.toml"
SYNOPSIS: Final = "clinic queue: kiosks, counters, waiting rooms, store"
ABOUT: Final = (
    "Installs a release into /opt/nobat as install.sh does: a virtual environment from wheels that this package brings, units, "
    "users and device rules. It needs no internet beyond Debian's own packages. See /opt/nobat/current/docs/install.md."
)
ABOUT_ROLE: Final = (
    "A metapackage: it brings what a machine of this role needs of Debian and has the bundle of the package nobat make it one. "
    "See /opt/nobat/current/docs/install.md."
)
LICENCES: Final = """\
License: Apache-2.0
 The full text is in /usr/share/common-licenses/Apache-2.0, that of the GPL, which
 the notice below names for a program that is no part of this, in
 /usr/share/common-licenses/GPL-3.
"""
MAINTAINER: Final = "Nobat maintainers <maintainers@nobat.invalid>"
INSTALL_ROLE: Final = """\
#!/bin/sh
# install-role ROLE PACKAGE: what the packages nobat-* do when they are configured.
set -eu
runs=$(basename "$(readlink /opt/nobat/current || true)")
if [ -n "$runs" ] && [ "$runs" != "@RELEASE@" ]; then
    echo "nobat: release $runs runs here. First: sudo nobat upgrade @BUNDLE@  then: sudo dpkg-reconfigure $2"
    exit 0
fi
mkdir -p /opt/nobat
folder=$(mktemp -d /opt/nobat/.incoming-XXXXXX)
trap 'rm -rf "$folder"' EXIT
tar -xzf @BUNDLE@ -C "$folder" --strip-components=1 --no-same-owner
cd "$folder"
python3 -m installing --role "$1" --without-packages
"""
NOBAT_POSTINST: Final = """\
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -e /opt/nobat/current ]; then
    runs=$(basename "$(readlink /opt/nobat/current)")
    [ "$runs" = "@RELEASE@" ] || echo "nobat: release $runs runs on. After the day's end: sudo nobat upgrade @BUNDLE@"
fi
"""
NOBAT_PRERM: Final = """\
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -x /opt/nobat/current/.venv/bin/python ]; then
    /opt/nobat/current/.venv/bin/python -m installing --uninstall --source /opt/nobat/current
fi
"""
NOBAT_POSTRM: Final = """\
#!/bin/sh
set -e
# What the clinic has written is its own: purging leaves it, unless somebody asks: sudo NOBAT_PURGE=data apt purge nobat
if [ "$1" = purge ] && [ "${NOBAT_PURGE:-}" = data ]; then
    rm -rf /etc/nobat /var/lib/nobat /var/lib/nobat-*
fi
"""
ROLE_POSTINST: Final = """\
#!/bin/sh
set -e
[ "$1" != configure ] || /usr/lib/nobat/install-role @ROLE@ @PACKAGE@
"""
ROLE_PRERM: Final = """\
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -e /opt/nobat/roles ]; then
    sed -i '/^@ROLE@$/d' /opt/nobat/roles
    for file in @FILES@; do rm -f "$file"; done
    units="@UNITS@"
    for file in $(grep -ls '^role = "@ROLE@"' /etc/nobat/*.toml); do
        units="$units @DEVICE_UNIT@$(basename "$file" .toml).service"
    done
    for unit in $units; do
        [ ! -d /run/systemd/system ] || systemctl disable --now "$unit"
    done
fi
"""


def make(target: Path, machine: str, key: Ed25519PrivateKey | None) -> list[Path]:
    """All packages of one release, in the folder `target`. Raises CalledProcessError, OSError."""
    target.mkdir(parents=True, exist_ok=True)
    release = Source(bundle.HERE).version()
    written = _written()
    version = version_for_apt(release, written)
    with tempfile.TemporaryDirectory() as scratch:
        packed = bundle.make(Path(scratch), machine, debs=False, key=key)
        words = {"@RELEASE@": release, "@BUNDLE@": f"/{PLACE / packed.name}"}
        tree = Path(scratch) / "nobat"
        (tree / PLACE).mkdir(parents=True)
        shutil.copy2(packed, tree / PLACE)
        _script(tree / PLACE / "install-role", INSTALL_ROLE, words)
        _documents(tree, version, written)
        fields = {"Architecture": machine, "Depends": _depends(EVERYWHERE)}
        made = [_package(tree, version, fields, _of_nobat(), target, words)]
        for role in Role:
            name = f"nobat-{role.value.replace('_', '-')}"
            scripts = {"postinst": ROLE_POSTINST, "prerm": ROLE_PRERM}
            device_unit = NEEDS[role].device_unit
            more = {**words, "@ROLE@": role.value, "@PACKAGE@": name, "@UNITS@": _own_units(role), "@DEVICE_UNIT@": device_unit}
            more["@FILES@"] = " ".join(str(ELSEWHERE.get(file, UNITS / file)) for file, of in OF_A_ROLE.items() if of is role)
            documents = Path(scratch) / name / DOCUMENTS
            documents.mkdir(parents=True)
            (documents / name).symlink_to("nobat")  # of the same release, on which it depends
            made.append(_package(Path(scratch) / name, version, _of_role(role, version), scripts, target, more))
    return made


def _written() -> datetime:
    """When the newest commit was written, or where there is no history, the project's own file."""
    made = bundle.made()
    return datetime.fromisoformat(made) if made else datetime.fromtimestamp((bundle.HERE / PROJECT).stat().st_mtime, UTC)


def version_for_apt(release: str, written: datetime) -> str:
    """A release's name with the moment of its newest commit before its mark, since the mark orders nothing and apt must know
    which of two is the newer: "0.1.0+3fa91c2d" is "0.1.0+20261122201600.3fa91c2d"."""
    number, _, mark = release.partition("+")
    return f"{number}+{written.astimezone(UTC):%Y%m%d%H%M%S}{mark and '.'}{mark}"


def _own_units(role: Role) -> str:
    """What ends with a role: no unit of Debian's, and none that another role has too."""
    others = {unit for one in Role if one is not role for unit in NEEDS[one].units}
    return " ".join(unit for unit in NEEDS[role].units if unit.startswith("nobat-") and unit not in others)


def _of_nobat() -> dict[str, str]:
    return {"postinst": NOBAT_POSTINST, "prerm": NOBAT_PRERM, "postrm": NOBAT_POSTRM}


def _of_role(role: Role, version: str) -> dict[str, str]:
    """A package's fields. What only some Debians have is recommended; apt goes on without it."""
    packages = NEEDS[role].packages
    fields = {"Architecture": "all", "Depends": _depends([f"nobat (= {version})", *packages])}
    some = [name.rstrip("?") for name in packages if name.endswith("?")]
    return {**fields, "Recommends": ", ".join(some)} if some else fields


def _depends(names: Sequence[str]) -> str:
    return ", ".join(name.replace("|", " | ") for name in names if not name.endswith("?"))


def _package(
    tree: Path, version: str, fields: dict[str, str], scripts: dict[str, str], target: Path, words: dict[str, str]
) -> Path:
    """One package from what lies in `tree`."""
    name = tree.name
    role, about = ("", ABOUT) if name == "nobat" else (f" ({name.removeprefix('nobat-')})", ABOUT_ROLE)
    told = f"{SYNOPSIS}{role}\n {textwrap.fill(about, 76, subsequent_indent=' ')}"
    size = sum(file.stat().st_size for file in _files(tree)) // 1024
    facts = {"Package": name, "Version": version, "Section": "misc", "Priority": "optional", "Maintainer": MAINTAINER}
    control = {**facts, "Installed-Size": str(size), **fields, "Description": told}
    sums = "".join(f"{_md5(file)}  {file.relative_to(tree)}\n" for file in sorted(_files(tree)))
    (tree / "DEBIAN").mkdir()
    (tree / "DEBIAN/md5sums").write_text(sums, encoding="utf-8")
    (tree / "DEBIAN/control").write_text("".join(f"{field}: {value}\n" for field, value in control.items()), encoding="utf-8")
    for script, text in scripts.items():
        _script(tree / "DEBIAN" / script, text, words)
    for folder in (tree, *(one for one in tree.rglob("*") if one.is_dir())):
        folder.chmod(0o755)
    place = target / f"{name}_{version}_{fields['Architecture']}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z0", "--build", tree, place], check=True, capture_output=True, text=True
    )
    return place


def _documents(tree: Path, version: str, written: datetime) -> None:
    """What Debian wants to know of each package: whose it is, and since when."""
    folder = tree / DOCUMENTS / "nobat"
    folder.mkdir(parents=True)
    notice = (bundle.HERE / "NOTICE").read_text(encoding="utf-8")
    (folder / "copyright").write_text(f"Upstream-Name: nobat\n{LICENCES}\n{notice}", encoding="utf-8")
    what = "What is new: CHANGELOG.md of the source."
    entry = f"nobat ({version}) stable; urgency=medium\n\n  * {what}\n\n -- {MAINTAINER}  {format_datetime(written)}\n"
    (folder / "changelog.gz").write_bytes(gzip.compress(entry.encode(), 9, mtime=0))


def _files(tree: Path) -> Iterator[Path]:
    return (file for file in tree.rglob("*") if file.is_file() and not file.is_symlink())


def _md5(file: Path) -> str:
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()


def _script(place: Path, text: str, words: dict[str, str]) -> None:
    for word, value in words.items():
        text = text.replace(word, value)
    place.write_text(text, encoding="utf-8")
    place.chmod(0o755)


def main() -> int:
    """Make them; a path a line."""
    parser = argparse.ArgumentParser(
        prog="python -m installing.debian", description="Make the Debian packages of this release."
    )
    parser.add_argument("--machine", choices=bundle.MACHINES, default="arm64", help="what the machines of the clinic are")
    parser.add_argument("--key", type=Path, help="the secret key that signs the bundle inside")
    parser.add_argument("target", type=Path, nargs="?", default=Path("dist"), help="the folder they are put in")
    asked = parser.parse_args()
    try:
        print(*make(asked.target, asked.machine, read_key(asked.key) if asked.key else None), sep="\n")
    except (SignatureError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as problem:
        print(problem.stderr.strip()[-800:], file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
