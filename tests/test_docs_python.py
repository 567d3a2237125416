"""docs/python.md: every example prints what the page says, in a folder where a version is built."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service import ROOT

TEXT = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```\n\nprints\n\n```text\n(.*?)```", TEXT, re.DOTALL)


def test_every_example_tells_what_it_prints() -> None:
    assert len(EXAMPLES) == TEXT.count("```python") > 5


@pytest.mark.parametrize(("code", "printed"), EXAMPLES)
def test_an_example_prints_what_is_told(code: str, printed: str, built: Path, tmp_path: Path) -> None:
    (tmp_path / "build").symlink_to(built.parent.parent)
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == printed
