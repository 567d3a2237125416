import json
from pathlib import Path

import pytest

from cdsgraph.errors import CdsgraphError, DatasetError
from cdsgraph.serving.settings import Settings
from cdsgraph.vocab import DEFAULT_BASE


def test_from_environment_reads_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDSGRAPH_DATASET", "/srv/version")
    monkeypatch.setenv("CDSGRAPH_PORT", "8080")
    monkeypatch.setenv("CDSGRAPH_TIMEOUT", "2.5")
    monkeypatch.setenv("CDSGRAPH_URL", "https://cds.example.vn/")
    settings = Settings.from_environment(port=9000)
    assert (settings.dataset, settings.port, settings.timeout) == (Path("/srv/version"), 9000, 2.5)
    assert settings.address == "https://cds.example.vn"


def test_from_environment_names_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CDSGRAPH_DATASET", raising=False)
    with pytest.raises(DatasetError):
        Settings.from_environment()
    monkeypatch.setenv("CDSGRAPH_WORKERS", "many")
    with pytest.raises(CdsgraphError, match="CDSGRAPH_WORKERS"):
        Settings.from_environment(dataset=Path("x.nq"))


def test_version_of_a_directory_is_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "00ff", "base": "https://example.org/"}))
    (tmp_path / "dataset.nq").touch()
    settings = Settings(dataset=tmp_path)
    assert settings.version() == {"version": "00ff", "base": "https://example.org/"}
    assert settings.rdf_file == tmp_path / "dataset.nq"


def test_version_of_a_file_is_its_hash(tmp_path: Path) -> None:
    file = tmp_path / "data.ttl"
    file.write_bytes(b"")
    assert Settings(dataset=file).version() == {"version": "e3b0c44298fc1c14", "base": DEFAULT_BASE}


@pytest.mark.parametrize("manifest", [None, "not json", "{}"])
def test_a_dataset_that_cannot_be_read_is_refused(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(DatasetError):
        Settings(dataset=tmp_path).version()
