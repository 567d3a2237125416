"""The small language of the templates.

{name}       a slot, filled with what the maker of that name makes; {name:maker} names the maker apart;
             digits at a name's end tell slots of one maker apart; a slot repeated has the same words
<a|b|>       one of several wordings, the empty one among them where the last is empty
[name:…]     a span that a fact can point to
"""

import re
from dataclasses import dataclass
from functools import cache

_SIGNS = re.compile(r"\{(?P<slot>\w+)(?::(?P<maker>\w+))?\}|\[(?P<span>\w+):|[<>|\]]")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a maker fills."""

    name: str
    maker: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Wordings of which one is taken."""

    of: "tuple[Nodes, ...]"


@dataclass(frozen=True, slots=True)
class Marked:
    """Words that a fact can point to."""

    name: str
    nodes: "Nodes"


Nodes = tuple[str | Slot | Choice | Marked, ...]


class TemplateError(ValueError):
    """A template with a sign that is not closed, or closed twice."""


@cache
def parse(template: str) -> Nodes:
    """The parts of a template; raises TemplateError where brackets do not pair."""
    nodes, rest = _sequence(template, 0, "")
    if rest != len(template):
        raise TemplateError(f"a bracket too many at {rest}: {template}")
    return nodes


def _sequence(template: str, at: int, ends: str) -> tuple[Nodes, int]:
    nodes: list[str | Slot | Choice | Marked] = []
    while True:
        sign = _SIGNS.search(template, at)
        if sign is None:
            if ends:
                raise TemplateError(f"no {ends} closes: {template}")
            return (*nodes, template[at:]), len(template)
        if sign.start() > at:
            nodes.append(template[at : sign.start()])
        at = sign.end()
        if sign["slot"]:
            nodes.append(Slot(sign["slot"], sign["maker"] or sign["slot"].rstrip("0123456789")))
        elif sign["span"]:
            inner, at = _sequence(template, at, "]")
            nodes.append(Marked(sign["span"], inner))
            at += 1
        elif sign[0] == "<":
            wordings = []
            while True:
                inner, at = _sequence(template, at, "|>")
                wordings.append(inner)
                at += 1
                if template[at - 1] == ">":
                    break
            nodes.append(Choice(tuple(wordings)))
        elif sign[0] in ends:
            return tuple(nodes), sign.start()
        else:
            raise TemplateError(f"{sign[0]} closes nothing at {sign.start()}: {template}")
