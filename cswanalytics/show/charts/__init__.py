"""Charts on screen: pure functions from what inference made of an answer, and a palette, to a Plotly figure.

One figure serves a phone and a wide screen: the server knows neither, so nothing depends on the width.
Names stand above their row, whatever must keep its distance is set off in pixels, and heights are fixed.
Each kind of chart is a module with `draw`; where a picture is also made of it, `parts` gives what both are
drawn from. The newer kinds give a `scene`, which is drawn on screen and on paper alike.
"""

from cswanalytics.show.charts import (
    aim_path,
    dumbbell,
    funnel,
    interval_dots,
    repeat_ladder,
    scene,
    small_multiples,
    stage_ladder,
    trend,
    where_sessions_went,
    why_it_moved,
)

__all__ = [
    "aim_path",
    "dumbbell",
    "funnel",
    "interval_dots",
    "repeat_ladder",
    "scene",
    "small_multiples",
    "stage_ladder",
    "trend",
    "where_sessions_went",
    "why_it_moved",
]
