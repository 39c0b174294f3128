"""Schools in the funnel of a measure: the sentence, the table, what can be taken away. Never a rank."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cswanalytics.answers import Answer, ReleaseFacts
from cswanalytics.catalogue import Better, Measure
from cswanalytics.inference import pooled
from cswanalytics.inference.funnel import LEAST_PUPILS_TO_CLASSIFY, Funnel, Place, funnel
from cswanalytics.remembered import remembered
from cswanalytics.show import words
from cswanalytics.show.figures import NB, amount, figure, in_unit, rounded
from cswanalytics.show.names import LONGEST_IN_CONTROL
from cswanalytics.show.spreadsheet_text import as_text
from cswanalytics.vocabulary import Symbol, year_label

THEMES = ("attendance", "exclusion")
"""Whose measures are set in a funnel: cohorts of results are too small at one school."""
YEARS_TOGETHER = 3
PLACES = {
    Place.HIGHER: "Higher",
    Place.LOWER: "Lower",
    Place.WITHIN: "Within chance",
    Place.CANNOT_SAY: "Cannot say",
}
IN_CONTROL = {
    "suspended_once_or_more": "Suspended once+",
    "suspended_twice_or_more": "Suspended twice+",
}
FEWEST_SCHOOLS_OF_A_TRUST = 4

COLUMNS = (
    "time_period", "years_together", "geographic_level", "la_name", "school_urn", "school_laestab",
    "school_name", "measure", "unit", "social_care_group", "pupils", "figure", "expected", "difference",
    "place", "trained",
)  # fmt: skip


@dataclass(frozen=True)
class Span:
    """The years a funnel puts together: one, or three that end with it."""

    last: int
    years: int = 1

    @property
    def words(self) -> str:
        """Give the years as readers write them: '2022/23 to 2024/25'."""
        if self.years == 1:
            return year_label(self.last)
        first = self.last - (self.years - 1) * 101
        return f"{year_label(first)} to {year_label(self.last)}"

    @property
    def together(self) -> str:
        """Say so beside an axis: 'three years together'; empty for one."""
        return "three years together" if self.years == YEARS_TOGETHER else ""


def offered(measures: Sequence[Measure]) -> dict[str, Measure]:
    """Give the measures a funnel is drawn of, by id: those of tier one that count children at a school."""
    return {
        measure.id: measure
        for measure in measures
        if measure.theme in THEMES
        and measure.is_counted
        and measure.school_level
        and measure.better is not Better.NONE
        and measure.tier == 1
    }


def in_control(measure: Measure) -> str:
    """Name a measure in a control."""
    return IN_CONTROL.get(measure.id, measure.title)


def of_span(answer: Answer, span: Span, urns: Collection[str] | None = None) -> Answer:
    """Give an answer's rows of a span of years, of some schools where named: one row a school."""
    if urns is not None:
        answer = _of_schools(answer, frozenset(urns))
    together = pooled(answer, span.years) if span.years > 1 else answer
    return together.only(time_period=span.last)


@remembered
def _of_schools(answer: Answer, urns: frozenset[str]) -> Answer:
    return replace(answer, rows=answer.rows[answer.rows["school_urn"].isin(urns)])


def in_funnel(answer: Answer, span: Span, urns: Collection[str] | None = None) -> Funnel:
    """Put schools into their funnel over a span of years."""
    return funnel(of_span(answer, span, urns))


def labels(listed: pd.DataFrame) -> dict[str, str]:
    """Give each school's name by its URN, with the LAESTAB where two have the same."""
    twice = listed["school_name"].duplicated(keep=False)
    said = listed["school_name"].where(~twice, listed["school_name"] + " (" + listed["school_laestab"] + ")")
    return dict(zip(listed["school_urn"], said, strict=True))


def shortened(trusts: Sequence[str]) -> dict[str, str]:
    """Give trusts' names as a control has room for, each unlike the others."""
    short: dict[str, str] = {}
    for trust in trusts:
        cut = trust if len(trust) <= LONGEST_IN_CONTROL else f"{trust[: LONGEST_IN_CONTROL - 1].rstrip()}…"
        same = sum(known.startswith(cut[:-2]) for known in short.values())
        short[trust] = f"{cut[: LONGEST_IN_CONTROL - 2]} {same + 1}" if cut in short.values() else cut
    return short


def of_phase(label: str) -> str:
    """Name the schools of a merged phase: 'primary and nursery schools'."""
    return f"{label.lower()} schools"


def sentence(worked: Funnel, phase: str) -> str:
    """Say how many schools differ by more than chance, and how many chance alone would make differ."""
    share = f"share of children with a social worker who {worked.measure.verb}"
    if not worked.classified:
        return (
            f"None of the {of_phase(phase)} has enough children with a social worker to tell it from chance."
        )
    higher, lower = (int((worked.schools["place"] == place).sum()) for place in (Place.HIGHER, Place.LOWER))
    start = f"Of {worked.classified} {of_phase(phase)}"
    if not higher and not lower:
        return f"{start}, none differs by more than chance in the {share}."
    if higher and lower:
        said = f"{higher + lower} differ by more than chance in the {share}: {higher} higher, {lower} lower"
    else:
        verb = "has" if higher + lower == 1 else "have"
        way = "higher" if higher else "lower"
        said = f"{higher + lower} {verb} a {way} {share} than chance explains"
    return f"{start}, {said}. By chance alone we would expect {_by_chance(worked)}."


