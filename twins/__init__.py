"""Hardware that behaves without being there: pins and keys driven over a socket, a printer that prints into a folder."""
