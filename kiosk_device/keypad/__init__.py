"""The kiosk's twelve keys and where they come from: a matrix on GPIO, a USB pad, or the desktop's keyboard."""
