"""The trend: two lines over the years, broken where years are left out, and the gap at the end of them."""

import math
from dataclasses import dataclass

from plotly.basedatatypes import BaseFigure

from cswanalytics.catalogue import MeasureKind, Unit
from cswanalytics.inference import Gaps, State
from cswanalytics.remembered import remembered
from cswanalytics.show import figures, words
from cswanalytics.show.charts import frame
from cswanalytics.show.palette import Palette
from cswanalytics.vocabulary import TOTAL, year_label

HEIGHT = 350
MARGINS = frame.Margins(left=34, right=112, top=38, bottom=34)
PLOT_HEIGHT = HEIGHT - MARGINS.top - MARGINS.bottom
NARROWEST_PLOT = 210
"""How wide the plot is on a phone of 390 px: ticks must keep apart there."""

TICK_WIDTH = 48
LEAST_BETWEEN_LABELS = 22
ROOM_FOR_BRACKET = 88
LONGEST_AT_END = 12
"""Letters of figure and name that the right margin has room for."""

NEAR = 38
"""Two values closer than this (px) are written on either side of their lines, not both above."""


@dataclass(frozen=True)
class Point:
    """One year's figures and how chance alone moves them, in the measure's unit.

    `bounds` names the sides known by a bound alone: they have a band, and no dot or line.
    """

    at: int
    year: int
    cwsw: tuple[float, float, float]
    peers: tuple[float, float, float]
    cwsw_words: str
    peers_words: str
    bounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Years that are left out, from one place to another, and the words in their place."""

    first: int
    last: int
    words: str


@dataclass(frozen=True)
class Parts:
    """All a trend is drawn from, on screen or in print. `runs` are unbroken."""

    years: tuple[int, ...]
    runs: tuple[tuple[Point, ...], ...]
    blocks: tuple[Block, ...]
    unit: str
    names: tuple[str, str]
    behind: str
    top: float
    step: float
    foot: float = 0.0

    @property
    def last(self) -> Point:
        """Give the newest year shown."""
        return self.runs[-1][-1]

    def pixels(self, amount: float) -> float:
        """Give how high an amount stands on screen."""
        return amount / (self.top - self.foot) * PLOT_HEIGHT

    @property
    def ticks(self) -> list[float]:
        """Give the values along the axis: from nought, or from under it where a figure is."""
        return [self.foot + self.step * at for at in range(round((self.top - self.foot) / self.step) + 1)]


@remembered
def parts(gaps: Gaps, names: tuple[str, str], breakdown_item: str = TOTAL) -> Parts | None:
    """Read the trend of one item; None where no year can be shown. `names` stand at the ends of the lines."""
    rows = gaps.rows[gaps.rows["breakdown_item"] == breakdown_item].sort_values("time_period")
    shown = rows[rows["state"] == State.SHOWN]
    if shown.empty:
        return None
    # Years before the first or after the last that can be shown part nothing: the table has them.
    rows = rows[rows["time_period"].between(shown["time_period"].min(), shown["time_period"].max())]
    runs: list[list[Point]] = []
    blocks: list[Block] = []
    points_before = False
    for at, row in enumerate(rows.to_dict("records")):
        if row["state"] == State.SHOWN:
            if not points_before:
                runs.append([])
            runs[-1].append(_point(at, row, gaps))
            points_before = True
            continue
        points_before = False
        reason = _reason(row)
        if blocks and blocks[-1].last == at - 1 and blocks[-1].words == reason:
            blocks[-1] = Block(blocks[-1].first, at, reason)
        else:
            blocks.append(Block(at, at, reason))
    points = [point for run in runs for point in run]
    highest = max(high for point in points for high in (point.cwsw[2], point.peers[2]))
    lowest = min(low for point in points for low in (point.cwsw[1], point.peers[1]))
    foot, top, step = frame.scale_over_nought(lowest, highest)
    if gaps.measure.unit is Unit.PERCENT and top > 100:
        top = 100.0
    latest = rows[rows["time_period"] == points[-1].year].iloc[0]
    # Where a figure is only known by a bound, the gap is a range: the margin has no room for that.
    bounded = bool(latest["cwsw_extreme"] or latest["peers_extreme"])
    return Parts(
        years=tuple(int(year) for year in rows["time_period"]),
        runs=tuple(tuple(run) for run in runs),
        blocks=tuple(blocks),
        unit=unit_words(gaps),
        names=names,
        behind="" if bounded else words.behind(latest["gap"], gaps.measure),
        top=top,
        step=step,
        foot=foot,
    )


def unit_words(gaps: Gaps) -> str:
    """Say what the axis counts: '% of children', '% of sessions', 'Per 1,000 children'."""
    counted = "sessions" if gaps.measure.kind is MeasureKind.SHARE else "children"
    return {
        Unit.PERCENT: f"% of {counted}",
        Unit.PER_1000: f"Per 1,000 {counted}",
        Unit.PER_100: f"Per 100 {counted}",
        Unit.SCORE: "Score",
    }[gaps.measure.unit]


def draw(parts: Parts, palette: Palette) -> BaseFigure:
    """Draw the lines, the bands of chance, the years left out and the gap at the end."""
    chart = frame.Drawing(palette, HEIGHT, MARGINS)
    end = len(parts.years) - 1
    ticks = ticks_that_fit(parts)
    chart.x |= {
        "range": [-0.45, end + 0.08] if end else [-1.0, 0.3],
        "tickmode": "array",
        "tickvals": ticks,
        "tickfont": {"size": frame.LEAST, "color": palette.mute},
        "ticktext": [year_label(parts.years[at]) for at in ticks],
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": palette.rule,
    }
    chart.y |= {
        "range": [parts.foot, parts.top],
        "tickmode": "array",
        "tickvals": parts.ticks,
        "ticktext": [figures.on_axis(value) for value in parts.ticks],
        "showgrid": True,
        "gridcolor": palette.track,
        "gridwidth": 1,
    }
    chart.x["layer"] = chart.y["layer"] = "below traces"
    frame.note(
        chart,
        parts.unit,
        x=0,
        y=1,
        of_plot=True,
        y_of_plot=True,
        across=-MARGINS.left,
        up=22,
        colour=palette.mute,
    )
    for block in parts.blocks:
        _draw_block(chart, palette, block)
    _draw_lines(chart, parts, palette)
    _draw_values(chart, parts, palette)
    _draw_ends(chart, parts, palette)
    return chart.figure()


def ticks_that_fit(parts: Parts) -> list[int]:
    """Give at most four years to print: the ends, and the edges of a break that keep apart on a phone."""
    wanted = [parts.last.at, 0]
    for run in reversed(parts.runs):
        wanted += [run[0].at, run[-1].at]
    apart = TICK_WIDTH / NARROWEST_PLOT * (len(parts.years) - 0.5)
    ticks: list[int] = []
    for at in wanted:
        if len(ticks) < 4 and all(abs(at - taken) >= apart for taken in ticks):
            ticks.append(at)
    return sorted(ticks)


def values_to_print(parts: Parts) -> list[tuple[Point, bool, str, bool]]:
    """Give (point, is it the CWSW line, words, above the line) for the first and the edges of a break.

    The newest year's values stand at the end of the lines instead.
    """
    printed: list[tuple[Point, bool, str, bool]] = []
    for place, run in enumerate(parts.runs):
        is_last_run = place == len(parts.runs) - 1
        for point in {point.at: point for point in (run[0], run[-1])}.values():
            if is_last_run and point is parts.last:
                continue
            if point is run[-1] and len(run) > 1 and (run[-1].at - run[0].at) < 1:
                continue
            near = parts.pixels(abs(point.cwsw[0] - point.peers[0])) < NEAR
            cwsw_is_upper = point.cwsw[0] >= point.peers[0]
            printed.append((point, True, _bare(point.cwsw_words), cwsw_is_upper or not near))
            printed.append((point, False, _bare(point.peers_words), not cwsw_is_upper or not near))
    return printed


def known_runs(run: tuple[Point, ...], side: str) -> list[list[Point]]:
    """Part a run where a side is known by a bound alone: a line through a bound would be read as figures."""
    runs: list[list[Point]] = [[]]
    for point in run:
        if side in point.bounds:
            runs.append([])
        else:
            runs[-1].append(point)
    return [known for known in runs if known]


def end_places(parts: Parts) -> tuple[float, float]:
    """Give where the two names stand at the end, in the measure's unit, pushed apart where they are close."""
    cwsw, peers = parts.last.cwsw[0], parts.last.peers[0]
    least = LEAST_BETWEEN_LABELS / PLOT_HEIGHT * (parts.top - parts.foot)
    if abs(cwsw - peers) >= least:
        return cwsw, peers
    middle, half = max((cwsw + peers) / 2, parts.foot + least / 2), least / 2
    return (middle + half, middle - half) if cwsw >= peers else (middle - half, middle + half)


