"""The files of `static/`: kept for a year where the address names the content, else asked after each time."""

import hashlib
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

FOLDER: Final = Path(__file__).parent / "static"


@cache
def mark(name: str) -> str:
    """What stands for the content of a file in its address (`?v=…`)."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:8]


class MarkedFiles(StaticFiles):
    """Static files whose addresses may carry the mark of their content."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        """The file; 404 where there is none."""
        answer = await super().get_response(path, scope)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("v")
        if answer.status_code < 400:
            kept = given == [mark(path)]
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
        return answer
