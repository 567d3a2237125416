"""What a kept composition remembers beside the lines of its version: who said what, and what each rule's parts tell of.

Of names and dates a version holds only what was settled on, so what each document said of a thing is kept here, by the
thing. What a part of a derived graph holds are the lines of its subjects there, so only these are kept.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from cdsgraph.composition.lines import subject_of
from cdsgraph.graph.settling import alternatives

_TABLES: Final = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS said (subject BLOB, owner TEXT, lines BLOB, PRIMARY KEY (subject, owner)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS part (rule TEXT, key TEXT, subjects BLOB, PRIMARY KEY (rule, key)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS of_owner ON said (owner);
"""


class Told:
    """A file of these; a crash may leave it in any state, so whoever writes it must know when it is whole.

    All methods raise sqlite3.Error where the file cannot be read or written.
    """

    def __init__(self, file: Path) -> None:
        self._tables = sqlite3.connect(file)
        self._tables.executescript(_TABLES)

    def said_by(self, owner: str) -> dict[bytes, bytes]:
        """The lines of a document by their subjects."""
        return dict(self._tables.execute("SELECT subject, lines FROM said WHERE owner = ?", (owner,)))

    def said_of(self, subject: bytes) -> dict[str, bytes]:
        """What is said of a subject, by who says it."""
        return dict(self._tables.execute("SELECT owner, lines FROM said WHERE subject = ?", (subject,)))

    def say(self, rows: Iterable[tuple[bytes, str, bytes]]) -> None:
        """Put in place what owners say of subjects; nothing, where the lines are empty."""
        silent: list[tuple[bytes, str]] = []

        def speaking() -> Iterator[tuple[bytes, str, bytes]]:
            for subject, owner, lines in rows:
                if lines:
                    yield subject, owner, lines
                else:
                    silent.append((subject, owner))

        self._tables.executemany("INSERT OR REPLACE INTO said VALUES (?, ?, ?)", speaking())
        self._tables.executemany("DELETE FROM said WHERE subject = ? AND owner = ?", silent)

    def subjects(self, rule: str, keys: Iterable[str]) -> list[bytes]:
        """The subjects of some parts of a rule."""
        found: list[bytes] = []
        for key in keys:
            for (subjects,) in self._tables.execute(
                "SELECT subjects FROM part WHERE rule = ? AND key = ?", (rule, key)
            ):
                found += subjects.split(b"\n")
        return found

    def part(self, rule: str, subjects: Mapping[str, Collection[object]], keys: Collection[str] | None = None) -> None:
        """Put in place the subjects of a rule's parts: of these keys, or of all."""
        if keys is None:
            self._tables.execute("DELETE FROM part WHERE rule = ?", (rule,))
        else:
            self._tables.executemany("DELETE FROM part WHERE rule = ? AND key = ?", ((rule, key) for key in keys))
        self._tables.executemany(
            "INSERT OR REPLACE INTO part VALUES (?, ?, ?)",
            ((rule, key, "\n".join(sorted(map(str, each))).encode()) for key, each in subjects.items() if each),
        )

    def close(self) -> None:
        """Write what is not yet written, and give up the file."""
        self._tables.commit()
        self._tables.close()


def said(lines: bytes, single: bytes) -> dict[bytes, bytes]:
    """What a document says of names and dates, by the subjects; its lines are `parted`."""
    found: dict[bytes, list[bytes]] = defaultdict(list)
    for line in (*single.splitlines(keepends=True), *alternatives(lines)):
        found[subject_of(line)].append(line)
    return {subject: b"".join(each) for subject, each in found.items()}
