"""`nobat schedule`: the doctors' days for the clinic's web site and entrance: a page, a banner, and two files for programs."""
