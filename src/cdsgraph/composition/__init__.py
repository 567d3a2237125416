"""What a version was composed of, kept on disk, so that after few changes only what they bear on is composed anew.

Nothing here is needed for a version to be right: what is missing, damaged, half changed or made by other rules is
thrown away, and everything is composed.
"""
