"""The staff's web pages: reception, doctors' days, statistics, devices, on the site's own network."""
