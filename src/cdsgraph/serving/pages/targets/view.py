"""What the scorecard's page shows of each target: goal, figures by basis, gap, status, evidence of both sides."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from markupsafe import Markup

from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.charts import Chart, Point, Series, chart
from cdsgraph.serving.pages.rendering import Reader
from cdsgraph.serving.pages.targets.amounts import amount, gap, goal, measured
from cdsgraph.serving.pages.targets.scorecard import Entry, Row, code_of, kind_of
from cdsgraph.serving.pages.targets.statements import points_query, statements
from cdsgraph.serving.pages.things.view import ThingView
from cdsgraph.serving.rdf.descriptions import Description, named, names
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS, PROV

_RELATION: Final = CDS + "TargetRelation"
_BESIDE: Final = CDS + "SideBySide"


class TargetView:
    """Targets as the reader sees them, from the rows of the saved query and what the graph says of them."""

    def __init__(self, told: Description, points: Sequence[Row], reader: Reader) -> None:
        self._told, self._reader = told, reader
        self._things = ThingView(told, reader)
        self._points: dict[str, list[Row]] = {}
        for point in points:
            self._points.setdefault(point["target"], []).append(point)

    def shown(self, entry: Entry) -> dict[str, Any]:
        """What the page tells of one target."""
        row, target = entry.first, entry.target
        lines = [self._line(each, target) for each in entry.rows]
        verdicts = {(line["status"], line["rule"]) for line in lines}
        return {
            "id": code_of(target),
            "href": self._reader.href(target),
            "indicator": row.get("indicator", ""),
            "goal": goal(row, self._reader),
            "deadline": self._deadline(target, row),
            "act": row["act"],
            "act_href": self._reader.href(self._told.value(target, CDS + "act") or ""),
            "set_by": row.get("setBy", ""),
            "responsible": self._things.shown(target, "attributedTo"),
            "pillar": row.get("pillar", ""),
            "lines": lines,
            "one_verdict": len(verdicts) == 1,
            "measured": any(line["figure"] for line in lines),
            "evidence": self._proof(target),
            "relations": self._relations(target),
            "beside": self._beside(target),
            "sources": words.day(row["sources"], self._reader.lang),
            "chart": self._chart(entry),
        }

    def _line(self, row: Row, target: str) -> dict[str, Any]:
        """One assessment: the latest figure of a basis, the gap, the status with its rule."""
        figure = row.get("figure")
        status = code_of(row["statusIri"])
        assessment = row["assessment"]
        judged = [v.value for v in self._told.values(assessment, CDS + "judgedOn") if v.value not in (figure, target)]
        return {
            "href": self._reader.href(assessment),
            "figure": measured(row, self._reader) if figure else "",
            "figure_href": self._reader.href(figure) if figure else None,
            "period": words.period(row.get("period") or row["asOf"], self._reader.lang) if figure else "",
            "basis": row.get("basis", ""),
            "gap": gap(row, self._reader),
            "status": row["status"],
            "code": status,
            "kind": kind_of(status),
            "rule": row["rule"],
            "evidence": self._proof(figure) if figure else None,
            "judged": self._things.links(judged),
        }

    def _deadline(self, target: str, row: Row) -> str:
        label = self._told.value(target, CDS + "periodLabel")
        if label and row.get("deadline", "").startswith(label):
            return words.period(label, self._reader.lang)
        return words.day(row["deadline"], self._reader.lang) if "deadline" in row else ""

    def _proof(self, fact: str) -> dict[str, Any]:
        """The sentence, or file and row of the register with what was seen there; how sure; where it was said."""
        told, lang = self._told, self._reader.lang
        entry = next((v.value for v in told.values(fact, PROV + "wasDerivedFrom")), "")
        file, row, seen = (told.value(entry, CDS + name) for name in ("file", "row", "seenIn"))
        register = Markup()
        if file and row:
            text = self._reader.word("figure.register.value", file=file, row=row)
            register = Markup('<a href="{}">{}</a>').format(self._reader.href(entry) or "", text)
        stated = told.value(fact, CDS + "statedOn")
        return {
            "sentence": self._things.evidence(fact),
            "register": register,
            "seen": seen if seen and f"{seen}.csv" != file else "",
            "source": self._things.shown(fact, "source"),
            "stated": words.day(stated, lang) if stated else "",
            "certainty": self._things.shown(fact, "certainty"),
            "fact": self._things.link(fact),
        }

    def _relations(self, target: str) -> list[Markup]:
        """What other acts ask for of the same indicator and year, each in a sentence."""
        found = []
        for node in self._told.subjects(_RELATION):
            ends = {name: self._told.value(node, CDS + name) for name in ("laterTarget", "earlierTarget")}
            if target not in ends.values() or None in ends.values():
                continue
            later = ends["laterTarget"] == target
            other = ends["earlierTarget" if later else "laterTarget"] or ""
            relation = self._things.shown(node, "targetRelation")
            key = "targets.relation.later" if later else "targets.relation.earlier"
            found.append(self._reader.word(key, relation=relation, other=self._things.link(other)))
        return found

    def _beside(self, target: str) -> list[Markup]:
        """The records that set its indicator beside one that is easily taken for it."""
        indicator = self._told.value(target, CDS + "indicator")
        sides = (CDS + "leftIndicator", CDS + "rightIndicator")
        return [
            self._things.link(node)
            for node in self._told.subjects(_BESIDE)
            if any(self._told.has(node, side, indicator or "") for side in sides)
        ]

    def _chart(self, entry: Entry) -> Chart | None:
        """The target at its deadline, and every measurement by basis."""
        points = self._points.get(entry.target, [])
        row = entry.first
        if not points or "deadline" not in row:
            return None
        of_basis: dict[str, list[Point]] = {}
        for each in points:
            period = each.get("period") or each["asOf"]
            of_basis.setdefault(each["basis"], []).append(
                Point(
                    period,
                    Decimal(each["value"]),
                    each.get("printed") or amount(each["value"], row, self._reader),
                    self._reader.href(each["figure"]),
                    words.period(period, self._reader.lang),
                )
            )
        aim = Point(
            row["deadline"], Decimal(row["goal"]), goal(row, self._reader), self._reader.href(entry.target),
            self._deadline(entry.target, row),
        )  # fmt: skip
        series = [Series(str(self._reader.word("targets.goal")), [aim], aimed=True)]
        series += [Series(self._things.name(basis), each) for basis, each in of_basis.items()]
        return chart(series, self._reader.lang)


async def view(reader: Reader, listed: Sequence[Entry]) -> TargetView:
    """The view of some targets, with what the graph says of them. Raises what the engine raises."""
    engine = served(reader.request).engine
    targets = [entry.target for entry in listed]
    if not targets:
        return TargetView(Description("", ()), [], reader)
    triples = await statements(engine, targets, beside=True)
    rows = await engine.select(points_query(targets))
    points = [{name: cell["value"] for name, cell in row.items()} for row in rows]
    bases = sorted({point["basis"] for point in points})
    told = await named(engine, targets[0], [*triples, *await names(engine, bases)])
    return TargetView(told, points, reader)
