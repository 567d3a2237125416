"""Files that are made once for a version, each by a guarded child process."""
