"""Where ontology/, shapes/, queries/ and data/ are: in the checkout that we are in, in the wheel, or below --root."""

import os
from dataclasses import dataclass
from pathlib import Path

from cdsgraph.errors import CdsgraphError

_MARK = Path("ontology", "cds.ttl")
_TOP_FOLDERS = ("ontology", "shapes", "queries", "data")


@dataclass(frozen=True, slots=True)
class Files:
    """The project's data folders, all below one root."""

    root: Path

    def shown(self, path: Path) -> str:
        """A path as it is shown to users: relative to the root where it lies below it."""
        resolved, root = path.resolve(), self.root.resolve()
        return str(resolved.relative_to(root) if resolved.is_relative_to(root) else path)

    @property
    def ontology(self) -> Path:
        """The ontology and the JSON-LD context."""
        return self.root / "ontology"

    @property
    def shapes(self) -> Path:
        """SHACL shapes."""
        return self.root / "shapes"

    @property
    def queries(self) -> Path:
        """Saved SPARQL queries."""
        return self.root / "queries"

    @property
    def documents(self) -> Path:
        """Source texts with their metadata records."""
        return self.root / "data" / "documents"

    @property
    def register(self) -> Path:
        """Register tables (CSV)."""
        return self.root / "data" / "register"

    @property
    def schemes(self) -> Path:
        """Concept schemes (Turtle)."""
        return self.root / "data" / "schemes"

    @property
    def words(self) -> Path:
        """Words that commands print (CSV)."""
        return self.root / "data" / "words"

    @property
    def corrections(self) -> Path:
        """Reviewed decisions on facts (CSV); the folder may be absent."""
        return self.root / "data" / "corrections"

    @property
    def waivers(self) -> Path:
        """Findings of validation that are accepted (CSV); the file may be absent."""
        return self.root / "data" / "waivers.csv"

    @property
    def rules(self) -> Path:
        """Word lists of the reading rules (CSV)."""
        return self.root / "data" / "rules"


def locate(root: Path | None = None) -> Files:
    """The project's files: below `root`, else CDSGRAPH_ROOT, else a checkout that is the working directory, else ours.

    So an installed package that a pipeline runs in a checkout checks what is in the checkout, not its own copy.

    Raises CdsgraphError when a named root lacks one of the top folders.
    """
    package = Path(__file__).parent
    named = root or (Path(os.environ["CDSGRAPH_ROOT"]) if os.environ.get("CDSGRAPH_ROOT") else None)
    if named is not None:
        missing = [name for name in _TOP_FOLDERS if not (named / name).is_dir()]
        if missing:
            raise CdsgraphError(
                f"no folder {', '.join(missing)} below it",
                path=named,
                remedy="name the folder that holds ontology/, shapes/, queries/ and data/, or leave --root out",
            )
        return Files(named.resolve())
    here = Path.cwd()
    if (here / _MARK).is_file() and all((here / name).is_dir() for name in _TOP_FOLDERS):
        return Files(here)
    installed = package / "_files"
    return Files(installed if installed.is_dir() else package.parent.parent)
