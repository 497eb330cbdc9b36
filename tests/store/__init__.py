"""The store: ledger, desk, notices, and the program as a whole."""
