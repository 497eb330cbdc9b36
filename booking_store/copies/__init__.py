"""Copies of the ledger: made beside a running store, proved by reading them back, kept by a rule, put back when it must be."""
