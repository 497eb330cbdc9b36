"""The fixtures of the store's tests, for its upgrades."""

from tests.store.conftest import (  # noqa: F401  pytest finds fixtures by their names here
    postgresql_server,
)
