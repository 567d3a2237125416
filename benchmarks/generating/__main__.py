"""Writes documents and what they state: `python -m benchmarks.generating COUNT FOLDER [--seed N]`.

The folder gets the documents; FOLDER.jsonl, beside it, gets their records: one JSON object a line, with offsets into
the plain text of the document, whatever its file's form.
"""

import argparse
import json
from pathlib import Path

from benchmarks.generating.documents import Generator


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generating")
    parser.add_argument("count", type=int, help="how many documents")
    parser.add_argument("folder", type=Path, help="where they go; made if it is not there")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other documents")
    options = parser.parse_args()
    write(options.count, options.folder, options.seed)


def write(count: int, folder: Path, seed: int = 1) -> Path:
    """The first so many documents of a seed into a folder; the file of their records, beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = folder.with_suffix(".jsonl")
    with truth.open("w", encoding="utf-8") as records:
        for document in Generator(seed).documents(count):
            (folder / document.name).write_text(document.content, encoding="utf-8", newline="\n")
            records.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in document.records)
    return truth


if __name__ == "__main__":
    main()
