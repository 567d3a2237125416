"""Offsets in a text to lines and columns, and back to a Place. Both count from 1; a column is a code point."""

from bisect import bisect_right
from collections.abc import Iterator

from cdsgraph.checking.report import Place


class Lines:
    """Where the lines of a text begin. A line ends at a line feed; a carriage return before it belongs to the line."""

    __slots__ = ("_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *_after_line_feeds(text)]

    def __len__(self) -> int:
        return len(self._starts)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the code point at an offset from 0; an offset behind the text is taken as its end."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a column of a line. Raises IndexError where there is no such line."""
        return self._starts[line - 1] + column - 1

    def line(self, number: int) -> str:
        """The words of a line, without its line feed. Raises IndexError where there is no such line."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end]

    def between(self, path: str, start: int, end: int, *, span: tuple[int, int] | None = None) -> Place:
        """The place of the code points from `start` up to `end` in the file that `path` names."""
        return Place(path, *self.place(start), *self.place(end), span=span)


def _after_line_feeds(text: str) -> Iterator[int]:
    at = text.find("\n")
    while at >= 0:
        yield at + 1
        at = text.find("\n", at + 1)
