"""Descriptions of things and how triples are written."""