def _point(at: int, row: dict, gaps: Gaps) -> Point:
    return Point(
        at=at,
        year=int(row["time_period"]),
        cwsw=_with_interval(row, "cwsw"),
        peers=_with_interval(row, "peers"),
        cwsw_words=words.figure(row["cwsw"], gaps.measure, row["cwsw_extreme"]),
        peers_words=words.figure(row["peers"], gaps.measure, row["peers_extreme"]),
        bounds=tuple(side for side in ("cwsw", "peers") if row[f"{side}_extreme"]),
    )


def _with_interval(row: dict, side: str) -> tuple[float, float, float]:
    figure, low, high = (float(row[name]) for name in (side, f"{side}_low", f"{side}_high"))
    return figure, low if math.isfinite(low) else figure, high if math.isfinite(high) else figure


def _reason(row: dict) -> str:
    if row["state"] == State.TOO_FEW:
        return "too few to show"
    if row["state"] == State.NOT_COMPARABLE:
        return f"left out: {row['because']}" if row["because"] else "left out"
    return "not available"


def _bare(words_of_figure: str) -> str:
    return words_of_figure.removesuffix("%").strip()


def _draw_block(chart: frame.Drawing, palette: Palette, block: Block) -> None:
    chart.shape(
        type="rect",
        xref="x",
        yref="paper",
        x0=block.first - 0.65,
        x1=block.last + 0.65,
        y0=0,
        y1=1,
        fillcolor=palette.wash,
        line_width=0,
        layer="below",
    )


