"""Where a request begins and ends on its connection; what HTTP forbids is refused, and read as no second request."""

import re
import socket
from contextlib import suppress

import httpx
import pytest

DIRECT = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
ASKED = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n"
HIDDEN = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKS = b"6\r\nASK {}\r\n0\r\n\r\n"
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"


def statuses(client: httpx.Client, *pieces: bytes) -> list[int]:
    """The statuses of all answers to what is sent in these pieces, the last of which ends the connection."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", answered(client, *pieces))]


def answered(client: httpx.Client, *pieces: bytes) -> bytes:
    answer = b""
    with (
        socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=10) as connection,
        suppress(ConnectionError),  # closed while we were still sending
    ):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        while received := connection.recv(65536):
            answer += received
    return answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(DIRECT + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS, 400, id="unknown_coding"),
        pytest.param(DIRECT + b"Transfer-Encoding: identity\r\n\r\nASK {}", 400, id="identity"),
        pytest.param(DIRECT + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKS, 501, id="coding_not_taken"),
        pytest.param(
            DIRECT.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS, 400, id="coding_in_1_0"
        ),
        pytest.param(DIRECT + b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS, 400, id="folded_header"),
        pytest.param(DIRECT + b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKS, 400, id="space_before_colon"),
        pytest.param(DIRECT + b"Transfer-Encoding: chunked\r\n\r\n6\nASK {}\n0\n\n", 400, id="bare_line_feeds"),
        pytest.param(DIRECT + b"Transfer-Encoding: chunked\r\n\r\n-6\r\nASK {}\r\n0\r\n\r\n", 400, id="chunk_below_0"),
        pytest.param(DIRECT + b"Content-Length: 6\r\nContent-Length: 6\r\n\r\nASK {}", 400, id="length_twice"),
        pytest.param(DIRECT + b"Content-Length: -1\r\n\r\nASK {}", 400, id="length_below_0"),
        pytest.param(DIRECT + b"Content-Length: 18446744073709551615\r\n\r\nASK {}", 413, id="length_of_64_bits"),
        pytest.param(ASKED + b"Host: y\r\n\r\n", 400, id="two_hosts"),
        pytest.param(ASKED.replace(b"Host: x", b"Host: x, y") + b"\r\n", 400, id="hosts_in_a_list"),
        pytest.param(ASKED.replace(b"Host: x", b"Host: a@b/c") + b"\r\n", 400, id="no_host"),
        pytest.param(ASKED + b"X: a\0b\r\n\r\n", 400, id="nul"),
        pytest.param(ASKED + b"X: a\rb: c\r\n\r\n", 400, id="bare_carriage_return"),
        pytest.param(ASKED.replace(b"GET", b"get") + b"\r\n", 400, id="method_in_small_letters"),
        pytest.param(ASKED.replace(b"1.1", b"2.0") + b"\r\n", 505, id="another_version"),
        pytest.param(b"CONNECT example.org:80 HTTP/1.1\r\nHost: example.org\r\n\r\n", 400, id="tunnel"),
        pytest.param(
            DIRECT + b"Transfer-Encoding: chunked\r\n\r\n6;" + b"x" * 500_000 + b"\r\nASK {}\r\n0\r\n\r\n",
            400,
            id="chunk_extension_without_end",
        ),
    ],
)
def test_a_request_of_doubtful_length_or_host_is_refused(client: httpx.Client, sent: bytes, status: int) -> None:
    told = statuses(client, sent, HIDDEN)
    assert told == [status] or (not told and len(sent) > 100_000)


@pytest.mark.parametrize("method", [b"GET", b"POST"])
@pytest.mark.parametrize("offer", [OFFER, b"Connection: Upgrade\r\nUpgrade: websocket\r\n"], ids=["h2c", "websocket"])
@pytest.mark.parametrize("split", [False, True])
def test_an_offer_of_another_protocol_is_passed_over(
    client: httpx.Client, method: bytes, offer: bytes, split: bool
) -> None:
    head, body = (ASKED + offer, b"") if method == b"GET" else (DIRECT + offer + b"Content-Length: 6\r\n", b"ASK {}")
    last = HIDDEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    pieces = (head + b"\r\n", body, HIDDEN, last) if split else (head + b"\r\n" + body + HIDDEN + last,)
    assert statuses(client, *pieces) == [200, 200, 200]


def test_what_follows_a_body_is_no_header(client: httpx.Client) -> None:
    chunks = b"6\r\nASK {}\r\n0\r\nAccept: text/csv\r\n\r\n"
    head = DIRECT + b"Accept: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = answered(client, head + chunks + ASKED + b"Connection: close\r\n\r\n")
    assert b"text/csv" not in answer
    assert b'{"head":{},"boolean":true}' in answer


def test_a_body_in_many_small_chunks_is_read(client: httpx.Client) -> None:
    query = b"ASK {} #" + b"x" * 30_000
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in query) + b"0\r\n\r\n"
    head = DIRECT + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert statuses(client, head + chunks) == [200]
