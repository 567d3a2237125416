"""The programme at a glance."""
