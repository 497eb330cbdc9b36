"""How the tables came to be what they are: Alembic's steps, forward only."""
