"""Only what changed, and what depends on it: the findings that a full check has there, without the full check.

A check of a focus node reads the triples along its walks (`automaton`). So a changed triple matters to the focus nodes
that some walk leads from to it, in the old graph or in the new one (`walking`). Those are validated, by shapes whose
targets are just these nodes, on the triples that they may read.
"""

from cdsgraph.checking.changed.validate import Side, Since, validate_changed

__all__ = ["Side", "Since", "validate_changed"]
