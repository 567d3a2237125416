"""Every rule of derivation: the CONSTRUCTs of `queries/derive/` and those that SPARQL cannot say."""

from cdsgraph.files import Files
from cdsgraph.graph import (
    citation_findings,
    comparisons,
    derive,
    query_rules,
    record_names,
    responsibility,
    side_by_side,
    target_rules,
    task_ledger,
)


def load(files: Files) -> tuple[derive.Rule, ...]:
    """The rules in the order of their numbers. Raises QueryError or RulesError naming the file at fault."""
    typed = (
        comparisons.rule(files.rules),
        side_by_side.rule(files.rules),
        citation_findings.rule(),
        *target_rules.rules(files.rules),
        *responsibility.rules(files),
        *task_ledger.rules(files),
        *record_names.rules(files),
    )
    return tuple(sorted((*query_rules.load(files.queries / "derive"), *typed), key=lambda rule: rule.order))
