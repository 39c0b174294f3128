"""Charts and their printed sisters: what must hold of each whatever the figures."""

import dataclasses
import itertools
import math
import struct

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cswanalytics.answers import Question
from cswanalytics.inference import Gaps, change, gaps, tier_one
from cswanalytics.show import charts, downloads, names, prints, rows
from cswanalytics.show.charts import frame
from cswanalytics.show.charts.dumbbell import Row
from cswanalytics.show.palette import DARK, LIGHT, Palette
from cswanalytics.vocabulary import Who
from tests.pages.invented_gateway import InventedGateway

GATEWAY = InventedGateway()
PERSISTENT = gaps(GATEWAY.answer(Question("persistent_absence")))
NAMES = ("Children with a social worker", "Their peers")
ENDS = ("CWSW", "peers")


def trend_of(worked_out: Gaps) -> charts.trend.Parts:
    parts = charts.trend.parts(worked_out, ENDS)
    assert parts
    return parts


def outcomes(gateway: InventedGateway) -> dict[str, Gaps]:
    return {name: entry for name, (entry, _) in tier_one(gateway).items() if entry.measure.has_peers}


def drawn(palette: Palette) -> dict[str, go.Figure]:
    """Give one of each chart."""
    parts = trend_of(PERSISTENT)
    return {
        "dumbbell": charts.dumbbell.draw(
            charts.dumbbell.parts(rows.outcome_rows(outcomes(GATEWAY), 202425), NAMES, rows.ASIDES), palette
        ),
        "trend": charts.trend.draw(parts, palette),
        "why it moved": charts.scene.draw(
            charts.why_it_moved.scene(change(PERSISTENT), NAMES, ("6 higher", "2 higher")), palette
        ),
    }


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_chart_is_still_opaque_and_without_a_legend(palette: Palette) -> None:
    for name, chart in drawn(palette).items():
        assert chart.layout.paper_bgcolor == chart.layout.plot_bgcolor == palette.page, name
        assert chart.layout.xaxis.fixedrange, name
        assert chart.layout.yaxis.fixedrange, name
        assert chart.layout.dragmode is False, name
        assert chart.layout.showlegend is False, name
        assert "yaxis2" not in chart.layout, name
        assert min(note.font.size for note in chart.layout.annotations) >= frame.LEAST, name


def test_a_line_is_never_drawn_over_years_that_are_left_out() -> None:
    chart = charts.trend.draw(trend_of(PERSISTENT), LIGHT)

    lines = [trace for trace in chart.data if trace.mode == "lines+markers"]
    assert [list(line.x) for line in lines] == [[0, 1, 2], [5, 6, 7, 8]] * 2
    assert any("schools<br>were<br>closed to" in (note.text or "") for note in chart.layout.annotations)


def test_a_row_that_cannot_be_shown_keeps_its_place() -> None:
    shown, missing = (
        rows.outcome_rows(outcomes(InventedGateway(state)), 202425) for state in ("usual", "too few")
    )

    assert [row.name for row in missing] == [row.name for row in shown]
    assert {row.instead for row in missing} >= {"too few to show"}


def test_a_figure_only_known_to_be_under_something_stands_in_short_beside_its_dot() -> None:
    row = Row("Missed", "In school", 2.0, 0.3, "2 %", "under\u00a01\u00a0%", "2 points behind")
    chart = charts.dumbbell.draw(charts.dumbbell.parts([row], NAMES), LIGHT)

    assert "<b>&lt;1\u00a0%</b>" in [note.text for note in chart.layout.annotations]


@settings(deadline=None)  # a busy machine draws slowly, and that is no fault of a chart
@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=6),
    st.sampled_from([100.0, 60.0]),
)
def test_a_dumbbell_can_be_drawn_of_any_figures(figures: list[tuple[float, float]], end: float) -> None:
    made = [
        Row(
            f"Row {at}",
            "Theme",
            one * end / 100,
            other * end / 100,
            "1 %",
            "2 %",
            "3 behind",
            scale_end=end,
        )
        for at, (one, other) in enumerate(figures)
    ]

    parts = charts.dumbbell.parts(made, NAMES)
    chart = charts.dumbbell.draw(parts, LIGHT)

    assert len(chart.data[0].x) == len(figures)
    assert all(0 <= x <= 100.0001 for trace in chart.data for x in trace.x)
    assert all(0 < y < parts.height for trace in chart.data for y in trace.y)


