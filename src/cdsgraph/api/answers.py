"""The answer to a SELECT query as rows of Python values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, overload

from pyoxigraph import Literal, QuerySolutions

from cdsgraph.errors import CdsgraphError
from cdsgraph.vocab import XSD

if TYPE_CHECKING:
    import pandas

Value = str | int | Decimal | bool | date | None
Row = dict[str, Value]

_READ: Final[dict[str, Callable[[str], Value]]] = {
    XSD + "integer": int,
    XSD + "decimal": Decimal,
    XSD + "double": lambda text: Decimal(text.replace("INF", "Infinity")),
    XSD + "boolean": lambda text: text in ("true", "1"),
    XSD + "date": date.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Table(Sequence[Row]):
    """Rows by column, in the order of the query; an IRI is its text, an unbound variable None.

    Integers are int, decimals and doubles Decimal, booleans bool, whole days date; every other literal is its text.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        return self.rows[at]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def to_pandas(self) -> "pandas.DataFrame":
        """The rows as a data frame: decimals as floats, days as timestamps, columns of text as they are.

        Raises CdsgraphError where pandas is not installed (`pip install cdsgraph[pandas]`).
        """
        try:
            import pandas
        except ImportError as error:
            raise CdsgraphError("pandas is not installed", remedy="pip install 'cdsgraph[pandas]'") from error
        frame = pandas.DataFrame.from_records([tuple(row.values()) for row in self.rows], columns=list(self.columns))
        for name in self.columns:
            kinds = {type(row[name]) for row in self.rows if row[name] is not None}
            if kinds and kinds <= {Decimal, int}:
                frame[name] = pandas.to_numeric(frame[name].map(lambda each: each if each is None else float(each)))
                if kinds == {int} and frame[name].notna().all():
                    frame[name] = frame[name].astype("int64")
            elif kinds == {date}:
                frame[name] = pandas.to_datetime(frame[name])
        return frame


def table(solutions: QuerySolutions) -> Table:
    """The solutions of a query as a table."""
    columns = tuple(variable.value for variable in solutions.variables)
    return Table(columns, tuple(dict(zip(columns, map(_value, solution), strict=True)) for solution in solutions))


def _value(term: object) -> Value:
    if term is None:
        return None
    if not isinstance(term, Literal):
        return str(getattr(term, "value", term))
    try:
        return _READ.get(term.datatype.value, str)(term.value)
    except (ValueError, ArithmeticError):
        return term.value
