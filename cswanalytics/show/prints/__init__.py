"""Charts as pictures to keep: sisters of those on screen, drawn from the same parts, always on light paper.

A picture travels without its page, so its title, its dates and its source are burnt in.
"""

from cswanalytics.show.prints import dumbbell, funnel, scene, trend
from cswanalytics.show.prints.page import Caption

__all__ = ["Caption", "dumbbell", "funnel", "scene", "trend"]
