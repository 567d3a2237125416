"""What stands on a page of a PDF and where: words, lines, tables. Points from the upper left corner, down and right."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.y1 - self.y0

    def beside(self, other: "Box") -> bool:
        """Whether the two stand on one line of print: half of the lower one's height in common."""
        common = min(self.y1, other.y1) - max(self.y0, other.y0)
        return common >= 0.5 * min(self.height, other.height)


def around(boxes: "list[Box]") -> Box:
    """The least box around all of them."""
    return Box(
        min(box.x0 for box in boxes), min(box.y0 for box in boxes),
        max(box.x1 for box in boxes), max(box.y1 for box in boxes),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word, its box and the size of its print."""

    text: str
    box: Box
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line of print without a wide gap; `left` and `right` are the edges of the column it stands in."""

    words: tuple[Word, ...]
    box: Box
    left: float = 0.0
    right: float = 0.0

    @property
    def text(self) -> str:
        """The words with a blank between them."""
        return " ".join(word.text for word in self.words)

    @property
    def indent(self) -> float:
        """How far from its column's left edge the line begins."""
        return self.box.x0 - self.left

    @property
    def size(self) -> float:
        """The size of most of its print."""
        sizes: dict[float, int] = {}
        for word in self.words:
            sizes[word.size] = sizes.get(word.size, 0) + len(word.text)
        return max(sizes, key=lambda size: sizes[size])


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as they are read, empty ones included."""

    rows: tuple[tuple[str, ...], ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as the file gives it: words in the file's order, upright and level rules, whether it is a picture."""

    words: list[Word]
    rules: list[Box] = field(default_factory=list)
    picture: bool = False


def line_of(words: "list[Word]") -> Line:
    """The line that the words make, from left to right."""
    ordered = sorted(words, key=lambda word: word.box.x0)
    return Line(tuple(ordered), around([word.box for word in ordered]))


def run_on(first: str, second: str) -> str:
    """Two pieces of a broken line as one: what ends in an attached hyphen or stroke ("749/QĐ-") goes on at once."""
    attached = len(first) > 1 and first[-1] in "-/" and not first[-2].isspace() and second[:1].isalnum()
    return f"{first}{second}" if attached else f"{first} {second}"
