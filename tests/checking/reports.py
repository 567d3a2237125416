"""A report with everything a finding can have, for the tests of the formats."""

from datetime import date

from rdflib import SH, Literal, URIRef
from rdflib.paths import AlternativePath

from cdsgraph.checking import Report, Result, Severity
from cdsgraph.checking.report import Place, Rule, Waived
from cdsgraph.vocab import CDS, DEFAULT_BASE, SHAPE

MESSAGES = (("en", "A number is needed."), ("vi", "Cần một số."))
REMEDIES = (("en", "Write 16.5, not 16,5."), ("vi", "Viết 16.5, không viết 16,5."))
# Everything that some format has to escape.
HOSTILE = "50% a:b, c\n::error::x\r\n]]> <b> & \"'{0} [x](1) ##[error] \x00\x1b \U0001f600"


def result(
    severity: Severity,
    focus: str,
    rule: str,
    value: Literal | None = None,
    places: tuple[Place, ...] = (),
    waived: Waived | None = None,
) -> Result:
    return Result(
        severity=severity,
        focus=URIRef(DEFAULT_BASE + focus),
        path=URIRef(CDS + "value"),
        shape=URIRef(SHAPE + rule),
        component=SH.DatatypeConstraintComponent,
        value=value,
        messages=MESSAGES,
        remedies=REMEDIES,
        places=places,
        waived=waived,
    )


TEXT_PLACE = Place("data/documents/bài viết.txt", 3, 5, 3, 17, span=(120, 132))
LONG_PLACE = Place("data/register/acts.csv", 7, 1, 9, 4)
RESULTS = (
    result("warning", "id/figure/b", "Figure-percentage", Literal("165.0"), (TEXT_PLACE, LONG_PLACE)),
    result("violation", "id/figure/c", "Figure-value", Literal("16,5"), (LONG_PLACE,)),
    result("violation", "id/figure/a", "Figure-value", Literal(HOSTILE), (Place("a,b:c%.ttl", 2, 3),)),
    result("info", "id/figure/d", "Figure-open"),
    result(
        "violation", "id/figure/w", "Figure-unit", places=(Place("data.ttl", 1),),
        waived=Waived("Nguồn in như vậy, xem bản gốc.", date(2027, 12, 31)),
    ),
    Result(
        "warning", URIRef("urn:x"), AlternativePath(URIRef("urn:p"), URIRef("urn:q")), URIRef("urn:shape:Own"),
        SH.MinCountConstraintComponent,
    ),
)  # fmt: skip
RULES = (Rule(URIRef(SHAPE + "Figure-passed"), "Figure-passed", "violation", MESSAGES, REMEDIES),)
REPORT = Report(RESULTS, triples=12345, shapes=190, rules=RULES, checked=("data.ttl",))
