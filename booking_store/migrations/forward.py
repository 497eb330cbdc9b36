"""`python -m booking_store.migrations.forward`: the ledger of $NOBAT_DATABASE is brought to this release's tables.

No store may run. Older releases ask a newer one for it (`nobat upgrade`): this name stays.
"""

import os
import sys

from booking_store import database


def main() -> int:
    """The exit status: 0 it has them, 1 not, and why."""
    try:
        database.close(database.open_for_writing(os.environ["NOBAT_DATABASE"]))
    except database.LedgerError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
