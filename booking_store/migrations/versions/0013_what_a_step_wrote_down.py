"""What an officer wrote down at a step: a case's history tells its household from its receipt, its notes and its answers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

ITSELF_ONLY = {"resolve_fks": False}
"""SQLite makes the table anew from what it reads of it. The tables that it points to need not be read."""
RECORDED = "recorded IN ('household', 'receipt', 'no_receipt', 'najva', 'answers', 'note', 'heard')"


def upgrade() -> None:
    """Forward only: going back is putting the backup back. Of the steps before nobody knows what they wrote."""
    with op.batch_alter_table("case_steps", reflect_kwargs=ITSELF_ONLY) as steps:
        steps.add_column(sa.Column("recorded", sa.String()))
        steps.create_check_constraint("recorded", RECORDED)
        steps.create_check_constraint("recorded_act", "recorded IS NULL OR act = 'record'")
