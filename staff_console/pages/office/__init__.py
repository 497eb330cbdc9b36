"""The officers' pages of an insurance office; their words and numbers are made in staff_console/office/."""
