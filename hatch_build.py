"""The build hook: no wheel from vendored files that are not those of the lock."""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_VENDOR: Final = "src/cdsgraph/serving/pages/static/vendor"
_LOCK: Final = "vendor.lock.json"


def differences(vendor: Path) -> list[str]:
    """How a folder differs from its lock (path to SHA-256): a line for each file changed, missing or unlisted."""
    locked: dict[str, str] = json.loads((vendor / _LOCK).read_text(encoding="utf-8"))
    present = {path.relative_to(vendor).as_posix(): path for path in sorted(vendor.rglob("*")) if path.is_file()}
    told = [f"{name} is not in {_LOCK}" for name in present if name not in locked and name != _LOCK]
    for name, sum_ in locked.items():
        if name not in present:
            told.append(f"{name} is missing")
        elif hashlib.sha256(present[name].read_bytes()).hexdigest() != sum_:
            told.append(f"{name} has changed")
    return told


class VendoredFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Compares the vendored files with their lock."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises RuntimeError that names each file that differs."""
        told = differences(Path(self.root) / _VENDOR)
        if told:
            raise RuntimeError(f"{_VENDOR}: {'; '.join(told)}; `npm ci && npm run build` in assets/ makes them anew")
