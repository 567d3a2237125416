"""Who is loading a store: a line in the record kept there, so that a second push is refused while one runs.

SPARQL has no way to write only if nobody else has. So a push looks, writes its line and looks again: of two that begin
together at least one sees the other and gives way.
"""

import os
import re
import socket
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from secrets import token_hex
from typing import Final, Self

STALE: Final = timedelta(minutes=5)  # without a sign of life
RENEWED: Final = timedelta(seconds=20)  # how often a push gives one
_WRITTEN: Final = re.compile(r"([0-9a-f]{16}) ([0-9a-f]{12}) (\d{1,10}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z")


@dataclass(frozen=True, slots=True)
class Lock:
    """A push: its token, the machine (a hash of its name) and process it runs in, when it last gave a sign of life."""

    token: str
    machine: str
    process: int
    seen: datetime

    @classmethod
    def mine(cls) -> Self:
        """A new one of this process."""
        return cls(token_hex(8), _machine(), os.getpid(), _now())

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The one that a text of the record tells; None for other words."""
        if match := _WRITTEN.fullmatch(text):
            return cls(match[1], match[2], int(match[3]), datetime.fromisoformat(match[4]).replace(tzinfo=UTC))
        return None

    def __str__(self) -> str:
        """As the record writes it."""
        return f"{self.token} {self.machine} {self.process} {self.seen:%Y-%m-%dT%H:%M:%S}Z"

    @property
    def quiet(self) -> timedelta:
        """How long ago the last sign of life was, by this machine's clock."""
        return _now() - self.seen

    @property
    def stale(self) -> bool:
        """Whether the push has surely ended: nothing heard for long, or its process on this machine is gone."""
        return self.quiet > STALE or (self.machine == _machine() and not _runs(self.process))

    def renewed(self) -> Self:
        """The same with a sign of life now."""
        return replace(self, seen=_now())


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@cache
def _machine() -> str:
    # Hashed: the store may be public.
    return sha256(socket.gethostname().encode()).hexdigest()[:12]


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
