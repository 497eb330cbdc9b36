"""The site's TOML file: read, checked, explained, compared. Everybody else imports from here."""

from booking_store.site_file.changes import describe_changes
from booking_store.site_file.reading import SiteFileError, parse_site, read_site
from booking_store.site_file.table import jalali, parse_jalali

__all__ = ["SiteFileError", "describe_changes", "jalali", "parse_jalali", "parse_site", "read_site"]
