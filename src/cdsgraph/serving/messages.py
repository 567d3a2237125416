"""What the front and a worker process say to each other over pipes.

A message is one byte for its kind, four bytes for the length of the payload (big-endian), and the payload.
"""

import json
import struct
from dataclasses import dataclass
from typing import Final

import orjson

from cdsgraph.errors import (
    CdsgraphError,
    DatasetError,
    FormatError,
    QueryError,
    RdfError,
    TooComplexError,
    TooLargeError,
)

READY: Final = b"R"
REQUEST: Final = b"Q"
ACCEPTED: Final = b"A"
MEDIA_TYPE: Final = b"M"
BODY: Final = b"B"
FAILED: Final = b"F"

HEAD_LENGTH: Final = 5
_HEAD = struct.Struct(">cI")
_ERRORS = {
    error.__name__: error
    for error in (CdsgraphError, DatasetError, FormatError, QueryError, RdfError, TooComplexError, TooLargeError)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRequest:
    """A query with its dataset (empty: that of the query, else the whole) and the media types wanted of its answer.

    `results_media_type` is for SELECT and ASK, `graph_media_type` for CONSTRUCT and DESCRIBE; None: the client takes
    no such answer. `timeout` (seconds) can only lower the server's limit.
    """

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    results_media_type: str | None
    graph_media_type: str | None
    timeout: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer in UTF-8, and its media type without parameters."""

    media_type: str
    body: bytes


def pack(kind: bytes, payload: bytes = b"") -> bytes:
    """The bytes of one message."""
    return _HEAD.pack(kind, len(payload)) + payload


def unpack_head(head: bytes) -> tuple[bytes, int]:
    """Kind and payload length from the first `HEAD_LENGTH` bytes of a message."""
    kind, length = _HEAD.unpack(head)
    return kind, length


def pack_request(request: QueryRequest) -> bytes:
    """The message that asks for an answer."""
    return pack(REQUEST, orjson.dumps(request))


def unpack_request(payload: bytes) -> QueryRequest:
    """The request in a message's payload."""
    fields = orjson.loads(payload)
    fields["default_graphs"] = tuple(fields["default_graphs"])
    fields["named_graphs"] = tuple(fields["named_graphs"])
    return QueryRequest(**fields)


def pack_error(error: CdsgraphError) -> bytes:
    """The message that tells why there is no answer."""
    path = None if error.path is None else str(error.path)
    told = {"message": error.message, "path": path, "line": error.line, "column": error.column, "remedy": error.remedy}
    return pack(FAILED, json.dumps({"class": type(error).__name__, **told}).encode())


def unpack_error(payload: bytes) -> CdsgraphError:
    """The error in a message's payload, of the class it had on the other side."""
    told = json.loads(payload)
    return _ERRORS.get(told.pop("class"), CdsgraphError)(told.pop("message"), **told)
