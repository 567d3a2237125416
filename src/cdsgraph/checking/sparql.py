"""SPARQL text parsed once: a shape asks the same question of every focus node."""

from functools import lru_cache

from pyparsing import ParseException
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from cdsgraph.errors import ShapesError


@lru_cache(maxsize=1024)
def parsed(query: str) -> Query:
    """The algebra of a query. Raises ShapesError with line and column of a syntax error."""
    try:
        return prepareQuery(query)
    except ParseException as error:
        raise ShapesError(
            f"a SPARQL constraint cannot be parsed: {error.msg}: {error.line.strip()!r}",
            remedy="mend the sh:select text of the shape",
        ) from error
    except Exception as error:  # rdflib raises bare Exception for an unknown prefix
        raise ShapesError(
            f"a SPARQL constraint cannot be used: {error}",
            remedy="declare its prefixes by sh:declare",
        ) from error
