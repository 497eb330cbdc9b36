"""The ledger's copies in people's hands: `nobat backup`, `copies`, `restore`, `promote`; and `waiting`, its list on paper."""
