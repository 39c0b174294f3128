"""The funnel: schools as dots, and the limits within which chance alone would keep them.

Two readers see it. For the authority, schools beyond the outer limits are named. For one school, only its
own dot is marked: the others are grey, without a name, a number or a hover, and the figure's data, which a
browser receives whole, hold nothing else of them.
"""

from collections.abc import Sequence

from plotly.basedatatypes import BaseFigure

from cswanalytics.show.charts import frame
from cswanalytics.show.charts.funnel_parts import (
    BESIDE_LEADER,
    DOT,
    EXPECTED_WIDTH,
    FEWEST,
    INNER_WIDTH,
    MARGINS,
    NAMED_DOT,
    OUTER_WIDTH,
    OWN_DOT,
    ROW,
    Dot,
    Parts,
    of_one_school,
    of_schools,
    side_of,
)
from cswanalytics.show.palette import Palette

__all__ = ["draw", "of_one_school", "of_schools"]


def draw(parts: Parts, palette: Palette) -> BaseFigure:
    """Draw the limits, the dots and the names that may be told."""
    height = parts.height + MARGINS.top + MARGINS.bottom
    chart = frame.Drawing(palette, height, MARGINS)
    _draw_axes(chart, parts, palette)
    _draw_limits(chart, parts, palette)
    _draw_dots(chart, parts, palette)
    _draw_names(chart, parts, palette)
    return chart.figure()


def _draw_axes(chart: frame.Drawing, parts: Parts, palette: Palette) -> None:
    chart.x |= {
        "range": [FEWEST, parts.most_pupils],
        "tickmode": "array",
        "tickvals": parts.ticks,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": palette.rule,
    }
    values = [parts.step * at for at in range(round(parts.top / parts.step) + 1)]
    chart.y |= {
        "range": [
            -parts.of_pixels(ROW * parts.rows_under),
            parts.top + parts.of_pixels(ROW * parts.rows_above),
        ],
        "tickmode": "array",
        "tickvals": values,
        "ticktext": [f"{value:g}" for value in values],
        "showgrid": True,
        "gridcolor": palette.track,
        "gridwidth": 1,
        "layer": "below traces",
    }
    frame.note(
        chart,
        parts.unit,
        x=0,
        y=1,
        of_plot=True,
        y_of_plot=True,
        across=-MARGINS.left,
        up=20,
        colour=palette.mute,
    )
    frame.note(
        chart,
        parts.across,
        x=1,
        y=0,
        of_plot=True,
        y_of_plot=True,
        align="right",
        up=-38,
        colour=palette.mute,
        size=frame.LEAST,
    )


def _draw_limits(chart: frame.Drawing, parts: Parts, palette: Palette) -> None:
    at = list(parts.line.pupils)
    low, high = parts.line.outer
    chart.line(
        x=[*at, *reversed(at)],
        y=[*high, *reversed(low)],
        fill="toself",
        fillcolor=palette.wash,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
    )
    for sides, width, dash in (
        (parts.line.outer, OUTER_WIDTH, "solid"),
        (parts.line.inner, INNER_WIDTH, "4px,3px"),
    ):
        for side in sides:
            chart.line(
                x=at,
                y=list(side),
                mode="lines",
                line={"color": palette.mute, "width": width, "dash": dash},
                hoverinfo="skip",
            )
    chart.line(
        x=[at[0], at[-1]],
        y=[parts.expected] * 2,
        mode="lines",
        line={"color": palette.ink, "width": EXPECTED_WIDTH},
        hoverinfo="skip",
    )
    for y, text in parts.labels:
        colour = palette.ink if "<b>" in text else palette.mute
        frame.note(chart, text, x=1, y=y, of_plot=True, across=8, colour=colour, size=frame.LEAST)


def _draw_dots(chart: frame.Drawing, parts: Parts, palette: Palette) -> None:
    small = [dot for dot in parts.grey if dot.hollow]
    told = [dot for dot in parts.grey if not dot.hollow and dot.hover]
    untold = [dot for dot in parts.grey if not dot.hollow and not dot.hover]
    ring = {"size": DOT, "color": palette.page, "line": {"color": palette.school, "width": 1.5}}
    solid = {"size": DOT, "color": palette.school, "line": {"color": palette.wash, "width": 1}}
    for dots, marker in ((small, ring), (untold, solid), (told, solid)):
        _markers(chart, dots, marker)
    _markers(chart, parts.beyond, {"size": NAMED_DOT, "color": palette.cwsw})
    for dot in parts.beyond:
        if dot.letter:
            frame.note(
                chart,
                f"<b>{dot.letter}</b>",
                x=dot.pupils,
                y=dot.share,
                align="center",
                up=15 if dot.share >= parts.expected else -15,
                colour=palette.cwsw,
                size=frame.LEAST,
            )


def _markers(chart: frame.Drawing, dots: Sequence[Dot], marker: dict) -> None:
    if not dots:
        return
    told = all(dot.hover for dot in dots)
    chart.line(
        x=[dot.pupils for dot in dots],
        y=[round(dot.share, 2) for dot in dots],
        mode="markers",
        marker=marker,
        cliponaxis=False,
        **(
            {"text": [dot.hover for dot in dots], "hovertemplate": "%{text}<extra></extra>"}
            if told
            else {"hoverinfo": "skip"}
        ),
    )


def _draw_names(chart: frame.Drawing, parts: Parts, palette: Palette) -> None:
    own = parts.own
    for leader in parts.leaders:
        is_own = leader.dot is own
        y = parts.row_at(leader.row)
        chart.shape(
            type="line",
            x0=leader.dot.pupils,
            x1=leader.dot.pupils,
            y0=leader.dot.share,
            y1=y,
            line={"color": palette.ink if is_own else palette.cwsw, "width": 1.2},
        )
    for leader in parts.leaders:
        frame.note(
            chart,
            f"<b>{leader.dot.name}</b>",
            x=leader.dot.pupils,
            y=parts.row_at(leader.row),
            align=side_of(leader.dot, parts),
            across=BESIDE_LEADER[side_of(leader.dot, parts)],
            colour=palette.cwsw,
            behind=palette.page,
        )
    if own is not None:
        chart.line(
            x=[own.pupils],
            y=[round(own.share, 2)],
            mode="markers",
            marker={"size": OWN_DOT, "color": palette.cwsw, "line": {"color": palette.ink, "width": 2}},
            cliponaxis=False,
            hoverinfo="skip",
        )
