"""A text and its facts as reading would give them: tasks, a meeting, relations, a theme, a list, a law."""

from collections.abc import Callable
from decimal import Decimal

from cdsgraph import register as registers
from cdsgraph.files import Files
from cdsgraph.graph import hedges, mapping
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.reading.document import Document, Metadata, Span
from cdsgraph.reading.facts import (
    Entity,
    Event,
    Fact,
    LegalReference,
    NumberSeen,
    Quantity,
    Reading,
    Relation,
    Task,
    Theme,
)
from cdsgraph.reading.layout import LayoutWords, lay_out
from cdsgraph.reading.linking import Linker
from cdsgraph.vocab import Iris

TEXT = """Ngày 15/3/2024, Bộ Công an tổ chức Hội nghị sơ kết Đề án 06.

Bộ trưởng yêu cầu Bộ Tài chính chủ trì, phối hợp với Bộ Công an hoàn thiện kho dữ liệu thuế trong quý II/2024.

Các bộ, ngành rà soát thủ tục. Trường mầm non Hoa Sen đã lắp mạng.

Chủ đề của hội nghị là “Dữ liệu dùng chung”, với 2 trụ cột: kết nối; chia sẻ.

Trung tâm Thử nghiệm số thuộc Bộ Tài chính. Khối hậu cần gồm Trung tâm Thử nghiệm số. Ông An lãnh đạo Bộ Tài chính.
Cục Thuế thử nghiệm cùng khối chuyển đổi số.

Hệ thống Kho bạc mở do Bộ Tài chính vận hành, kết nối với VNeID. Luật Dữ liệu mở đang được soạn thảo. Mã 777.

Quyết định số 901/QĐ-TTg ngày 02/3/2024 phê duyệt Chương trình Kho mở.
"""


class Facts:
    """Facts whose spans are words of the text."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def span(self, words: str) -> Span:
        start = self._document.text.index(words)
        return Span(start, start + len(words))

    def at(self, words: str) -> dict[str, object]:
        span = self.span(words)
        sentence = self._document.sentence_at(span.start)
        assert sentence is not None
        return {"span": span, "sentence": sentence.span, "rule": "test"}


def reading(files: Files) -> Reading:
    metadata = Metadata(slug="hoi-nghi", event_date="2024-03-15", kind="press-report")
    document = lay_out(Document("hoi-nghi.txt", TEXT, metadata), LayoutWords.load(files.rules))
    facts = Facts(document)
    event = "Hội nghị sơ kết Đề án 06"
    made: list[tuple[Callable[..., Fact], str, dict[str, object]]] = [
        (Event, event, {
            "name": event, "date": "2024-03-15", "organisers": ("Bộ Công an",), "participants": ("Các bộ, ngành",),
        }),
        (Task, "hoàn thiện kho dữ liệu thuế", {
            "action": "hoàn thiện kho dữ liệu thuế", "assignees": ("Bộ Tài chính",), "coordinators": ("Bộ Công an",),
            "assigner": "Nguyễn Văn An", "deadline": "2024-Q2", "event": "Hội nghị sơ kết",
        }),
        (Task, "rà soát thủ tục", {"action": "rà soát thủ tục", "assignees": ("Các bộ, ngành",), "status": None}),
        (Task, "lắp mạng", {"action": "lắp mạng", "assignees": ("các trường mầm non",), "status": "done"}),
        (Quantity, "2 trụ cột", {
            "value": Decimal(2), "unit": "trụ cột", "indicator": "số trụ cột",
            "items": (facts.span("kết nối"), facts.span("chia sẻ")),
        }),
        (Entity, "Trung tâm Thử nghiệm số", {"type": "unit", "name": "Trung tâm Thử nghiệm số"}),
        (Entity, "Hệ thống Kho bạc mở", {"type": "system", "name": "Hệ thống Kho bạc mở"}),
        (Relation, "thuộc Bộ Tài chính", {
            "subject": "Trung tâm Thử nghiệm số", "predicate": "part_of", "object": "Bộ Tài chính",
        }),
        (Relation, "gồm Trung tâm Thử nghiệm số", {
            "subject": "Khối hậu cần", "predicate": "has_unit", "object": "Trung tâm Thử nghiệm số",
        }),
        (Entity, "Cục Thuế thử nghiệm", {"type": "unit", "name": "Cục Thuế thử nghiệm"}),
        (Relation, "cùng khối chuyển đổi số", {
            "subject": "Cục Thuế thử nghiệm", "predicate": "part_of", "object": "khối chuyển đổi số",
        }),
        (Relation, "lãnh đạo", {"subject": "Nguyễn Văn An", "predicate": "leads", "object": "Bộ Tài chính"}),
        (Relation, "do Bộ Tài chính vận hành", {
            "subject": "Bộ Tài chính", "predicate": "operates", "object": "Hệ thống Kho bạc mở",
        }),
        (Relation, "kết nối với", {"subject": "Hệ thống Kho bạc mở", "predicate": "connected_to", "object": "VNeID"}),
        (Entity, "Chương trình Kho mở", {"type": "programme", "name": "Chương trình Kho mở"}),
        (LegalReference, "901/QĐ-TTg", {"type": "decision", "number": "901/QĐ-TTg", "date": "2024-03-02"}),
        (Relation, "phê duyệt Chương trình Kho mở", {
            "subject": "Chương trình Kho mở", "predicate": "approved_by", "object": "Quyết định số 901/QĐ-TTg",
        }),
        (LegalReference, "Luật Dữ liệu mở", {"type": "law", "title": "Luật Dữ liệu mở", "stage": "drafting"}),
    ]  # fmt: skip
    theme = Theme(words="Dữ liệu dùng chung", event=event, **facts.at("Dữ liệu dùng chung"))  # type: ignore[arg-type]
    numbers = (NumberSeen(facts.span("15/3/2024"), "date"), NumberSeen(facts.span("777"), None))
    person = Entity(type="person", name="Nguyễn Văn An", aliases=("Ông An",), **facts.at("Ông An"))  # type: ignore[arg-type]
    return Reading(document, (*(of(**facts.at(words), **more) for of, words, more in made), person), numbers, (theme,))


def nquads(files: Files) -> bytes:
    """The graph of the text."""
    iris, told = Iris(), reading(files)
    named = [fact for fact in told.facts if isinstance(fact, Entity)]
    linker = Linker(registers.load(files), iris, told.document, named)
    widths = hedges.load(files.rules, "arithmetic")
    return canonical_nquads(set(mapping.quads(told, linker, iris, rules_version="0" * 8, hedges=widths)))
