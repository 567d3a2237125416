"""Every page and drawing of docs/ that is made from code, ontology and lock files."""

from pathlib import Path

from cdsgraph.serving.app import create_app
from cdsgraph.serving.settings import Settings
from documenting import commands, licences, model, model_pages, paths


def made(root: Path) -> dict[str, str]:
    """Path below docs/ to text. Raises what reading the ontology, the locks or the installed packages raises."""
    return {
        **model_pages.pages(model.sections(root)),
        "licences.md": licences.page(root),
        "reference/commands.md": commands.page(),
        "reference/http.md": paths.page(described(root)),
    }


def described(root: Path) -> dict[str, object]:
    """The OpenAPI document of the service."""
    # No page needs data to be described: any file will do for a dataset.
    return create_app(Settings(dataset=root / "ontology" / "cds.ttl", root=root)).openapi()