def cannot_say(worked: Funnel, phase: str, total: int) -> str:
    """Say of how many of a phase's schools nothing can be said, and why."""
    silent = total - worked.classified
    if not silent:
        return f"None: each of the {total} {of_phase(phase)} has enough children to be told from chance."
    have = "has" if silent == 1 else "have"
    return (
        f"{silent} of {total} {of_phase(phase)} {have} fewer than {LEAST_PUPILS_TO_CLASSIFY} children with a "
        "social worker in these years, or no figures. Rounding alone could put so small a school outside the "
        "funnel, so nothing is said of it."
    )


def table(
    worked: Funnel,
    names: Mapping[str, str],
    links: Mapping[str, str],
    trained: Mapping[str, str],
    by_difference: bool = False,
) -> pd.DataFrame:
    """Give a row for each school drawn, in the order of their names or of how far from expected they are.

    `names` maps the URNs of the schools to list to their names, `links` to what stands in the first column,
    `trained` to whether their whole staff was trained this year.
    """
    listed = worked.drawn[worked.drawn["school_urn"].isin(list(names))]
    listed = listed.assign(name=listed["school_urn"].map(names)).sort_values("name")
    if by_difference:
        listed = listed.sort_values("difference", ascending=False, kind="stable")
    records = [
        (
            links.get(row["school_urn"], row["name"]),
            f"{int(row['pupils'])}",
            figure(row["share"], worked.measure, row["extreme"]),
            from_expected(worked, row),
            PLACES[row["place"]],
            trained.get(row["school_urn"], words.NO_FIGURE),
        )
        for _, row in listed.iterrows()
    ]
    heads = ["School", "Children", worked.measure.short, "From expected", "In words", "Trained this year"]
    return pd.DataFrame(records, columns=heads)


def from_expected(worked: Funnel, row: pd.Series) -> str:
    """Say how far a school is from the share of all of them: '20 points higher'."""
    if row["place"] is Place.CANNOT_SAY or row["extreme"]:
        return words.NO_FIGURE
    size = in_unit(abs(row["difference"]), worked.measure)
    if float(size) == 0:
        return "as expected"
    return f"{amount(size, worked.measure)} {'higher' if row['difference'] > 0 else 'lower'}"


def not_drawn(worked: Funnel, names: Mapping[str, str]) -> list[str]:
    """Give the names of the schools with no figure to draw, in order."""
    return sorted(names[urn] for urn in set(names) - set(worked.drawn["school_urn"]))


def numbers(
    worked: Funnel,
    span: Span,
    schools: pd.DataFrame,
    facts: ReleaseFacts,
    trained: Mapping[str, str] | None = None,
) -> str:
    """Give what is shown of the schools as CSV; 'c': withheld, 'x': not available.

    Whether staff were trained is told to those alone who see every school.
    """
    text = io.StringIO()
    columns = COLUMNS if trained is not None else COLUMNS[:-1]
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    found = {row["school_urn"]: row for _, row in worked.drawn.iterrows()}
    for school in schools.sort_values("school_name").to_dict("records"):
        record: dict[str, object] = {
            "time_period": span.last,
            "years_together": span.years,
            "geographic_level": "School",
            "la_name": facts.authority,
            **{name: as_text(str(school[name])) for name in ("school_urn", "school_laestab", "school_name")},
            "measure": worked.measure.id,
            "unit": worked.measure.unit.value,
            "social_care_group": "cwsw",
            **dict.fromkeys(("pupils", "figure", "difference"), Symbol.WITHHELD.value),
            "expected": _plain(worked.expected),
            "place": PLACES[Place.CANNOT_SAY],
        }
        if trained is not None:
            record["trained"] = trained.get(school["school_urn"], Symbol.NOT_AVAILABLE.value)
        row = found.get(school["school_urn"])
        if row is not None:
            bound = {"under": "<", "over": ">"}.get(row["extreme"], "")
            record |= {"pupils": int(row["pupils"]), "figure": f"{bound}{_plain(row['share'])}"}
            record["place"] = PLACES[row["place"]]
            if not bound and row["place"] is not Place.CANNOT_SAY:
                record["difference"] = _plain(row["difference"])
        writer.writerow(record)
    return text.getvalue()


def _plain(value: float) -> str:
    return "x" if pd.isna(value) else rounded(value, 0).replace("\u2212", "-")


def _by_chance(worked: Funnel) -> str:
    about = round(worked.by_chance)
    return f"about {about}" if about else f"fewer than{NB}1"
