"""What pages need of a version and what takes a process of its own to make: checks and comparisons, ready on disk."""
