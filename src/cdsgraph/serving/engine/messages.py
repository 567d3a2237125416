"""What the front and a worker process say to each other over a socket.

A message is one byte for its kind, four bytes for the length of the payload (big-endian), and the payload.
"""

import json
import struct
from dataclasses import dataclass
from typing import Final

import orjson

from cdsgraph.errors import (
    BusyError,
    CdsgraphError,
    DatasetError,
    FormatError,
    QueryError,
    RdfError,
    ShapesError,
    TooComplexError,
    TooLargeError,
)
from cdsgraph.serving.engine.spool import Spooled
from cdsgraph.text import Language

READY: Final = b"R"
REQUEST: Final = b"Q"
ACCEPTED: Final = b"A"
MEDIA_TYPE: Final = b"M"
BODY: Final = b"B"
FILE: Final = b"L"  # in place of BODY: the name of the file that holds it
FAILED: Final = b"F"

HEAD_LENGTH: Final = 5
_HEAD = struct.Struct(">cI")
_ERRORS = {
    error.__name__: error
    for error in (
        BusyError,
        CdsgraphError,
        DatasetError,
        FormatError,
        QueryError,
        RdfError,
        ShapesError,
        TooComplexError,
        TooLargeError,
    )
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
    """A whole answer in UTF-8, in memory or in a file, and its media type without parameters."""

    media_type: str
    content: bytes | Spooled

    @property
    def body(self) -> bytes:
        """The answer in memory."""
        return self.content if isinstance(self.content, bytes) else self.content.read()

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.size


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """RDF to check: its ending (.ttl), what relative IRIs in it are resolved against, how the report is written.

    `fail_on` is the least severity at which the data do not pass.
    """

    content: bytes
    ending: str
    base_iri: str
    form: str
    language: Language
    fail_on: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A written report, whether the data pass, and notes on what was left out."""

    body: bytes
    passes: bool
    notes: tuple[str, ...]


def pack_check(request: CheckRequest) -> bytes:
    """The message that asks for a report."""
    told = {name: getattr(request, name) for name in ("ending", "base_iri", "form", "language", "fail_on")}
    return pack(REQUEST, json.dumps(told).encode() + b"\n" + request.content)


def unpack_check(payload: bytes) -> CheckRequest:
    """The request in a message's payload."""
    head, _, content = payload.partition(b"\n")
    return CheckRequest(content=content, **json.loads(head))


def pack_checked(checked: Checked) -> bytes:
    """The messages that bring a report."""
    head = json.dumps({"passes": checked.passes, "notes": checked.notes}).encode()
    return pack(MEDIA_TYPE) + pack(BODY, head + b"\n" + checked.body)


def unpack_checked(payload: bytes) -> Checked:
    """The report in a message's payload."""
    head, _, body = payload.partition(b"\n")
    told = json.loads(head)
    return Checked(body, told["passes"], tuple(told["notes"]))


def pack_error(error: CdsgraphError) -> bytes:
    """The message that tells why there is no answer."""
    path = None if error.path is None else str(error.path)
    told = {"message": error.message, "path": path, "line": error.line, "column": error.column, "remedy": error.remedy}
    return pack(FAILED, json.dumps({"class": type(error).__name__, **told}).encode())


def unpack_error(payload: bytes) -> CdsgraphError:
    """The error in a message's payload, of the class it had on the other side."""
    told = json.loads(payload)
    return _ERRORS.get(told.pop("class"), CdsgraphError)(told.pop("message"), **told)
