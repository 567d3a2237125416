"""The project's own files: ontology, schemes, shapes, queries, context and tables, and the links between them."""

from cdsgraph.checking.sources.whole import Checked, check, kind_of, narrowed, own, unchecked

__all__ = ["Checked", "check", "kind_of", "narrowed", "own", "unchecked"]
