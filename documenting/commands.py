"""`docs/reference/commands.md`: every command with its options, as the commands themselves tell."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer

from cdsgraph.cli import app

_HEAD: Final = """# Commands

<!-- Made by `python -m documenting`; do not edit. -->

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 found what it looks for, 2 wrong use or unreadable
input, 3 failed inside. An option can be set by its variable too.
"""
_EXAMPLE: Final = re.compile(r"^Example: (.+)$", re.MULTILINE)


def page() -> str:
    """The page, from the commands of this release."""
    group: Any = typer.main.get_command(app)
    lines = [_HEAD, "## Before any command", "", *_options(group)]
    for name, command in sorted(group.commands.items()):
        told = " ".join(_EXAMPLE.sub("", command.help or "").split())
        lines += [f"## cdsgraph {name}", "", told, ""]
        if examples := _EXAMPLE.findall(command.help or ""):
            lines += ["```console", *(f"$ {example}" for example in examples), "```", ""]
        lines += _options(command)
    return "\n".join(lines).rstrip() + "\n"


def _options(command: Any) -> Iterator[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and not each.hidden]
    if arguments:
        yield from ("| argument | meaning |", "| --- | --- |")
        for each in arguments:
            yield f"| `{_cell(each.metavar or each.name.upper())}` | {_cell(each.help or '')} |"
        yield ""
    if options:
        yield from ("| option | meaning | default | variable |", "| --- | --- | --- | --- |")
        for each in options:
            names = ", ".join(f"`{name}`" for name in (*each.opts, *each.secondary_opts))
            variable = f"`{each.envvar}`" if each.envvar else ""
            yield f"| {names} | {_cell(each.help or '')} | {_default(each)} | {variable} |"
        yield ""


def _default(option: Any) -> str:
    value = option.default
    shown = isinstance(value, str | int | float | Path) and value != "" and not isinstance(value, bool)
    return f"`{value}`" if shown else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
