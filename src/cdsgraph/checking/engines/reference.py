"""The reference: pySHACL, with each query parsed once. SHACL and SHACL-SPARQL, W3C Recommendation of 2017."""

import warnings
from typing import Final

import pyshacl
from pyshacl.errors import ShapeRecursionWarning
from rdflib import Graph

from cdsgraph.checking.engines import reports
from cdsgraph.checking.rdffiles import DataGraph
from cdsgraph.checking.report import Result
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.errors import CdsgraphError, ShapesError

_REMEDY: Final = "mend the shape that the message names, or the values it is used on"


def check(data: DataGraph, shapes: Shapes, *, only: Graph | None = None, advanced: bool = False) -> tuple[Result, ...]:
    """The results on a graph, of all shapes or of a part of them, `only`.

    With `advanced` the shapes may use SHACL Advanced Features; their rules leave `data` as it is.
    Raises ShapesError where a shape cannot be used, or not on these data.
    """
    try:
        with warnings.catch_warnings():
            # rdflib compares a literal that does not fit its datatype in a way Python is about to forbid.
            warnings.filterwarnings("ignore", message="NotImplemented should not be used", category=DeprecationWarning)
            # It goes round a few times and then holds the data to agree.
            warnings.filterwarnings("error", category=ShapeRecursionWarning)
            _, found, text = pyshacl.validate(
                data,
                shacl_graph=shapes.graph if only is None else only,
                inplace=not advanced,
                advanced=advanced,
                inference="none",
            )
    except CdsgraphError:
        raise
    except ShapeRecursionWarning as error:
        raise ShapesError(
            "a shape refers to itself by way of data that come back to themselves, which SHACL leaves undefined",
            remedy="do without sh:node there, or use a SPARQL constraint with a path of any length",
        ) from error
    except Exception as error:  # of Python's own kinds too: a pattern, a comparison, a text that is no query
        raise ShapesError(str(error) or type(error).__name__, remedy=_REMEDY) from error
    if not isinstance(found, Graph):
        raise ShapesError(str(text), remedy=_REMEDY)
    return reports.results(found, shapes.written)
