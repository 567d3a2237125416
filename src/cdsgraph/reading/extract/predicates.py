"""Where subject, verb and object of a clause begin and end, among the chunks before and behind a figure."""

from collections.abc import Sequence

from cdsgraph.reading.extract.clauses import Chunk
from cdsgraph.reading.extract.flow import Place, bare, clause
from cdsgraph.reading.facts import Direction


def acts(chunk: Chunk) -> bool:
    """Whether a chunk is a verb or its auxiliary, not part of a noun."""
    return chunk.has("auxiliary", "verb", "role_any") and not chunk.has("noun", "count")


def change_at(left: Sequence[Chunk]) -> int | None:
    """Index of the verb of change right before the figure, if the figure is the change and not the level reached."""
    for index in range(len(left) - 1, max(-1, len(left) - 3), -1):
        each = left[index]
        if each.labels.get("change_kind") == "amount":
            return index
        if not each.has("auxiliary", "each", "qualifier"):
            return None
    return None


def changing(place: Place) -> Direction | None:
    """The direction of the change that a figure is, None when it is none."""
    left = bare(place.left)
    index = change_at(left)
    if index is None:
        return None
    return "down" if left[index].labels["change"] == "down" else "up"


def reach_at(left: Sequence[Chunk]) -> int | None:
    """Index where the verbs of reaching right before the figure begin ("đã | đạt", "lên đến", "(chiếm")."""
    index = len(left)
    seen = False
    while index > 0:
        each = left[index - 1]
        if each.kind != "word":
            break
        if each.has("reach") or each.labels.get("change_kind") == "level":
            seen = True
        elif each.has("measure"):
            # "đạt tỷ lệ 81%": the measure noun between the verb and its number
            if seen or index < 2 or not left[index - 2].has("reach"):
                break
        elif not each.has("auxiliary", "change", "role_any", "role_before"):
            break
        index -= 1
    return index if seen else None


def from_measure(words: Sequence[Chunk]) -> list[Chunk] | None:
    """The phrase that begins at the first measure noun ("tỷ lệ …", "số …"), if there is one."""
    for index, each in enumerate(words):
        if each.has("measure") and each.kind == "word":
            return list(words[index:])
    return None


def predicate_of(words: Sequence[Chunk]) -> list[Chunk]:
    """The predicate that begins at the first verb; empty when it only says that something is there."""
    for index, each in enumerate(words):
        if acts(each) and each.kind == "word":
            found = trim_right(words[index:])
            return [] if all(word.has("exists", "auxiliary") for word in found) else found
    return []


def predicate_or_all(words: Sequence[Chunk]) -> Sequence[Chunk]:
    """The predicate, or all the words where there is none."""
    return predicate_of(words) or words


def subject_of(head: Sequence[Chunk]) -> list[Chunk]:
    """The common nouns before the predicate; none when a name or a place acts."""
    for index, each in enumerate(head):
        if acts(each) and each.kind == "word":
            found = list(head[:index])
            return [] if any(word.kind == "name" or word.has("count") for word in found) else found
    return []


def after_verb(head: Sequence[Chunk]) -> list[Chunk]:
    """The words behind the last verb."""
    last = max((i for i, each in enumerate(head) if acts(each)), default=-1)
    return list(head[last + 1 :])


def over_commas(place_right: Sequence[Chunk], right: list[Chunk]) -> tuple[list[Chunk], bool]:
    """The words behind a share, over the commas of a list of nouns up to its predicate, and whether there is one."""
    at = len(right)
    if at >= len(place_right) or place_right[at].text != ",":
        return right, False
    whole = list(place_right[:30])
    for index in range(at, len(whole)):
        each = whole[index]
        if acts(each):
            after_comma = whole[index - 1].text == "," or whole[index - 1].has("conjunction")
            return (right, False) if after_comma else (whole[:index] + clause(whole[index:]), True)
        if each.has("preposition", "purpose") and not each.has("place"):
            break
    return right, False


def noun_phrase(words: Sequence[Chunk]) -> list[Chunk]:
    """The words up to the first verb, preposition or time; prepositions of place stay within."""
    found: list[Chunk] = []
    for each in words:
        if each.kind == "time" or (
            each.has("preposition", "auxiliary", "report", "deictic", "compare", "reach", "verb")
            and not each.has("noun", "count", "link")
            and not (found and each.has("place") and not each.has("reach"))
        ):
            break
        found.append(each)
    return trim_right(found)


def trim_left(words: Sequence[Chunk]) -> list[Chunk]:
    """The words without what only opens a clause."""
    index = 0
    while index < len(words) and _opens(words[index]):
        index += 1
    return list(words[index:])


def _opens(chunk: Chunk) -> bool:
    if chunk.kind in ("mark", "digits"):
        return True
    if chunk.has("noun", "measure"):
        return False
    if chunk.has("exists", "role_any", "role_before", "plural") and not chunk.has("auxiliary"):
        return True
    return chunk.has("conjunction", "preposition", "deictic") and not chunk.has("verb")


def trim_right(words: Sequence[Chunk]) -> list[Chunk]:
    """The words without what only leads to the figure."""
    end = len(words)
    while end and _leads(words[end - 1]):
        end -= 1
    return list(words[:end])


def _leads(chunk: Chunk) -> bool:
    if chunk.kind == "mark":
        return True
    if chunk.has("noun"):
        return False
    if chunk.has("change", "reach") and not chunk.has("measure"):
        return True
    leading = chunk.has("conjunction", "preposition", "plural", "link", "compare", "qualifier")
    return leading and not chunk.has("verb", "count")


def without_report(words: list[Chunk]) -> list[Chunk]:
    """The words after "X cho biết," and "Theo X,"."""
    start = 0
    for index, each in enumerate(words):
        if each.has("report") and index + 1 < len(words):
            announced = words[index + 1].text in (",", ":", "rằng")
            if announced or (" " in each.text and not each.has("verb", "count")):
                start = index + 1
        elif each.text == "," and index and any(word.has("attribution") for word in words[start:index][:3]):
            start = index + 1
    return words[start:]
