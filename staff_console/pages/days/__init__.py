"""Doctors' days: the week, absences, sessions, holidays and the calendar."""
