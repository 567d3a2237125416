"""The page of what the data leave open: slips, conflicts, ambiguities, checks, coverage."""
