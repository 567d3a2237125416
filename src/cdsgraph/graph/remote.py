"""Queries on a remote SPARQL 1.1 endpoint, through SPARQLWrapper."""

from http.client import HTTPException
from urllib.error import HTTPError, URLError

from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

from cdsgraph.errors import EndpointError, QueryError


def ask(endpoint: str, query: str, *, media_type: str, timeout: int = 30) -> tuple[str, bytes]:
    """The endpoint's answer to a query: media type and body.

    `timeout` is in seconds. Raises QueryError when the endpoint refuses the query, EndpointError when it cannot be
    reached or fails.
    """
    wrapper = SPARQLWrapper(endpoint)
    wrapper.setMethod(POST)
    wrapper.setTimeout(timeout)
    wrapper.setQuery(query)
    # SPARQLWrapper's own table of formats lacks some types; the header is what counts.
    wrapper.addCustomHttpHeader("Accept", media_type)
    try:
        response = wrapper.query().response
        return response.headers.get_content_type(), response.read()
    except SPARQLExceptions.QueryBadFormed as error:
        raise QueryError("the endpoint refused the query as malformed", path=endpoint, remedy=_told(error)) from error
    except (SPARQLExceptions.SPARQLWrapperException, HTTPError) as error:
        raise EndpointError(f"the endpoint answered with an error: {_told(error)}", path=endpoint) from error
    except (URLError, TimeoutError, HTTPException, OSError) as error:
        raise EndpointError(
            f"the endpoint cannot be reached: {error}", path=endpoint, remedy="check the address and that it runs"
        ) from error


def _told(error: Exception) -> str:
    words = " ".join(str(error).split())
    return words if len(words) <= 300 else words[:299] + "…"
