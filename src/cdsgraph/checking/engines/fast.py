"""The faster engine: pyshacl-turbo, compiled code behind pySHACL's own interface. An extra: `cdsgraph[fast]`."""

from importlib.util import find_spec

from rdflib import Graph

from cdsgraph.checking.engines import reports
from cdsgraph.checking.rdffiles import DataGraph
from cdsgraph.checking.report import Result
from cdsgraph.errors import ShapesError


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("pyshacl_turbo") is not None


def check(data: DataGraph, shapes: Graph, written: Graph) -> tuple[Result, ...]:
    """The results on a graph of shapes that are `written` so in their files.

    Raises ShapesError where the engine cannot use a shape, or not on these data.
    """
    import pyshacl_turbo  # an extra, and slow to import

    try:
        # As a graph and not as a store: of a store it takes "x" and "x"^^xsd:string for different strings.
        _, found, text = pyshacl_turbo.validate(data, shacl_graph=shapes, inference="none")
    except Exception as error:  # of Python's own kinds too
        raise ShapesError(str(error) or type(error).__name__) from error
    if not isinstance(found, Graph):
        raise ShapesError(str(text))
    return reports.results(found, written)
