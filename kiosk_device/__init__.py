"""The kiosk: a code or a choice typed, a number asked for, a ticket on paper, and no promise forgotten."""
