"""The one shape of every program: a bounded inbox, a pure step, a loop that feeds the watchdog."""
