"""Classes drawn as SVG: each a box of its properties, with a line from a property to the class that it leads to."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from documenting.model import Class

_ROW: Final = 18
_HEAD: Final = 42
_GAP: Final = 22
_BOX: Final = 330
_BETWEEN: Final = 150
_FAR: Final = 230
_MARGIN: Final = 8
# Read as an image, a drawing knows nothing of the page's colours: its own hold on white and on black.
_STYLE: Final = (
    "text{font:12px 'Be Vietnam Pro',system-ui,sans-serif;fill:#1b2733}"
    ".name{font-weight:600;font-size:13px}.quiet{fill:#4a5a6a;font-size:11px}"
    "rect{fill:#fff;stroke:#51677d;stroke-width:1}.head{fill:#e6eef5}.far{fill:#f4f1e8}"
    "path{fill:none;stroke:#51677d;stroke-width:1}"
)


def drawing(classes: Sequence[Class], title: str) -> str:
    """The drawing of some classes; what they lead to stands on the right."""
    rows: list[tuple[float, str]] = []
    boxes: list[str] = []
    top: float = _MARGIN
    for each in classes:
        boxes += _box(each, top)
        rows += [
            (top + _HEAD + _ROW * at + _ROW / 2, one.range) for at, one in enumerate(each.properties) if one.to_class
        ]
        top += _HEAD + _ROW * len(each.properties) + _GAP
    left, far = _MARGIN + _BOX, _MARGIN + _BOX + _BETWEEN
    places = _places(rows)
    lines = [_line(left, y, far, places[name]) for y, name in rows]
    targets = [
        part
        for name, y in places.items()
        for part in (
            f'<rect class="far" x="{far}" y="{y - 12:g}" width="{_FAR}" height="24" rx="3"/>',
            f'<text x="{far + 10}" y="{y + 4:g}">{escape(name)}</text>',
        )
    ]
    height = max([top - _GAP, *(y + 14 for y in places.values())]) + _MARGIN
    width = far + _FAR + _MARGIN if places else left + _MARGIN
    told = f"{title}: {', '.join(each.name for each in classes)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}" '
        f'role="img"><title>{escape(title)}</title><desc>{escape(told)}</desc><style>{_STYLE}</style>\n'
        f'<rect x="0" y="0" width="{width}" height="{height:g}" style="stroke:none"/>\n'
        + "\n".join([*lines, *boxes, *targets])
        + "\n</svg>\n"
    )


def _box(each: Class, top: float) -> list[str]:
    height = _HEAD + _ROW * len(each.properties)
    label = each.labels.get("vi", "")
    parents = ", ".join(each.parents)
    second = " · ".join(part for part in (label, f"⊂ {parents}" if parents else "") if part)
    parts = [
        f'<rect x="{_MARGIN}" y="{top:g}" width="{_BOX}" height="{height}" rx="3"/>',
        f'<rect class="head" x="{_MARGIN}" y="{top:g}" width="{_BOX}" height="{_HEAD}" rx="3"/>',
        f'<text class="name" x="{_MARGIN + 10}" y="{top + 17:g}">{escape(each.name)}</text>',
        f'<text class="quiet" x="{_MARGIN + 10}" y="{top + 34:g}">{escape(_cut(second, 56))}</text>',
    ]
    for at, one in enumerate(each.properties):
        y = top + _HEAD + _ROW * at + 13
        parts.append(f'<text x="{_MARGIN + 10}" y="{y:g}">{escape(one.name)}</text>')
        if one.range and not one.to_class:
            x = _MARGIN + _BOX - 10
            parts.append(f'<text class="quiet" x="{x}" y="{y:g}" text-anchor="end">{escape(one.range)}</text>')
    return parts


def _places(rows: Sequence[tuple[float, str]]) -> dict[str, float]:
    """Where each class on the right stands: as near as may be to the middle of the lines that lead to it."""
    wanted: dict[str, list[float]] = {}
    for y, name in rows:
        wanted.setdefault(name, []).append(y)
    places: dict[str, float] = {}
    free: float = _MARGIN + 14
    for name in sorted(wanted, key=lambda each: (sum(wanted[each]) / len(wanted[each]), each)):
        places[name] = max(free, sum(wanted[name]) / len(wanted[name]))
        free = places[name] + 32
    return places


def _line(left: float, y: float, far: float, to: float) -> str:
    bend = (far - left) / 2
    return f'<path d="M{left:g} {y:g}C{left + bend:g} {y:g} {far - bend:g} {to:g} {far:g} {to:g}"/>'


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
