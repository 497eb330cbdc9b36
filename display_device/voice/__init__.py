"""Which call is spoken now, and which were spoken before a restart."""
