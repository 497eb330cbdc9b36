"""What hands press on a USB numeric pad, for every device that has one: its keys, and the thread that reads them."""
