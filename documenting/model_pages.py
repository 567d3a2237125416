"""`docs/model.md` and its Vietnamese twin, with a drawing for each section of the ontology."""

import re
from collections.abc import Mapping
from typing import Final

from documenting.diagrams import drawing
from documenting.model import ELSEWHERE, Class

_NOTE: Final = "<!-- Made by `python -m documenting`; do not edit. -->"
_HEADS: Final = {
    "en": (
        "# The model\n\n" + _NOTE + "\n\nEvery class of the vocabulary with the properties that the shapes ask of its "
        "things, section by section as in `ontology/cds.ttl`. A line leads from a property to the class of its values. "
        "The prefixes are those of `ontology/context.jsonld`. `/ns` shows every term with its definition, note and "
        "example, `/shapes` what is checked; [decisions](decisions.md) tells why it is so.\n"
    ),
    "vi": (
        "# Mô hình\n\n" + _NOTE + "\n\nMọi lớp của từ vựng, kèm các thuộc tính mà quy tắc kiểm tra đòi hỏi, theo từng "
        "phần như trong `ontology/cds.ttl`. Đường nối dẫn từ thuộc tính tới lớp của giá trị. Tiền tố lấy theo "
        "`ontology/context.jsonld`. Trang `/ns` nêu từng thuật ngữ với định nghĩa, ghi chú, ví dụ; `/shapes` nêu điều "
        "được kiểm tra; [các quyết định](decisions.vi.md) nói vì sao như vậy.\n"
    ),
}
_COLUMNS: Final = {"en": ("class", "meaning"), "vi": ("lớp", "nghĩa")}
_DRAWN: Final = {"en": "Drawing: {title}", "vi": "Hình: {title}"}


def pages(sections: Mapping[str, list[Class]]) -> dict[str, str]:
    """The pages and drawings by path below docs/."""
    found = {
        f"model/{_slug(title)}.svg": drawing(classes, title)
        for title, classes in sections.items()
        if any(each.properties for each in classes)
    }
    for language, name in (("en", "model.md"), ("vi", "model.vi.md")):
        lines = [_HEADS[language]]
        for title, classes in sections.items():
            lines += [f"## {title}", ""]
            if f"model/{_slug(title)}.svg" in found:
                lines += [f"![{_DRAWN[language].format(title=title)}](model/{_slug(title)}.svg)", ""]
            if title != ELSEWHERE:
                lines += [f"| {' | '.join(_COLUMNS[language])} |", "| --- | --- |"]
                for each in classes:
                    lines.append(f"| `{each.name}` {each.labels[language]} | {each.definitions[language]} |")
                lines.append("")
        found[name] = "\n".join(lines).rstrip() + "\n"
    return found


def _slug(title: str) -> str:
    return re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
