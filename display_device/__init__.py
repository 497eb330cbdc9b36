"""Counter, room and waiting room: what is called is shown at once, spoken next, and asked for by a press."""
