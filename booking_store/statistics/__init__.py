"""Statistics of days, weeks and months: what is counted is read here beside the running store, and reckoned apart from that."""
