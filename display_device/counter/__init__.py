"""A counter's or a room's desk: buttons and pad to wishes, wishes to presses, snapshots to what the clerk sees."""
