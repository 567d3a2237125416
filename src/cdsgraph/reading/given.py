"""A document as it is handed over to be read: a file, or bytes with a name; and what it is called in messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cdsgraph.errors import DocumentError
from cdsgraph.reading import loaders, metadata
from cdsgraph.reading.document import Document, Metadata
from cdsgraph.reading.layout import lay_out


@dataclass(frozen=True, slots=True)
class Given:
    """A document: the file at `path`, or `content` under the file name `name`.

    `place` is what messages call it. `record` is what is known of it by its place; a record of the same text goes
    before that. `fault` is why it cannot be read, where that is known beforehand.
    """

    place: str
    name: str
    path: Path | None = None
    content: bytes | None = None
    record: Metadata | None = None
    fault: DocumentError | None = None

    def read(self) -> bytes:
        """Its bytes. Raises DocumentError where the file cannot be read, or the fault."""
        if self.fault is not None:
            raise self.fault
        if self.content is not None:
            return self.content
        try:
            return Path(self.place if self.path is None else self.path).read_bytes()
        except OSError as error:
            raise DocumentError(
                f"cannot be read: {error.strerror}", path=self.place, remedy="check the file"
            ) from error

    @contextmanager
    def as_file(self) -> Iterator[Path]:
        """A file that holds it, for the while."""
        if self.path is not None:
            yield self.path
            return
        with TemporaryDirectory() as folder:
            file = Path(folder) / f"document{Path(self.name).suffix}"
            file.write_bytes(self.read())
            yield file


def of_path(path: Path, records: metadata.Records) -> Given:
    """The document in a file, with the record of its place."""
    return Given(str(path), path.name, path=path, record=records.by_path.get(path.resolve()))


def load(given: Given, records: metadata.Records) -> Document:
    """The document with its metadata, laid out in blocks and sentences, as `loaders.load` gives that in a file.

    Raises DocumentError, which names the document's place, when it cannot be read, decoded, or holds no words.
    """
    with given.as_file() as file:
        try:
            loaded = loaders.read(file)
        except DocumentError as error:
            error.path = given.place if given.path is None else error.path
            raise
    record = records.of_text(loaded.text) or given.record
    known = record or metadata.infer(given.name, loaded.text, records.dating, loaded.told)
    return lay_out(Document(name=given.name, text=loaded.text, metadata=known), records.layout, loaded.parts)
