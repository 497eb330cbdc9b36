"""The voice menu, pure: `menu.py` has its table, the other files what the table names."""