@settings(deadline=None)  # a busy machine draws slowly, and that is no fault of a chart
@given(st.floats(0.001, 100_000))
def test_a_scale_holds_its_largest_value_in_at_most_four_round_steps(largest: float) -> None:
    end, step = frame.scale(largest)

    assert end >= largest * 0.999999
    assert 1 <= round(end / step) <= 4
    assert end <= 5 * largest


@settings(deadline=None)  # a busy machine draws slowly, and that is no fault of a chart
@given(st.floats(0, 60), st.floats(0, 60))
def test_names_at_the_end_of_a_trend_never_meet(cwsw: float, peers: float) -> None:
    parts = trend_of(PERSISTENT)
    last = dataclasses.replace(parts.last, cwsw=(cwsw,) * 3, peers=(peers,) * 3)
    parts = dataclasses.replace(parts, runs=(*parts.runs[:-1], (*parts.runs[-1][:-1], last)))

    one, other = charts.trend.end_places(parts)

    assert parts.pixels(abs(one - other)) >= charts.trend.LEAST_BETWEEN_LABELS - 0.01
    assert (one >= other) == (cwsw >= peers) or math.isclose(cwsw, peers)
    charts.trend.draw(parts, LIGHT)


def test_ticks_keep_apart_on_a_phone() -> None:
    parts = trend_of(PERSISTENT)

    ticks = charts.trend.ticks_that_fit(parts)

    assert ticks[-1] == parts.last.at
    assert len(ticks) <= 4
    width = charts.trend.NARROWEST_PLOT / (len(parts.years) - 0.5)
    assert all((later - one) * width >= 45 for one, later in itertools.pairwise(ticks))


def test_one_year_alone_has_its_interval_and_no_line() -> None:
    alone = gaps(InventedGateway("one year").answer(Question("persistent_absence")))

    chart = charts.trend.draw(trend_of(alone), LIGHT)

    assert not any(trace.fill == "toself" for trace in chart.data)
    assert sum(shape.type == "line" for shape in chart.layout.shapes) == 2


def test_nothing_to_show_is_no_trend() -> None:
    for state in ("too few", "not comparable", "not exported"):
        nothing = gaps(InventedGateway(state).answer(Question("persistent_absence")))
        assert charts.trend.parts(nothing, ENDS) is None


def test_pictures_are_sharp_and_carry_their_source() -> None:
    caption = prints.Caption("Persistently absent", "% of children", downloads.source(GATEWAY.facts))
    assert "Invented data" in caption.source
    assert "3\u00a0November\u00a02026" in caption.source

    trend = prints.trend.draw(trend_of(PERSISTENT), caption)
    row = Row("Phonics", "Learning", 61, 81, "61 %", "81 %", "20 points behind")
    dumbbell = prints.dumbbell.draw(
        charts.dumbbell.parts([row, Row("Few", "Learning", instead="too few")], NAMES), caption
    )

    for picture in (trend, dumbbell):
        width, height = struct.unpack(">II", picture[16:24])
        assert width == 1920
        assert height > 400


def test_a_picture_writes_money_and_underscores_as_they_are() -> None:
    caption = prints.Caption("What £5 and $5 buy_in $x$", "note", "source")

    assert prints.trend.draw(trend_of(PERSISTENT), caption).startswith(b"\x89PNG")


def test_everyone_a_control_offers_has_a_name_in_every_place() -> None:
    for who in Who:
        question = Question("persistent_absence", who=who)
        for place in (names.in_key, names.at_end, names.in_heads):
            assert all(place(question))
        assert len(names.in_key(question)[0]) <= 38
        assert len(names.at_end(question)[0]) <= 9


def test_a_bound_that_may_lie_on_either_side_is_not_drawn_as_a_figure() -> None:
    worked_out = gaps(GATEWAY.answer(Question("persistent_absence")))
    at = worked_out.rows.index[-1]
    worked_out.rows.loc[at, ["cwsw_extreme", "gap_low", "gap_high"]] = ["under", -20.0, 60.0]

    row = rows.group_row(worked_out, 202425, "Looked-after children", "Theme")

    assert not row.shown
    assert row.instead == "too few to compare"


def test_a_phase_that_others_were_merged_into_fits_its_control() -> None:
    assert names.of_phase("Primary") == "Primary"
    assert names.of_phase("Secondary, all-through and 16 plus") == "Secondary etc."
    assert names.of_phase("Special and alternative provision") == "Special etc."
