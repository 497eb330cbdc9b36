"""Run inside a root, by its own Python: a small clinic's programs on their twins, what each weighs and takes at rest.

A processor that is played by software makes everything slow: the patience of a benchmark is stretched."""

import tempfile
from pathlib import Path

from benchmarks import devices

STRETCHED = 30
TELEPHONE = '[[devices]]\nid = "phone-1"\nrole = "phone"\n'


def main() -> None:
    """One line a program: seconds to READY=1, megabytes resident, percent of a core at rest."""
    devices.PATIENCE_SECONDS = devices.PATIENCE_SECONDS * STRETCHED  # type: ignore[misc]
    devices.SITE = devices.SITE + TELEPHONE  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder, devices.running_house(Path(folder) / "house", 10) as house:
        ready = {one.id: devices.start_device(house, one) for one in house.site.devices if one.role != "operator"}
        ready["booking_store"] = float("nan")
        for one in devices.weigh(house, ready):
            print(f"{one.device} = [{one.ready_seconds:.1f}, {one.resident_mb:.0f}, {one.idle_percent:.1f}]", flush=True)


if __name__ == "__main__":
    main()
