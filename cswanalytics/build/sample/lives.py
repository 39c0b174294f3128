"""What is true of the area before any school writes it down: children, homes, social care, needs."""

from dataclasses import dataclass

from numpy.typing import NDArray

from cswanalytics.build.sample import social_care
from cswanalytics.build.sample.children import Children, invent_children, on_roll
from cswanalytics.build.sample.draws import Truth, Whole
from cswanalytics.build.sample.needs import Needs, invent_needs
from cswanalytics.build.sample.schools import Schools, invent_schools
from cswanalytics.build.sample.social_care import Episodes
from cswanalytics.build.sample.terms import Years, years_up_to_now


@dataclass(frozen=True)
class Lives:
    """The invented area. `group`, `pupil` and `at_college` are children × years.

    `group` is each child's on the reference date, as `social_care.groups` numbers them; `pupil` says who is
    on a roll as a pupil, `at_college` who is at college after year 11.
    """

    seed: int
    years: Years
    schools: Schools
    children: Children
    episodes: Episodes
    group: NDArray
    needs: Needs
    pupil: Truth
    at_college: Truth

    def year_group(self, index: int) -> Whole:
        """Give each child's year group in a year: 0 is reception, below it nursery and before."""
        return self.children.year_group(int(self.years.starts[index]))


def invent_lives(seed: int, pupils: int, schools: int, years: int) -> Lives:
    """Invent an area with about `pupils` on its rolls, in `schools` schools, over `years` academic years."""
    calendar = years_up_to_now(years)
    places = invent_schools(seed, schools)
    children = invent_children(seed, pupils, calendar, places)
    spells = social_care.invent_spells(seed, children, calendar)
    episodes = social_care.invent_episodes(seed, spells, calendar)
    children = social_care.kept_in_education(children, episodes)
    pupil, at_college = on_roll(children, calendar)
    return Lives(
        seed=seed,
        years=calendar,
        schools=places,
        children=children,
        episodes=episodes,
        group=social_care.groups(len(children), episodes, calendar),
        needs=invent_needs(seed, children, spells, calendar),
        pupil=pupil,
        at_college=at_college,
    )
