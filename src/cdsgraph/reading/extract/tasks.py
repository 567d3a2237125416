"""Tasks of a document: who is to do what, with whom, told by whom and by when, read sentence by sentence.

What a sentence leaves out is carried: the speaker to the sentences that follow, the bodies addressed from the heading,
the introducing line or the clause before.
"""

from collections.abc import Sequence
from dataclasses import replace

from cdsgraph.reading.document import Block, BlockKind, Document, Sentence, Span
from cdsgraph.reading.extract.deadlines import Deadlines
from cdsgraph.reading.extract.task_actors import ActorReader, Actors, up_to_speaker
from cdsgraph.reading.extract.task_clauses import announces, clauses_of, first_word, only_announces
from cdsgraph.reading.extract.task_frames import Frame, FrameReader, Mode
from cdsgraph.reading.extract.task_scene import Clauses, Here, Scene
from cdsgraph.reading.extract.task_sections import Section, Sections, is_leaf, issuer, opens_items, past_marker
from cdsgraph.reading.extract.task_tables import TaskTables, cells_of
from cdsgraph.reading.extract.task_units import Unit, Units
from cdsgraph.reading.extract.verb_phrases import action, coordinators_within, led, split, trimmed
from cdsgraph.reading.facts import Certainty, Entity, LegalReference, Role, Task
from cdsgraph.reading.layout import has_marker, outline
from cdsgraph.reading.taskwords import Column, Effect, TaskWords
from cdsgraph.reading.view import lookup_key

_LEAST_WORDS = 2
_ANNOUNCED = 14  # units before a colon among which a list of tasks may be announced
_NEWS = ("article", "press-report")
_CERTAINTY: dict[str, Certainty] = {"topic": "medium", "bare": "medium", "stated": "medium", "planned": "medium"}


def extract(
    document: Document,
    entities: Sequence[Entity],
    references: Sequence[LegalReference],
    roles: Sequence[Role],
    words: TaskWords,
) -> tuple[Task, ...]:
    """The tasks of a document in order, given what else it names."""
    return _Reader(document, entities, references, roles, words).read()


