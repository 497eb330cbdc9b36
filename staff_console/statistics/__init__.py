"""The statistics pages: periods of the Jalali calendar, charts, tables that are shown and given out alike, the wall. Pure."""
