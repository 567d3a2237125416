"""What axe finds on the page that a window shows: only what keeps somebody from reading or using it."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = ("serious", "critical")
_TOLD = 2  # elements that are told of one rule on one page
_AXE = Axe()


def barriers_of(page: Page) -> list[str]:
    """Each serious or critical finding: its weight, its rule, the element and, of a contrast, the colours."""
    told = _AXE.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['impact']}: {rule['id']} at {node['target']}: {node['html'][:200]} {_colours(node)}"
        for rule in told
        if rule["impact"] in SERIOUS
        for node in rule["nodes"][:_TOLD]
    ]


def _colours(node: Any) -> str:
    found = [each["data"] for each in node["any"] if isinstance(each["data"], dict)]
    return ", ".join(f"{each['fgColor']} on {each['bgColor']}" for each in found if each.get("bgColor"))
