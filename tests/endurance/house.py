"""A whole clinic for endurance: its real programs on their twins, which keep no picture and no sound, so that nothing grows
that would not grow in a clinic."""

import time
from pathlib import Path
from typing import Final

from benchmarks.clinic import HOUSE
from command_line.demo.clinic import Clinic as House
from program.settings import Broker
from tests.broker import answers

SITE: Final = f"""
schema = 1
id = "house"
{HOUSE}[[zones]]
id = "hall-1"
name = {{ fa = "سالن ۱" }}
speaker = "waiting-room-1"
[[points]]
id = "counter-1"
kind = "counter"
label = 1
zone = "hall-1"
stages = ["reception"]
[[devices]]
id = "kiosk-1"
role = "kiosk"
zone = "hall-1"
[[devices]]
id = "counter-1"
role = "counter"
points = ["counter-1"]
[[devices]]
id = "waiting-room-1"
role = "waiting_room"
zone = "hall-1"
[[devices]]
id = "phone-1"
role = "phone"
[[devices]]
id = "operator"
role = "operator"
"""


def quiet_house(folder: Path, site: str) -> House:
    """The clinic of this site file; nothing runs yet."""
    site_file = folder / "house.toml"
    site_file.write_text(site, encoding="utf-8")
    house = House(site_file, folder / "house", folder / "out", windows=False)
    for file in house.folder.glob("*.toml"):
        lines = file.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith(("keep_pictures", "keep_announcements"))]
        file.write_text("\n".join(kept).replace('driver = "disk"', 'driver = "dummy"') + "\n", encoding="utf-8")
    return house


def start_broker(house: House) -> None:
    """Start its broker, and come back when it answers."""
    house.start_broker()
    while not answers(house.port):
        time.sleep(0.01)


def login_of(house: House, account: str) -> Broker:
    """How this account signs in at the house's broker."""
    return Broker(port=house.port, password_file=str(house.folder / "broker" / "secrets" / account))


__all__ = ["SITE", "House", "login_of", "quiet_house", "start_broker"]