def _draw_lines(chart: frame.Drawing, parts: Parts, palette: Palette) -> None:
    for side, name, colour in (
        ("peers", parts.names[1], palette.peers),
        ("cwsw", parts.names[0], palette.cwsw),
    ):
        for run in parts.runs:
            at = [point.at for point in run]
            figures = [getattr(point, side) for point in run]
            if len(run) > 1:
                chart.line(
                    x=[*at, *reversed(at)],
                    y=[*(high for _, _, high in figures), *(low for _, low, _ in reversed(figures))],
                    fill="toself",
                    fillcolor=palette.faint(colour),
                    line={"width": 0},
                    mode="lines",
                    hoverinfo="skip",
                )
            else:
                _draw_interval(chart, at[0], figures[0], colour)
            chart.line(
                x=at,
                y=[
                    None if side in point.bounds else value
                    for point, (value, _, _) in zip(run, figures, strict=True)
                ],
                mode="lines+markers",
                line={"color": colour, "width": 3},
                marker={
                    "size": 8,
                    "color": colour if side == "cwsw" else palette.page,
                    "line": {"color": colour, "width": 2},
                },
                cliponaxis=False,
                text=[f"{year_label(point.year)}: {getattr(point, f'{side}_words')}" for point in run],
                hovertemplate="%{text}<extra>" + name + "</extra>",
            )


def _draw_interval(chart: frame.Drawing, at: int, figures: tuple[float, float, float], colour: str) -> None:
    chart.shape(type="line", x0=at, x1=at, y0=figures[1], y1=figures[2], line={"color": colour, "width": 1.8})


def _draw_values(chart: frame.Drawing, parts: Parts, palette: Palette) -> None:
    for point, is_cwsw, text, above in values_to_print(parts):
        _, low, high = point.cwsw if is_cwsw else point.peers
        frame.note(
            chart,
            f"<b>{text}</b>",
            x=point.at,
            y=high if above else low,
            align="center",
            up=13 if above else -13,
            colour=palette.cwsw if is_cwsw else palette.peers,
            behind=palette.page,
        )
    for block in parts.blocks:
        years = [year_label(year) for year in parts.years[block.first : block.last + 1]]
        _write_in_block(chart, palette, block, years)


def _write_in_block(chart: frame.Drawing, palette: Palette, block: Block, years: list[str]) -> None:
    named = years if len(years) <= 2 else [years[0], "to", years[-1]]
    wide = block.last > block.first
    text = "<br>".join([*named, *frame.lines_of(block.words)]) if wide else f"{years[0]} {block.words}"
    # One year alone is too narrow on a phone for a word: its reason is written upwards.
    frame.note(
        chart,
        text,
        x=(block.first + block.last) / 2,
        y=0.5,
        y_of_plot=True,
        align="center",
        colour=palette.mute,
        size=frame.LEAST,
        angle=0 if wide else -90,
    )


def _draw_ends(chart: frame.Drawing, parts: Parts, palette: Palette) -> None:
    point, (cwsw_at, peers_at) = parts.last, end_places(parts)

    def write(text: str, y: float, colour: str, across: float = 12, up: float = 0) -> None:
        frame.note(
            chart, text, x=1, y=y, of_plot=True, across=across, up=up, colour=colour, size=frame.END_LABEL
        )

    for figure, name, at, colour in (
        (point.cwsw_words, parts.names[0], cwsw_at, palette.cwsw),
        (point.peers_words, parts.names[1], peers_at, palette.peers),
    ):
        # 'under 37 %' leaves no room for a name: the colour has it, and the other line's name
        room = len(figure) + len(name) <= LONGEST_AT_END
        write(f"<b>{figure}</b> {name}" if room else f"<b>{figure}</b>", at, colour)
    if not parts.behind:
        return
    upper, lower = max(cwsw_at, peers_at), min(cwsw_at, peers_at)
    figure, _, way = parts.behind.partition(" ")
    if parts.pixels(upper - lower) >= ROOM_FOR_BRACKET:
        inset = 15 / PLOT_HEIGHT * (parts.top - parts.foot)
        chart.shape(
            type="path",
            xref="paper",
            yref="y",
            xsizemode="pixel",
            xanchor=1,
            path=f"M 15,{upper - inset} L 20,{upper - inset} L 20,{lower + inset} L 15,{lower + inset}",
            line={"color": palette.ink, "width": 1.5},
        )
        write(f"<b>{figure}</b><br>{way}", (upper + lower) / 2, palette.ink, across=26)
        return
    # No room between the names: the gap stands alone under them, or over them at the foot of the chart.
    under = parts.pixels(lower - parts.foot) >= 3 * LEAST_BETWEEN_LABELS
    up = 1.6 * LEAST_BETWEEN_LABELS
    write(f"<b>{figure}</b><br>{way}", lower if under else upper, palette.ink, up=-up if under else up)
