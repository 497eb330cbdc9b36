"""Installing, booting and pulling the plug in real Debian root file systems, as root, in minutes: `make test-install` and
`make test-arm64` (docs/install.md). No file here is named like a test, so that `make test` leaves them alone."""
