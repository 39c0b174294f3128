"""Whether what measures count can be worked out at all, asked of a database without a child in it.

What an expression may name is settled where it is read; that its brackets close and that no text is added to
a number is known by whoever works it out.
"""

import duckdb

from cswanalytics.catalogue import Catalogue, Measure
from cswanalytics.errors import DefinitionsInvalid
from cswanalytics.expressions import CHILD_YEAR_COLUMNS, TEXT_COLUMNS, YES_OR_NO

NUMBERS = ("BOOLEAN", "INTEGER", "BIGINT", "HUGEINT")


def refuse_what_cannot_be_worked_out(catalogue: Catalogue) -> None:
    """Have every expression of every measure worked out of nobody. DefinitionsInvalid names all that fail."""
    kinds = {
        name: "varchar" if name in TEXT_COLUMNS else "boolean" if YES_OR_NO.fullmatch(name) else "bigint"
        for name in CHILD_YEAR_COLUMNS
    }
    with duckdb.connect() as nobody:
        columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        nobody.execute(f"create table child_year ({columns})")
        faults = [
            f"{measure.id}.toml: {part}: '{expression}' cannot be worked out; other measures show how"
            for measure in catalogue.measures.values()
            for part, expression in _expressions(measure).items()
            if not _is_a_number(nobody, expression)
        ]
    if faults:
        raise DefinitionsInvalid("the definitions have faults:" + "".join(f"\n  {fault}" for fault in faults))


def _expressions(measure: Measure) -> dict[str, str]:
    parts = ("population", "numerator", "denominator", "events")
    return {part: expression for part in parts if (expression := getattr(measure, part))}


def _is_a_number(nobody: duckdb.DuckDBPyConnection, expression: str) -> bool:
    try:
        [(_, kind, *_)] = nobody.execute(f"select ({expression}) from child_year").description
    except duckdb.Error:
        return False
    return kind in NUMBERS
