"""The ledger: statements with tests, and what the data say of each, then and now."""
