"""Who we are to a server: Basic and Digest (RFC 7617, RFC 7616) when it asks, a bearer token (RFC 6750) at once."""

import base64
import threading
from dataclasses import dataclass
from email.message import Message
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or a token; empty for a server that asks for nothing."""

    user: str = ""
    password: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """Never the secrets: this may end up in a log."""
        return f"Credentials(user={self.user!r})"


class Authentication:
    """The Authorization header for one request after another; learns from the server's challenges. Thread-safe."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._scheme = "bearer" if credentials.token else ""
        self._challenge: dict[str, str] = {}
        self._passwords = HTTPPasswordMgrWithDefaultRealm()
        self._digest = AbstractDigestAuthHandler(self._passwords)
        self._lock = threading.Lock()

    @property
    def given(self) -> bool:
        """Whether there is anything to authenticate with."""
        return bool(self._credentials.token or self._credentials.user)

    def header(self, method: str, url: str) -> str | None:
        """The header's value, or None where the server has not asked yet."""
        with self._lock:
            if self._scheme == "bearer":
                return f"Bearer {self._credentials.token}"
            if self._scheme == "basic":
                pair = f"{self._credentials.user}:{self._credentials.password}"
                return f"Basic {base64.b64encode(pair.encode()).decode()}"
            if self._scheme == "digest":
                self._passwords.add_password(None, url, self._credentials.user, self._credentials.password)
                told = self._digest.get_authorization(Request(url, method=method), self._challenge)  # noqa: S310  # not opened
                return f"Digest {told}" if told else None
            return None

    def challenged(self, headers: Message) -> bool:
        """Take in what a 401 asks for; whether the request is worth sending again."""
        if not self._credentials.user or self._credentials.token:
            return False
        with self._lock:
            for told in headers.get_all("WWW-Authenticate", []):
                scheme, _, rest = told.partition(" ")
                if scheme.lower() == "digest":
                    fresh = parse_keqv_list(parse_http_list(rest))
                    refused = self._scheme == "digest" and fresh.get("stale", "").lower() != "true"
                    repeated = refused and fresh.get("nonce") == self._challenge.get("nonce")
                    self._scheme, self._challenge = "digest", fresh
                    return not repeated
                if scheme.lower() == "basic":
                    known = self._scheme == "basic"
                    self._scheme = "basic"
                    return not known
        return False
