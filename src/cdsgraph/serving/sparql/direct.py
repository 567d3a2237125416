"""The SPARQL endpoint without the framework's routing, which would cost more than an answer that is kept.

The routes of `sparql` stay what is documented; here the same functions are called, and failures told the same way.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cdsgraph.errors import CdsgraphError
from cdsgraph.serving.operations.problems import problem_of, problem_of_http
from cdsgraph.serving.sparql import endpoint

_ANSWERED: Final[Mapping[str, Callable[[Request], Awaitable[Response]]]] = {
    "GET": endpoint.query_by_get,
    "POST": endpoint.query_by_post,
}
_ROUTE: Final[BaseRoute] = next(r for r in endpoint.router.routes if isinstance(r, Route) and r.path == endpoint.PATH)


class Direct:
    """ASGI middleware that answers queries itself and leaves the rest to the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answered = (
            _ANSWERED.get(scope["method"]) if scope["type"] == "http" and scope["path"] == endpoint.PATH else None
        )
        if answered is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = _ROUTE
        request = Request(scope, receive, send)
        try:
            response = await answered(request)
        except CdsgraphError as error:
            response = problem_of(request, error)
        except HTTPException as error:
            response = problem_of_http(request, error)
        await response(scope, receive, send)
