#!/bin/sh
# Makes this machine a part of the clinic: sudo ./install.sh --role kiosk. What it would do: --dry-run. All of it: docs/install.md.
set -eu
cd "$(dirname "$0")"
command -v python3 >/dev/null || apt-get install -y --no-install-recommends python3 || {
    echo "python3 is not here, and apt-get could not fetch it: as root and with internet, or from Debian's disc, once" >&2
    exit 2
}
exec python3 -m installing "$@"
