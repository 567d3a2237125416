"""Measurements that are too long for the tests, or that write a report."""
