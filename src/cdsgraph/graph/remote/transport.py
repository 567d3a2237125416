"""HTTP to a store: what is sent may be sent again, so a fault that may pass is met by trying again, later each time."""

import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Final, TypeVar
from urllib.error import HTTPError, URLError
from urllib.request import HTTPErrorProcessor, Request, build_opener

from cdsgraph.errors import BusyError, EndpointError, EndpointTimeoutError
from cdsgraph.graph.remote.auth import Authentication, Credentials

_MAY_PASS: Final = frozenset({429, 502, 503, 504})
_FIRST_WAIT: Final = 0.5  # seconds
_LONGEST_WAIT: Final = 20.0
_CHALLENGES: Final = 2  # answers to a 401: a nonce may have lapsed
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Message
    body: bytes

    @property
    def said(self) -> str:
        """The body in a line to show, without markup."""
        return in_a_line(self.body)


class _AsItIs(HTTPErrorProcessor):
    """Gives every answer as it is, whatever its status."""

    def http_response(self, request: Request, response):  # type: ignore[no-untyped-def]
        """The response."""
        return response

    https_response = http_response


class Transport:
    """Sends requests with credentials; `timeout` is seconds a request may wait, `retries` how often one is repeated."""

    def __init__(self, credentials: Credentials, *, timeout: float, retries: int) -> None:
        self.timeout = timeout
        self.retries = retries
        self.authentication = Authentication(credentials)
        self._opener = build_opener(_AsItIs())

    def send(
        self, method: str, url: str, body: bytes | None = None, *, content_type: str = "", accept: str = "*/*"
    ) -> Reply:
        """The server's answer, be it a refusal. Raises EndpointError where there is none, or after the last try."""
        return self.trying(url, lambda: self._authenticated(method, url, body, content_type, accept))

    def trying(self, url: str, work: Callable[[], _T]) -> _T:
        """Do the work, again where it raises what may pass. Raises the last error."""
        for attempt in range(self.retries + 1):
            try:
                return work()
            except (AwayError, EndpointTimeoutError, UnreachableError) as error:
                if attempt == self.retries:
                    raise
                asked = error.retry_after if isinstance(error, AwayError) else 0.0
                time.sleep(min(_LONGEST_WAIT, max(asked, _FIRST_WAIT * 2**attempt)))
        raise EndpointError("nothing was tried", path=url)

    def _authenticated(self, method: str, url: str, body: bytes | None, content_type: str, accept: str) -> Reply:
        for _ in range(_CHALLENGES):
            reply = self._once(method, url, body, content_type, accept)
            if reply.status != 401 or not self.authentication.challenged(reply.headers):
                break
        else:
            reply = self._once(method, url, body, content_type, accept)
        if reply.status == 401:
            raise unauthorised(url, given=self.authentication.given)
        if reply.status in _MAY_PASS:
            raise busy(url, reply.status, reply.headers, reply.said)
        return reply

    def _once(self, method: str, url: str, body: bytes | None, content_type: str, accept: str) -> Reply:
        request = Request(url, data=body, method=method, headers={"Accept": accept, "User-Agent": "cdsgraph"})  # noqa: S310  # http(s), checked by the commands
        if body is not None:
            request.add_header("Content-Type", content_type)
        if authorization := self.authentication.header(method, url):
            request.add_header("Authorization", authorization)
        try:
            with self._opener.open(request, timeout=self.timeout) as response:
                return Reply(response.status, response.headers, response.read())
        except (URLError, HTTPException, OSError) as error:
            raise failure(url, error, self.timeout) from error


class AwayError(BusyError):
    """The server refuses for now; `retry_after` is the seconds it asks to wait."""

    retry_after: float = 0.0


class UnreachableError(EndpointError):
    """The server cannot be reached, or the connection broke; it may be back soon."""


def failure(url: str, error: Exception, timeout: float) -> EndpointError:
    """What an exception of a connection means."""
    reason = error.reason if isinstance(error, URLError) and not isinstance(error, HTTPError) else error
    if isinstance(reason, TimeoutError | socket.timeout):
        return EndpointTimeoutError(
            f"the endpoint did not answer within {timeout:g} s",
            path=url,
            remedy="ask for less, or allow more time with --timeout",
        )
    return UnreachableError(
        f"the endpoint cannot be reached: {reason}", path=url, remedy="check the address and that it runs"
    )


def unauthorised(url: str, *, given: bool) -> EndpointError:
    """What a 401 means."""
    if given:
        return EndpointError(
            "the endpoint does not accept these credentials", path=url, remedy="check user and password"
        )
    return EndpointError(
        "the endpoint asks for credentials", path=url, remedy="give --user and --password, or --token, or set them"
    )


def busy(url: str, status: int, headers: Message, said: str) -> AwayError:
    """What a status means that may pass: 429, 502, 503, 504."""
    error = AwayError(f"the endpoint is busy or away (HTTP {status}): {said}", path=url, remedy="try again later")
    told = headers.get("Retry-After", "")
    error.retry_after = float(told) if told.isdigit() else 0.0
    return error


def in_a_line(body: bytes) -> str:
    """An error's text in at most 300 characters of one line, without markup."""
    words = " ".join(re.sub(r"<[^>]*>", " ", body.decode("utf-8", "replace")).split())
    return words if len(words) <= 300 else words[:299] + "…"
