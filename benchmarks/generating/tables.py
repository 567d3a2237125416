"""Tables of a document: results by year, targets by year, tasks with who does them and by when."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks.generating.figures import printed
from benchmarks.generating.filling import Filling
from benchmarks.generating.passage import Mark, Passage, Piece
from benchmarks.generating.times import Period

_SHARES = ("percent", "share")


def results(filling: Filling) -> list[list[Passage]]:
    """What was measured in the two years before the document's."""
    year = filling.times.day.year
    return _measured(filling, [(f"Năm {year - 2}", year - 2), (f"Năm {year - 1}", year - 1)], "observed")


def targets(filling: Filling) -> list[list[Passage]]:
    """What is aimed at in two years to come."""
    year = filling.times.target
    return _measured(filling, [(f"Mục tiêu năm {year}", year), (f"Mục tiêu năm {year + 5}", year + 5)], "target")


def tasks(filling: Filling) -> list[list[Passage]]:
    """Tasks, who leads, who works with them, and by when."""
    rows = [
        [Passage(each) for each in ("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian hoàn thành")]
    ]
    for number in range(filling.rng.randint(2, 4)):
        work = filling.sentence("{works}", [])
        work.marks = [mark for mark in work.marks if mark.kind != "sentence"]
        lead = filling.names.department()
        beside = filling.names.other_department(lead.meaning)
        due = filling.times.due()
        words = due.text.removeprefix("trong ").removeprefix("trước ")
        deadline = Passage(words)
        deadline.capital_at(0)
        period: Period = due.meaning
        fields = {
            "assignees": [lead.meaning], "coordinators": [beside.meaning], "assigner": None, "status": "assigned",
            "deadline": period.iso, "action": " ".join(work.text.split()[:15]), "alt": {"deadline": list(period.alt)},
        }  # fmt: skip
        work.marks.append(Mark(0, len(work.text), "task", fields))
        rows.append([Passage(f"{number + 1}"), work, lead.passage, beside.passage, deadline])
    return rows


TABLES: dict[str, Callable[[Filling], list[list[Passage]]]] = {"results": results, "targets": targets, "tasks": tasks}


def _measured(filling: Filling, columns: list[tuple[str, int]], role: str) -> list[list[Passage]]:
    heads = ["TT", "Chỉ tiêu", "Đơn vị tính", *(words for words, _ in columns)]
    rows, seen = [[Passage(words) for words in heads]], set()
    for _ in range(filling.rng.randint(3, 6)):
        filling.other_family(filling.rng.choice((*_SHARES, *_SHARES, "money", "speed")))
        measure = filling.measure("")
        name = measure["indicator"]
        if name in seen:
            continue
        seen.add(name)
        unit = {"money": "tỷ đồng", "speed": "Mbps"}.get("money" if "unit" not in measure else "speed", "%")
        unit = "%" if "noun" in measure or name.startswith(("tỷ lệ", "tỷ trọng")) else unit
        cells = [Passage(f"{len(rows)}"), Passage(name), Passage(unit)]
        cells[1].capital_at(0)
        low, high = measure["low"], measure["high"]
        first = filling.rng.randint(low, max(low, (low + high) // 2))
        for number, (_, year) in enumerate(columns):
            value = Decimal(first + number * filling.rng.randint(0, max(1, (high - low) // 2)))
            if role == "observed" and unit != "tỷ đồng":
                value += Decimal(filling.rng.randint(0, 9)) / 10
            cells.append(_cell(filling, value, unit, name, Period(f"{year}", "", year), role))
        rows.append(cells)
    return rows


def _cell(filling: Filling, value: Decimal, unit: str, indicator: str, period: Period, role: str) -> Passage:
    text = printed(value, 0 if value == int(value) else 1)
    whole = value * 10**9 if unit == "tỷ đồng" else value
    place = filling.names.province
    fields: dict[str, Any] = {
        "value": int(whole) if whole == int(whole) else float(whole), "value_to": None, "of": None,
        "unit": "VND" if unit == "tỷ đồng" else unit, "qualifier": "exact", "role": role, "indicator": indicator,
        "subject": f"tỉnh {place}", "period": period.iso, "direction": None, "base_period": None, "source": None,
        "alt": {"subject": [None, place, f"Tỉnh {place}", filling.names.home_name]},
    }  # fmt: skip
    return Piece(Passage(text, [Mark(0, len(text), "quantity", fields)])).passage
