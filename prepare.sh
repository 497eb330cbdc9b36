#!/bin/sh
# Installs what this folder needs: Debian packages (with root, sudo, or unpacked privately) and a private .venv.
# Run by the Makefile; safe to run again; `prepare.sh test` adds what only the tests need.
set -eu
cd "$(dirname "$0")"
private=$PWD/.nobat
mkdir -p "$private"

say() { printf 'nobat: %s\n' "$*"; }

# name:proof — a package is missing when its proof is: a command on PATH, or a library the loader knows.
packages="mosquitto:mosquitto espeak-ng:espeak-ng libfribidi0:libfribidi.so.0 libusb-1.0-0:libusb-1.0.so.0"
[ "${1:-}" = test ] && packages="$packages postgresql:/usr/lib/postgresql gammu-smsd:gammu-smsd chromium:chromium
 libpangoft2-1.0-0:libpangoft2-1.0.so.0 libharfbuzz-subset0:libharfbuzz-subset.so.0"

PATH=$PATH:/usr/sbin:/sbin:$private/debian/usr/sbin:$private/debian/usr/bin
has() {
    case $1 in
    /*) [ -e "$1" ] ;;
    *.so.*) ldconfig -p | grep -q "$1" || [ -n "$(find "$private/debian" -name "$1" 2>/dev/null)" ] ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

missing=""
for entry in $packages; do
    has "${entry#*:}" || missing="$missing ${entry%%:*}"
done

python=""
for candidate in python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || { say "needs Python 3.11, 3.12 or 3.13 (apt-get install python3)"; exit 1; }
# Debian splits ensurepip off Python; a Python from elsewhere brings its own.
"$python" -c 'import ensurepip' 2>/dev/null || [ -x .venv/bin/pip ] || missing="$missing python3-venv"

as_root=""
if [ "$(id -u)" = 0 ]; then
    as_root="env"
elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root="sudo env"
fi

install_with_root() {
    say "installing$missing"
    # shellcheck disable=SC2086  # a list of words, on purpose
    $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >"$private/apt.log" 2>&1 ||
        { $as_root apt-get update -q >>"$private/apt.log" 2>&1 &&
            $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >>"$private/apt.log" 2>&1; } ||
        { say "apt-get failed:"; tail -n 5 "$private/apt.log"; return 1; }
}

unpack_without_root() {
    case $missing in *postgresql*) say "doing without PostgreSQL, whose server does not run unpacked: its tests are skipped" ;; esac
    case $missing in *chromium*) say "doing without Chromium, which does not run unpacked: the tests of the staff's pages in it are skipped" ;; esac
    missing=$(echo "$missing" | sed 's/ postgresql//; s/ chromium//; s/python3-venv/python3-pip-whl/') # pip itself is all that we need of venv
    [ -n "$missing" ] || return 0
    say "no root: unpacking$missing into .nobat/debian"
    apt="apt-get -q -o Dir::State::lists=$private/lists -o Dir::Cache=$private/cache -o Debug::NoLocking=1 -o APT::Sandbox::User="
    mkdir -p "$private/lists/partial" "$private/cache/archives/partial" "$private/debian"
    $apt update >"$private/apt.log" 2>&1 || say "could not refresh the package lists (see .nobat/apt.log)"
    # shellcheck disable=SC2086  # a list of words, on purpose
    names=$($apt install -s --no-install-recommends $missing 2>>"$private/apt.log" | sed -n 's/^Inst \([^ ]*\).*/\1/p')
    # shellcheck disable=SC2086
    (cd "$private/cache" && $apt download $names >>"$private/apt.log" 2>&1) || say "some packages could not be fetched (see .nobat/apt.log)"
    for package in "$private"/cache/*.deb; do
        [ -e "$package" ] && dpkg -x "$package" "$private/debian"
    done
    has mosquitto || { say "no mosquitto: install it (apt-get install mosquitto); nothing runs without a broker"; exit 1; }
    has espeak-ng || say "doing without espeak-ng: what has no recorded clip stays unspoken"
    has libfribidi.so.0 || { say "no libfribidi0: Persian would come out unjoined; install it (apt-get install libfribidi0)"; exit 1; }
    has libusb-1.0.so.0 || say "doing without libusb: no USB printers on this machine"
}

if [ -n "$missing" ]; then
    if [ -n "$as_root" ]; then install_with_root; else unpack_without_root; fi
fi

# What was unpacked privately is found through the environment that the Makefile reads from here.
{
    printf 'export PATH := $(PATH):/usr/sbin:/sbin\n'
    if [ -d "$private/debian" ]; then
        libraries=$(find "$private/debian" -name 'lib*.so*' -exec dirname {} \; | sort -u | paste -s -d :)
        printf 'export PATH := %s/usr/sbin:%s/usr/bin:$(PATH)\n' "$private/debian" "$private/debian"
        printf 'export LD_LIBRARY_PATH := %s$(if $(LD_LIBRARY_PATH),:$(LD_LIBRARY_PATH))\n' "$libraries"
        phonemes=$(find "$private/debian" -name phontab | head -n 1)
        [ -z "$phonemes" ] || printf 'export ESPEAK_DATA_PATH := %s\n' "$(dirname "$(dirname "$phonemes")")"
    fi
} >"$private/environment.mk"

stamp=.venv/prepared-for
wanted="$(cksum <pyproject.toml) $("$python" --version)"
if [ ! -x .venv/bin/python ] || [ "$(cat $stamp 2>/dev/null)" != "$wanted" ]; then
    say "making .venv with $("$python" --version)"
    if [ ! -x .venv/bin/pip ]; then
        pip_wheel=$(ls "$private"/debian/usr/share/python-wheels/pip-*.whl 2>/dev/null || true)
        if [ -n "$pip_wheel" ]; then
            "$python" -m venv --without-pip .venv
            PYTHONPATH=$pip_wheel .venv/bin/python -m pip install -q --disable-pip-version-check pip
        else
            "$python" -m venv .venv
        fi
    fi
    .venv/bin/python -m pip install -q --disable-pip-version-check -e '.[dev]' 2>"$private/pip.log" ||
        { say "pip failed:"; tail -n 5 "$private/pip.log"; exit 1; }
    printf '%s' "$wanted" >"$stamp"
fi

[ -n "${MAKELEVEL:-}" ] || say "ready: make run" # make goes on by itself