class _Reader:
    def __init__(
        self,
        document: Document,
        entities: Sequence[Entity],
        references: Sequence[LegalReference],
        roles: Sequence[Role],
        words: TaskWords,
    ) -> None:
        self._document = document
        self._text = document.text
        self._words = words
        self._units = Units(document.text, entities, references, words.phrases)
        self._actors = ActorReader(document.text, roles)
        self._frames = FrameReader(self._actors)
        self._sections = Sections(self._frames, self._actors, words)
        self._deadlines = Deadlines(document.text, document.date, words)
        self._issuer = issuer(document, entities)
        self._tables = TaskTables(document.text, self._units, self._actors, self._deadlines, words, self._issuer)
        self._scene = Scene()
        self._found: list[Task] = []
        self._item = 0  # index of the first task of the last item that had one

    def read(self) -> tuple[Task, ...]:
        outlines = outline(self._document, led=True)
        by_block: dict[Span, list[Sentence]] = {}
        for sentence in self._document.sentences:
            by_block.setdefault(sentence.block.span, []).append(sentence)
        columns: tuple[Column | None, ...] | None = None
        done = 0
        for index, block in enumerate(self._document.blocks):
            if block.kind in (BlockKind.CAPTION, BlockKind.BOILERPLATE):
                continue
            if (line := self._line(block)) is not None:
                if line.start >= done:
                    columns = self._table_line(line, columns)
                    done = line.end
                continue
            columns = None
            if block.kind is BlockKind.HEADING and not self._item_without_stop(index, block, outlines):
                self._heading(block)
                continue
            section = self._sections.under(outlines[index])
            if section.effect == "tasks" and opens_items(self._document, index):
                self._heading(block)
                continue
            for sentence in by_block.get(block.span, ()):
                self._sentence(sentence, section, index)
        return tuple(sorted(self._found, key=lambda task: task.span))

    def _item_without_stop(self, index: int, block: Block, outlines: Sequence[Sequence[str]]) -> bool:
        words = block.span.of(self._text)
        return (
            has_marker(words)
            and is_leaf(index, block, self._document, outlines)
            and self._sections.under(outlines[index]).effect == "tasks"
        )

    def _heading(self, block: Block) -> None:
        row = self._units.row(block.span)
        self._sections.read_heading(block.span.of(self._text), row)
        self._scene.assignees = ()

    def _line(self, block: Block) -> Span | None:
        """The line with tabs that a block stands in; None for a block that is no part of a table."""
        if block.kind is BlockKind.TABLE_CELL:
            end = self._text.find("\n", block.span.end)
            return Span(self._text.rfind("\n", 0, block.span.start) + 1, end if end > 0 else len(self._text))
        return block.span if "\t" in block.span.of(self._text) else None

    def _table_line(self, line: Span, columns: tuple[Column | None, ...] | None) -> tuple[Column | None, ...] | None:
        cells = cells_of(self._text, line)
        heads = self._tables.heads([cell.of(self._text) if cell else "" for cell in cells])
        if heads is not None or columns is None:
            return heads
        task = self._tables.row(list(zip(columns, cells, strict=False)))
        if task is not None:
            self._found.append(task)
        return columns

    def _sentence(self, sentence: Sentence, section: Section, block: int) -> None:
        scene = self._scene
        if scene.block != block:
            scene.block, scene.assignees = block, ()
        words = sentence.span.of(self._text)
        if not (scene.bids or section.effect == "tasks" or ":" in words or self._triggered(sentence.span)):
            scene.age += 1
            return
        row = self._units.row(sentence.span)
        start = past_marker(row)
        if start >= len(row) or row[-1].text == "?" or words.isupper():
            return
        if row[start].has("ground") and self._text[sentence.block.span.end - 1] == ";":
            return
        commissioned = lookup_key(words).lstrip("-–•* ").startswith(self._words.commissions)
        here = Here(sentence, section, self._deadlines.times(sentence.span), block, commissioned, row[start].start)
        clauses = Clauses(told=section.assigner is not None)
        for first, last in clauses_of(row, start, self._frames, self._actors):
            self._clause(row[first:last], row[last].text if last < len(row) else "", here, clauses)
        self._introduce(sentence, row, clauses)
        if clauses.tasks:
            self._item = len(self._found)
            self._found += self._dated(clauses.tasks, row[start:], here)
        if clauses.framed or clauses.tasks:
            scene.age = 0
            scene.assignees = clauses.assignees
        else:
            scene.age += 1
            self._speaker(row, start)

    def _triggered(self, sentence: Span) -> bool:
        """Whether a sentence holds one of the words without which it states no task outside a list of tasks."""
        if not self._words.openings.within(self._text, sentence.start, sentence.end):
            return False
        return self._words.trigger.search(lookup_key(sentence.of(self._text))) is not None

    def _clause(self, row: Sequence[Unit], stop: str, here: Here, held: Clauses) -> None:
        if held.column is not None:
            self._apply(held, Span(row[0].start, row[-1].end))
            return
        if stop == ":" and (column := self._words.column(self._text[row[0].start : row[-1].end])) not in (None, "task"):
            held.column = column
            return
        blocked = here.section.effect == "none"
        mode = Mode(
            told=held.told or (self._scene.bids and not blocked),
            listed=(here.section.effect == "tasks" and not blocked) or held.listed or held.framed,
        )
        if held.details:
            mode = Mode()
        word = first_word(row, 0)
        if row[word].has("by") and (source := self._actors.at(row, word + 1)) is not None and source.sort == "person":
            held.assigner = source.names[0]  # "Theo Bộ trưởng, các bộ cần …"
        if row[word].has("address"):
            self._address(up_to_speaker(row, word + 1), word + 1, stop, held)
        frame = self._frames.read(row, 0, mode)
        if frame is None:
            held.assigner = self._speaker(row, 0) or held.assigner
            held.opened = held.opened or (stop == ":" and mode.listed)
            named = self._actors.at(row, self._frames.opening(row, 0)) if stop == ":" else None
            whole = named is not None and named.end >= len(row) and named.sort != "person"
            if named is not None and whole and (mode.told or mode.listed):
                held.assignees, held.listed, held.framed = named.names, True, True
            return
        if frame.manner == "done" and not here.commissioned:
            return
        if not mode.told and frame.manner != "bare" and any(unit.has("past") for unit in row[: frame.body]):
            return
        if held.title and frame.manner == "bare" and self._text[row[first_word(row, 0)].start].isupper():
            del held.tasks[: held.title]  # "Phát triển hạ tầng: Xây dựng …": what stands before the colon is a title
        held.title = 0
        self._take(row, stop, frame, mode, here, held)

    def _address(self, row: Sequence[Unit], start: int, stop: str, held: Clauses) -> None:
        """Keep the bodies that the words are for: "Đối với UBND các xã, …"."""
        meant = self._actors.at(row, start)
        if meant is not None and meant.sort != "person":
            behind = row[meant.end].text if meant.end < len(row) else stop or ","
            held.addressed = meant.names if behind in (",", ":") else ()

    def _take(self, row: Sequence[Unit], stop: str, frame: Frame, mode: Mode, here: Here, held: Clauses) -> None:
        """The tasks of a clause with its frame, and what it hands on."""
        loose = frame.manner in ("bare", "topic") and not (held.told or held.opened)
        if loose and row[0].start > here.first and not held.framed:
            return  # a continuation of what was no task
        if (
            frame.manner not in ("assigned", "duty", "planned", "done")
            and here.section.effect == "none"
            and not held.told
        ):
            return
        doer = frame.assignees.names[:1] if frame.assignees is not None else ()
        own = frame.assignees is not None and (frame.assignees.sort == "person" or frame.manner == "stated")
        if doer and own and frame.assigner is None and doer[0] in (held.assigner, self._scene.assigner):
            return  # the speaker's own doing
        self._assigner(frame, mode, here, held)
        before = led(row, frame.body, self._actors)
        held.coordinators = before.coordinators or (held.coordinators if frame.assignees is None else ())
        held.coordinators = held.coordinators or (here.section.coordinators if frame.assignees is None else ())
        self._assignees(row, frame, here, held)
        held.framed = True
        if frame.named:
            held.told = True
        if before.body >= len(row):
            held.listed = True
            held.pending = held.assignees if stop == ";" else ()  # "yêu cầu các sở; các huyện tập trung …"
            return
        if stop == ":" and (
            announces(row, before.body) or not any(u.has("do", "manner", "step") for u in row[before.body :])
        ):
            held.listed = True
            return
        opening = self._deadlines.opening(row[0].start, row[before.body].start, here.times)
        pieces = split(row, before.body, len(row))
        made: list[Task] = []
        for first, last in pieces:
            whole = Span(row[first].start, row[last - 1].end)
            if (alone := self._deadlines.alone(whole, here.times)) is not None and (made or held.tasks):
                _bind(made, alone)
                _bind(held.tasks, alone)
                continue
            task = self._task(row[first:last], frame, here, held)
            if task is not None:
                made.append(replace(task, deadline=task.deadline or opening or here.section.deadline))
        held.title = len(made) if stop == ":" and not held.tasks and frame.manner == "bare" else 0
        held.tasks += made
        held.details = stop == ":" and row[-1].has("purpose", "copula", "like", "plain")

    def _task(self, row: Sequence[Unit], frame: Frame, here: Here, held: Clauses) -> Task | None:
        whole = Span(row[0].start, row[-1].end)
        deadline = self._deadlines.within(whole, here.times)
        span = trimmed(self._text, whole.start, whole.end)
        if span is None or len(span.of(self._text).split()) < _LEAST_WORDS:
            return None
        if only_announces(row) or row[0].has("formula"):
            return None
        if row[0].has("strive") and _is_figure(row):
            return None
        partners = held.coordinators or coordinators_within(row, 1, len(row), self._actors)
        done = frame.manner == "done"
        return Task(
            span=span,
            sentence=here.sentence.span,
            rule=f"task/{frame.manner}",
            certainty=_CERTAINTY.get(frame.manner, "high"),
            action=action(span.of(self._text)),
            assignees=held.assignees,
            coordinators=tuple(name for name in partners if name not in held.assignees),
            assigner=None if frame.manner in ("planned", "done") else held.assigner,
            deadline=deadline,
            status="done" if done else held.status,
        )

    def _assigner(self, frame: Frame, mode: Mode, here: Here, held: Clauses) -> None:
        """Who assigns, and with it the status: nobody's bidding is advice or a plan."""
        scene = self._scene
        if frame.assigner is not None and frame.assigner.sort != "back":
            held.assigner = scene.assigner = frame.assigner.names[0]
            advises = frame.assigner.sort == "person" and not self._actors.in_office(held.assigner)
            scene.told = not advises
            if advises:
                held.assigner = scene.assigner = None
        elif frame.named or mode.told or mode.listed:
            told = scene.assigner if scene.bids or frame.named else None
            held.assigner = held.assigner or here.section.assigner or told or self._issuer
            scene.told = scene.told or frame.named
        else:
            held.assigner = held.assigner or self._issuer
        advised = (
            held.assigner is None and self._document.metadata.kind in _NEWS and frame.manner not in ("duty", "led")
        )
        held.status = None if advised or frame.manner == "planned" else "assigned"

    def _assignees(self, row: Sequence[Unit], frame: Frame, here: Here, held: Clauses) -> None:
        """Who is to do it: named in the clause, else in the clause, line, heading or sentence before."""
        if frame.assignees is not None:
            named = frame.assignees
            names = named.names if named.sort != "back" else self._scene.assignees or here.section.assignees
            held.assignees = tuple(dict.fromkeys((*held.pending, *names)))
            held.pending = ()
            return
        if held.addressed:
            held.assignees = held.addressed
            return
        if held.framed and frame.manner == "bare" and not frame.named:
            return
        opener = row[first_word(row, 0)]
        turns = opener.has("opener") and not opener.has("purpose", "do", "manner")
        carried = frame.manner in ("bare", "obliged") and not frame.named and not turns
        before = self._scene.assignees if carried else ()
        held.assignees = () if frame.named else here.section.assignees or before

    def _apply(self, held: Clauses, value: Span) -> None:
        """Put what a labelled line says on the tasks it stands under."""
        column, held.column = held.column, None
        if column is None:
            return
        tasks = held.tasks if held.tasks else self._found[self._item :]
        told = [self._tables.told(task, column, value) for task in tasks]
        if held.tasks:
            held.tasks[:] = told
        else:
            self._found[self._item :] = told

    def _dated(self, tasks: Sequence[Task], row: Sequence[Unit], here: Here) -> list[Task]:
        """The tasks with the deadline of a clause that states it for the whole sentence."""
        for first, last in clauses_of(row, 0, self._frames, self._actors):
            alone = self._deadlines.alone(Span(row[first].start, row[last - 1].end), here.times)
            if alone is not None:
                return [task if task.deadline else replace(task, deadline=alone) for task in tasks]
        return list(tasks)

    def _introduce(self, sentence: Sentence, row: Sequence[Unit], held: Clauses) -> None:
        """Keep what a line that ends in a colon hands on to the items under it."""
        if not row or row[-1].text != ":":
            return
        if not (held.framed or held.listed):
            announced = self._words.heading(sentence.span.of(self._text))
            if announced is None and any(unit.has("matter") for unit in row[-_ANNOUNCED:]):
                announced = "none" if any(unit.has("past", "over") for unit in row) else "tasks"
            held.listed = announced == "tasks"
            if not held.listed:
                return
        words = sentence.block.span.of(self._text).rstrip()
        if sentence.span.end < sentence.block.span.end - 1:
            return
        effect: Effect | None = "none" if held.details else "tasks" if held.listed else None
        if effect is not None:
            self._sections.note(
                words, Section(effect, held.assignees, held.coordinators, held.assigner if held.told else None)
            )

    def _speaker(self, row: Sequence[Unit], start: int) -> str | None:
        """The person who speaks in a clause without a task; another's words bid nothing until they do."""
        at = self._frames.opening(row, start)
        found: Actors | None = self._actors.at(row, at) if at < len(row) else None
        if found is None or found.sort != "person" or not found.names or found.end >= len(row):
            return None
        verb = next((unit for unit in row[found.end : found.end + 4] if unit.has("urge", "tell", "assign")), None)
        if verb is None:
            return None
        bids = verb.has("urge", "assign")
        if bids or found.names[0] != self._scene.assigner:
            self._scene.told, self._scene.assigner, self._scene.age = bids, found.names[0] if bids else None, 0
        return found.names[0]


def _is_figure(row: Sequence[Unit]) -> bool:
    """Whether what is striven for is a figure alone ("phấn đấu 80% hồ sơ …"), with no verb before it."""
    for at, unit in enumerate(row[1:], 1):
        if unit.has("do", "step", "manner") and not unit.has("strive"):
            return False
        if unit.text[0].isdigit() and (at == 1 or (at + 1 < len(row) and row[at + 1].text == "%")):
            return True
    return True


def _bind(tasks: list[Task], deadline: str) -> None:
    tasks[:] = [task if task.deadline else replace(task, deadline=deadline) for task in tasks]
