"""What a page says is what `cswanalytics answer` prints, figure by figure: in its table and its sentence."""

import json
import re
from collections.abc import Sequence

import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics.access import Actor
from cswanalytics.access_table import AccessTable
from cswanalytics.answers import Question
from cswanalytics.app.visit import Visitor
from cswanalytics.catalogue import Measure, Unit
from cswanalytics.gateway import ReleaseGateway, open_gateway
from cswanalytics.inference import State
from cswanalytics.show import printed
from cswanalytics.vocabulary import Role, year_label
from tests.pages.test_every_role import draw

STRATEGIST = Actor(Role.VIRTUAL_SCHOOL_HEAD)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
NO_FIGURE = re.compile(r"\d{4}/\d{2}|of every 100|in 100|of \d+ measures")
OFF = {"cwsw": 0.51, "peers": 0.51, "gap": 0.51}
OFF |= {f"{name}_{end}": 1.01 for name in OFF for end in ("low", "high")}
"""How far rounding may take each figure of a sentence: an interval is rounded outward."""
PAGES = {
    "attendance": "persistent_absence",
    "attainment": "good_level_of_development",
    "exclusions": "suspended_once_or_more",
}
"""Pages by the measure of which they print every year."""


@pytest.fixture(scope="module")
def gateway(made) -> ReleaseGateway:
    return open_gateway(made.releases, STRATEGIST)


@pytest.fixture(scope="module")
def pages(gateway) -> dict[str, AppTest]:
    visitor = Visitor("somebody", STRATEGIST, AccessTable())
    return {
        address: AppTest.from_function(draw, args=(address, gateway, visitor), default_timeout=60).run()
        for address in ("overview", *PAGES)
    }


def of_the_command_line(gateway: ReleaseGateway, measure: str) -> dict[int, dict]:
    """Give what the command prints of a measure as JSON, by year."""
    found = printed.counted_and_labelled(gateway.answer(Question(measure)))
    return {row["time_period"]: row for row in json.loads(printed.as_json(found, gateway.facts))["rows"]}


def assert_alike(cells: Sequence[str], row: dict, measure: Measure) -> None:
    """Hold the cells of both groups and of the gap beside what the command prints."""
    step = 1.0 if measure.unit is Unit.PERCENT else 0.1
    cwsw, peers, behind = cells
    if row["state"] != State.SHOWN:
        assert not NUMBER.search(behind), (measure.id, behind)
        return
    for cell, name in ((cwsw, "cwsw"), (peers, "peers")):
        [shown] = map(float, NUMBER.findall(cell))
        if cell.startswith("under"):
            assert row[name] <= shown, (measure.id, name)
        elif cell.startswith("over"):
            assert row[name] >= shown, (measure.id, name)
        else:
            assert shown == pytest.approx(row[name], abs=0.51 * step), (measure.id, name)
    numbers = [float(number) for number in NUMBER.findall(re.sub(r"per\s1,000", "", behind))]
    *gap, low, high = numbers
    assert gap in ([], [pytest.approx(abs(row["gap"]), abs=0.51 * step)]), (measure.id, behind)
    # an interval is rounded outward
    assert low == pytest.approx(abs(row["gap_low"]), abs=1.01 * step), (measure.id, behind)
    assert high == pytest.approx(abs(row["gap_high"]), abs=1.01 * step), (measure.id, behind)


def test_the_overview_prints_what_the_command_prints_of_every_outcome(gateway, pages) -> None:
    table = pages["overview"].table[0].value
    by_name = {re.sub(r"^\[(.+?)\].*", r"\1", cells[0]): cells[1:4] for cells in table.to_numpy().tolist()}
    measures = [one for one in gateway.measures(tier=1) if one.has_peers]

    assert set(by_name) == {measure.short for measure in measures}
    compared = 0
    for measure in measures:
        row = of_the_command_line(gateway, measure.id)[max(gateway.facts.years)]
        assert_alike(by_name[measure.short], row, measure)
        compared += row["state"] == State.SHOWN
    assert compared >= 5


@pytest.mark.parametrize(("address", "measure"), PAGES.items())
def test_a_page_prints_what_the_command_prints_of_every_year(gateway, pages, address, measure) -> None:
    entry = next(one for one in gateway.measures() if one.id == measure)
    tables = [table.value for table in pages[address].table if table.value.columns[0] == "Year"]
    expected = of_the_command_line(gateway, measure)

    [cells] = [table.to_numpy().tolist() for table in tables]
    assert [row[0] for row in cells] == [year_label(year) for year in sorted(expected)]
    for row, year in zip(cells, sorted(expected), strict=True):
        assert_alike(row[1:4], expected[year], entry)


@pytest.mark.parametrize("address", ["overview", *PAGES])
def test_every_figure_of_an_answer_is_one_the_command_prints(gateway, pages, address) -> None:
    answer = pages[address].markdown[1].value
    theme = {"attendance": "attendance", "attainment": "attainment", "exclusions": "exclusion"}.get(address)
    known = [
        (row[name], off)
        for measure in gateway.measures(theme=theme or "")
        if measure.has_peers
        for row in of_the_command_line(gateway, measure.id).values()
        if row["time_period"] == max(gateway.facts.years)
        for name, off in OFF.items()
        if row[name] is not None
    ]
    figures = [float(figure) for figure in NUMBER.findall(NO_FIGURE.sub("", answer))]

    assert figures, answer
    for figure in figures:
        assert any(abs(figure - abs(value)) <= off for value, off in known), (figure, answer)
