"""Who may sign in at a site's broker: `nobat enroll`, `nobat join`, `nobat revoke`."""
