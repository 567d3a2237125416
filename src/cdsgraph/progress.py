"""How far a long run is: told by the work, shown by whoever asked for it."""

from typing import Protocol


class Progress(Protocol):
    """What a long run tells of itself."""

    def __call__(self, what: str, /, done: int = 0, total: int = 0) -> None:
        """What is being done now; with `total`, how many of the things that it is done with are through."""


def untold(what: str, /, done: int = 0, total: int = 0) -> None:
    """Nobody looks on."""
