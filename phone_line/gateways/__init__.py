"""The ways a text leaves the clinic: one small interface (`gateway.py`), a file for each gateway, no vendor's library."""
