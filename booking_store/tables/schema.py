"""What all tables share: the names of their constraints, and a column that holds one of a few words."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import CheckConstraint, MetaData

metadata: Final = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """The constraint that `column` holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
