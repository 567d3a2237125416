"""What a server is started with."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cdsgraph.errors import CdsgraphError, DatasetError
from cdsgraph.graph.versions import DATASET, MANIFEST, manifest
from cdsgraph.vocab import DEFAULT_BASE, is_base

_PREFIX = "CDSGRAPH_"
_MIB = 2**20
_GROWTH = 4  # a dataset in memory, with the union of its graphs, to its N-Quads: measured 3.2 to 3.9
_REMEDY = "build it again with `cdsgraph build`"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server; `from_environment` reads each from `CDSGRAPH_` and its name in capitals.

    `dataset` is a version directory (dataset.nq, manifest.json) or an RDF file; `timeout` and `patience` are seconds,
    `memory` is MiB that a worker may grow by; `body_limit`, `check_limit` (of RDF to be checked) and `result_limit` are
    bytes; `checks` run at a time. A query that still runs after `patience` seconds needs one of `slow` places, so that
    quick ones always find a worker. `url` is the address that users reach the server under, by default
    `http://host:port`; it may have a path. `instead_of` names a damaged version that this dataset stands in for.
    Answers are kept for their repetition up to `cache` bytes; large ones lie on disk while they are sent, together up
    to `spool` bytes. A dataset that would take more than `data_memory` MiB is read from a store on disk below `stores`.
    `follow` is a folder of versions whose current one is served, also when another one becomes current. `log` is a file
    for a line about each request (`-` is standard error), with the text of queries if `log_queries`. `rate_limit` is
    what one client may ask, as in `600/minute`. With `warm`, what pages need is made before a visitor comes. With
    `endpoint`, a remote store answers in place of the dataset, asked as `user` with `password` or by `token`;
    `dataset` is then an empty file of RDF.
    """

    dataset: Path
    base: str = DEFAULT_BASE
    host: str = "127.0.0.1"
    port: int = 8000
    url: str = ""
    root: Path | None = None
    workers: int = 3
    slow: int = 2
    waiting: int = 300
    timeout: float = 30.0
    patience: float = 0.4
    memory: int = 1000
    data_memory: int = 2000
    stores: Path | None = None
    body_limit: int = 1_000_000
    checks: int = 2
    check_limit: int = 10_000_000
    result_limit: int = 50_000_000
    cache: int = 64_000_000
    spool: int = 5_000_000_000
    instead_of: str = ""
    follow: Path | None = None
    log: str = ""
    log_queries: bool = False
    rate_limit: str = ""
    warm: bool = True
    endpoint: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    retries: int = 1

    @classmethod
    def from_environment(cls, **given: Any) -> "Settings":
        """Settings from `given`, else from the environment, else the default.

        Raises DatasetError when no dataset is named, CdsgraphError when a number is none or `url` no address.
        """
        values: dict[str, Any] = {}
        for each in fields(cls):
            name = each.name
            text = os.environ.get(_PREFIX + name.upper())
            if given.get(name) is not None:
                values[name] = given[name]
            elif text:
                values[name] = _read(name, text)
        if "dataset" not in values:
            raise DatasetError("no dataset is named", remedy="build one with `cdsgraph build`, or set CDSGRAPH_DATASET")
        if (url := values.get("url")) and not is_base(f"{url.rstrip('/')}/"):
            raise CdsgraphError(f"{url} is no address of a service", remedy="give it as in https://example.vn/data")
        return cls(**values)

    def of(self, version: Path) -> "Settings":
        """The same settings for another version."""
        return replace(self, dataset=version, instead_of="")

    @property
    def rdf_file(self) -> Path:
        """The RDF file behind `dataset`."""
        return self.dataset / DATASET if self.dataset.is_dir() else self.dataset

    @property
    def on_disk(self) -> Path | None:
        """The folder for the store where the dataset is too large for memory, else None.

        Raises DatasetError when the file cannot be read.
        """
        if self.fits_memory(self.rdf_file):
            return None
        if self.stores is not None:
            return self.stores
        if (self.dataset / MANIFEST).is_file() and self.dataset.parent.name == "versions":
            return self.dataset.parent.parent / "stores"
        return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cdsgraph" / "stores"

    def fits_memory(self, file: Path) -> bool:
        """Whether a dataset would be held in memory. Raises DatasetError when the file cannot be read."""
        try:
            return file.stat().st_size * _GROWTH <= self.data_memory * _MIB
        except OSError as error:
            raise DatasetError(f"it cannot be read: {error.strerror}", path=file, remedy=_REMEDY) from error

    @property
    def published(self) -> Path | None:
        """The folder of versions that the dataset is one of; None for a lone file or folder."""
        folder = self.dataset.resolve()
        return folder.parent.parent if (folder / MANIFEST).is_file() and folder.parent.name == "versions" else None

    @property
    def derived(self) -> Path:
        """The folder for what is made of versions and kept: beside them, or in the user's cache if that is not ours."""
        out = self.published
        if out is not None and os.access(out, os.W_OK):
            return out / "dumps"
        return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cdsgraph" / "dumps"

    @property
    def prefix(self) -> str:
        """The path in front of every address where the server stands below a path of its host, else nothing."""
        return urlsplit(self.address).path

    @property
    def address(self) -> str:
        """The address that users reach the server under, without a slash at the end."""
        return (self.url or f"http://{self.host}:{self.port}").rstrip("/")

    def version(self) -> dict[str, Any]:
        """The manifest of the dataset; for a lone file its hash and the base of the settings.

        Raises DatasetError when the dataset or its manifest cannot be read.
        """
        if (self.dataset / MANIFEST).is_file():
            told = manifest(self.dataset)
            if not {"version", "base"} <= told.keys():
                raise DatasetError("the manifest names no version or no base", path=self.dataset, remedy=_REMEDY)
            return told
        try:
            digest = hashlib.sha256(self.rdf_file.read_bytes()).hexdigest()
        except OSError as error:
            raise DatasetError(f"it cannot be read: {error.strerror}", path=self.rdf_file, remedy=_REMEDY) from error
        return {"version": digest[:16], "base": self.base}


_READ: dict[str, Callable[[str], Any]] = {
    "dataset": Path, "root": Path, "port": int, "workers": int, "slow": int, "waiting": int, "timeout": float,
    "patience": float, "memory": int, "data_memory": int, "stores": Path,
    "body_limit": int, "checks": int, "check_limit": int, "result_limit": int, "cache": int, "spool": int,
    "follow": Path, "retries": int,
    "log_queries": lambda text: _is_yes(text), "warm": lambda text: _is_yes(text),
}  # fmt: skip


def _is_yes(text: str) -> bool:
    return text.lower() in ("1", "true", "yes", "on")


def _read(name: str, text: str) -> Any:
    try:
        return _READ.get(name, str)(text)
    except ValueError as error:
        raise CdsgraphError(f"{_PREFIX}{name.upper()} is no number: {text}") from error
