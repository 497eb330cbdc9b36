"""Each view of the kiosk as a picture: choosing.py, answering.py, idling.py; picture.py picks the right one."""
