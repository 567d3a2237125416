"""A request that is refused, told in words that pages have in both languages."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException


class Refusal(HTTPException):
    """A refusal by the key of its words in `pages/texts/` and what stands in their `{places}`."""

    def __init__(
        self, status: int, key: str, /, *, headers: Mapping[str, str] | None = None, **values: str | int
    ) -> None:
        super().__init__(status, key, headers)
        self.values = values
