"""What the tests of reading share: word lists compiled once, and documents made of a few sentences."""

from collections.abc import Callable

import pytest

from cdsgraph import register as registers
from cdsgraph.files import Files
from cdsgraph.reading.document import Document, Metadata
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.layout import LayoutWords, lay_out
from cdsgraph.reading.metadata import Records
from cdsgraph.reading.metadata import read as read_records
from cdsgraph.reading.quantity_words import QuantityWords
from cdsgraph.text import nfc

MakeDocument = Callable[..., Document]


@pytest.fixture(scope="session")
def layout_words(files: Files) -> LayoutWords:
    return LayoutWords.load(files.rules)


@pytest.fixture(scope="session")
def quantity_words(files: Files) -> QuantityWords:
    return QuantityWords.load(files.rules)


@pytest.fixture(scope="session")
def reader(files: Files) -> Reader:
    return Reader(registers.load(files), files.rules)


@pytest.fixture(scope="session")
def records(files: Files) -> Records:
    return read_records([files.documents], files.rules)


@pytest.fixture(scope="session")
def make_document(layout_words: LayoutWords) -> MakeDocument:
    """A laid-out document of the words given, of a date and kind."""

    def make(text: str, date: str | None = None, kind: str = "article") -> Document:
        metadata = Metadata(slug="van-ban", event_date=date, kind=kind)
        return lay_out(Document(name="van-ban.txt", text=nfc(text), metadata=metadata), layout_words)

    return make
