"""`nobat backup`, `copies`, `restore`, `promote`: the ledger's copies in people's hands."""
