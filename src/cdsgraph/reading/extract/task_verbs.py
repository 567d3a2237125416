"""What stands about the verbs of a clause: adverbs before them, words behind them, papers that bid."""

from collections.abc import Sequence

from cdsgraph.reading.extract.task_units import Unit

VERBS = ("manner", "do", "step", "lead", "result")
PAPER_REACH = 14  # units between a paper and the verb by which it bids


def past_adverbs(row: Sequence[Unit], at: int) -> tuple[int, bool]:
    """Index behind adverbs that may stand before a verb, and whether they set it in the past."""
    past = False
    while at < len(row):
        unit = row[at]
        if unit.has("soft") and not unit.has("manner"):
            past = past or unit.has("over")
        elif unit.text == "," and at + 1 < len(row) and row[at + 1].has("soft", "modal", "duty"):
            pass
        elif unit.text == "," and at + 1 < len(row) and " " in row[at - 1].text and row[at - 1].has("soft"):
            pass  # "theo chức năng, nhiệm vụ được giao, xây dựng …"
        else:
            break
        at += 1
    return at, past


def bids_in_writing(row: Sequence[Unit], at: int) -> int | None:
    """Index of the verb that bids by a paper just made: "ký công điện yêu cầu", "ban hành Chỉ thị số 5 giao"."""
    if not row[at].has("issue"):
        return None
    papers = False
    for index in range(at + 1, min(len(row), at + PAPER_REACH)):
        unit = row[index]
        if unit.has("assign") and papers:
            return index
        papers = papers or unit.has("paper") or unit.kind == "name"
        if unit.kind == "mark" and unit.text not in "/-":
            return None
    return None


def is_finite(row: Sequence[Unit], at: int, *, listed: bool) -> bool:
    """Whether what begins like a verb phrase is the subject of a verb of its own ("Truyền thông được đẩy mạnh").

    In a list of tasks only a denial tells it ("Đầu tư cho nghiên cứu chưa đạt yêu cầu").
    """
    if listed:
        return any(unit.has("unmet") for unit in row[at + 1 :])
    for unit in row[at + 1 :]:
        if unit.has("passive", "future", "finite"):
            return True
        if unit.text in ",;:" and not unit.has("link"):
            return False
    return False


def past_given(row: Sequence[Unit], at: int) -> int:
    """Index behind words that may follow an assigning verb: "nhiệm vụ", "cho"."""
    while at < len(row) and row[at].has("given"):
        at += 1
    return at


def past_duty(row: Sequence[Unit], at: int) -> int:
    """Index behind the words between a duty and what it consists in."""
    while at < len(row) and (row[at].has("given") or row[at].text in ":," or row[at].has("copula")):
        at += 1
    return at


def names_partners(row: Sequence[Unit], at: int) -> bool:
    """Whether those who help are named right behind a leading verb."""
    at = at + 1 if row[at].text == "," else at
    return at < len(row) and row[at].has("coordinate")
