#!/bin/sh
# sudo ./switch.sh on|off: the card is read only from the next start on, or may be written again. docs/read-only.md
set -eu
cd "$(dirname "$0")"
say() { printf 'nobat: %s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "only root may do this: sudo"

overlay() { # on | off | look: only whether it can be switched
    if command -v raspi-config >/dev/null; then
        case $1 in on) raspi-config nonint enable_overlayfs ;; off) raspi-config nonint disable_overlayfs ;; esac
    elif command -v overlayroot-chroot >/dev/null; then
        command -v busybox >/dev/null || fail "overlayroot would do nothing at the start: it wants busybox there (apt install busybox)"
        case $1 in
        on) echo 'overlayroot="tmpfs"' >/etc/overlayroot.local.conf ;;
        off) never_again ;;
        esac
    else
        fail "neither raspi-config nor overlayroot is here (apt install overlayroot)"
    fi
}

# overlayroot-chroot would do it too, and fails afterwards where a program has /run in use.
never_again() {
    card=
    if [ "$(findmnt -n -o FSTYPE /)" = overlay ]; then
        card=/media/root-ro
        mount -o remount,rw "$card"
    fi
    rm -f "$card/etc/overlayroot.local.conf"
    sync
    [ -z "$card" ] || mount -o remount,ro "$card" || say "the card stays writable until the next start"
}

keep() { # PLACE FOLDER: what is there goes onto the partition; where the partition lies over it already, that has the newer
    ! mountpoint -q "$1" || return 0
    mkdir -p "$1"
    rm -rf "/data/.$2.new" # of a copy that was cut off
    cp -a "$1" "/data/.$2.new"
    sync
    [ ! -e "/data/$2" ] || { rm -rf "/data/.$2.old" && mv "/data/$2" "/data/.$2.old"; }
    mv "/data/.$2.new" "/data/$2"
}

# Where the partition is missing one day, the device starts with what the card has below it: who it is, and nothing of what it
# had promised by now, so that a kiosk asks the store for its highest number instead of giving one twice.
leave_on_the_card() {
    unshare --mount sh -euc '
        mount --bind / /mnt
        cp -a /data/etc/. /mnt/etc/nobat/
        find /mnt/var/lib/nobat -mindepth 1 -delete
        sync'
}

case ${1:-} in
on)
    [ "$(findmnt -n -o FSTYPE /)" != overlay ] || fail "the card is read-only already"
    [ -e /dev/disk/by-label/nobat-data ] || fail "no partition is labelled nobat-data: mkfs.ext4 -L nobat-data /dev/…"
    overlay look
    cp -- data.mount what-stays.service /etc/systemd/system/
    systemctl daemon-reload
    systemctl start data.mount
    systemctl stop 'nobat-*' # what a program writes after it was copied would be gone: a number that a kiosk promised
    keep /etc/nobat etc
    keep /var/lib/nobat state
    keep /var/log/journal journal
    keep /var/lib/systemd/timesync timesync
    systemctl -q enable data.mount
    systemctl -q enable --now what-stays.service
    leave_on_the_card
    overlay on
    say "the card is read-only from the next start on, and the programs are stopped until then: sudo reboot"
    ;;
off)
    overlay off
    say "the card may be written from the next start on: sudo reboot"
    ;;
*) fail "switch.sh on|off" ;;
esac
