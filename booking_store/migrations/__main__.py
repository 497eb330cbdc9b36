"""Write the next migration: what the tables say and the newest migration does not make yet."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from booking_store import database


def main() -> None:
    """`python -m booking_store.migrations "why"`: one new file in versions/, numbered on, for a person to read."""
    with tempfile.TemporaryDirectory() as folder:
        opened = database.open_for_writing(f"sqlite:///{folder}/ledger.sqlite")
        config = database.migrations_config(opened.connection)
        number = len(list((Path(__file__).parent / "versions").glob("[0-9]*.py"))) + 1
        command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{number:04}")
        database.close(opened)


if __name__ == "__main__":
    main()
