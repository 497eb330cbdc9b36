"""Copies of the ledger: made, proved, kept, lost, put back."""
