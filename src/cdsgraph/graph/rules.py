"""Every rule of derivation: the CONSTRUCTs of `queries/derive/` and those that SPARQL cannot say."""

from cdsgraph.files import Files
from cdsgraph.graph import citation_findings, comparisons, derive, side_by_side


def load(files: Files) -> tuple[derive.Rule, ...]:
    """The rules in the order of their numbers. Raises QueryError or RulesError naming the file at fault."""
    typed = (comparisons.rule(), side_by_side.rule(files.rules), citation_findings.rule())
    return tuple(sorted((*derive.load(files.queries / "derive"), *typed), key=lambda rule: rule.order))
