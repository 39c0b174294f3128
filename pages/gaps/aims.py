"""The aims: how many are on course, each gap against its path and in children, and who is doing what."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from cswanalytics.aims import Course, Status, courses
from cswanalytics.answers import Gateway
from cswanalytics.app import documents, sections, widgets
from cswanalytics.app.widgets import Choice
from cswanalytics.show import aims_table, aims_words, charts, downloads, names, prints
from cswanalytics.show.reports.strategic import aims_report
from cswanalytics.vocabulary import ALL_ROLES, WHO_SHORT, Who

TITLE = "Is each gap closing fast enough?"
MENU = "Aims"
ORDER = 50
ROLES = ALL_ROLES

SHOW = {"all": None, "off": Status.OFF_COURSE, "close": Status.TOO_CLOSE_TO_CALL}


def render(gateway: Gateway) -> None:
    """Is each gap closing fast enough?"""
    answer = widgets.Answer()
    (show,) = widgets.controls(
        Choice("Show", "show", {"all": "All aims", "off": "Off course", "close": "Too close to call"})
    )
    every = courses(gateway)
    if not every:
        _say_how_to_set_one(answer)
        return
    sentence = aims_words.overview(every)
    answer.say(sentence)
    counts = Counter(course.status for course in every)
    sections.strip({aims_words.status(status): counts[status] for status in Status})
    sections.your_school(gateway.role)
    shown = [course for course in every if SHOW[show] in (None, course.status)]
    if not shown:
        widgets.empty("None", f"No aim is {SHOW[show]}.")
    for course in shown:
        _show(gateway, course)

    widgets.section(
        "All aims", "In brackets: how far chance alone moves the gap. Path: what it asked for that year."
    )
    widgets.table(
        aims_table.all_aims(every, _link),
        alt="Every aim, its latest gap, its path, its target and its status",
    )
    sections.folded_table(
        aims_table.year_by_year(every), "Each aim, year by year", "The same numbers year by year"
    )
    widgets.can_and_cannot_say(
        "whether the gap lies clear of its path. It is on course or off course only where the whole range "
        "that chance leaves open lies on one side; else it is too close to call.",
        "whether an aim is the right one, or that what is being done moved the gap.",
    )
    with st.container(key="documents", horizontal=True):
        documents.offer(
            "Aims", lambda: aims_report(gateway.facts, every), downloads.file_name(gateway.facts, "aims")
        )
    drawn = [(course, told) for course in shown if (told := charts.aim_path.scene(course))]
    widgets.downloads(
        sentence,
        numbers=lambda: aims_table.numbers(every, gateway.facts),
        picture=(lambda: _picture(gateway, drawn)) if drawn else None,
        name=downloads.file_name(gateway.facts, "aims"),
    )


def _say_how_to_set_one(answer: widgets.Answer) -> None:
    answer.say(aims_words.NO_AIMS_SET)
    with st.container(border=True):
        st.markdown(f"**No aims yet**\n\n{aims_words.NO_AIMS}")
        st.code(aims_words.EXAMPLE, language="toml")


def _show(gateway: Gateway, course: Course) -> None:
    """Draw one aim: what it asks, where the gap stands, that in children, and what is being done."""
    widgets.section(aims_words.heading(course), aims_words.aim_sentence(course))
    said = aims_words.course_sentence(course)
    lead, mark, rest = said.partition(":" if course.status is Status.CANNOT_SAY else ".")
    sections.paragraph(f"**{lead}{mark}**{rest} {aims_words.children_sentence(course)}".strip())
    told = charts.aim_path.scene(course)
    if told is None:
        widgets.empty("No gap to show", f"{aims_words.cannot_say(course)}")
    else:
        sections.scene(told, alt=f"{aims_words.heading(course)}. {said}")
        if left_out := aims_words.left_out(course):
            st.caption(widgets.plain(left_out))
    sections.at_own_schools(gateway, course.measure, course.aim.who)
    sections.paragraph(f"**What is being done:** {course.aim.doing}")
    st.caption(widgets.plain(aims_words.owner(course.aim)))


def _link(course: Course) -> str:
    who = course.aim.who
    state = {
        **names.in_controls(course.measure),
        "who": "" if who is Who.CWSW else WHO_SHORT.get(who, ""),
    }
    return widgets.link(course.measure, aims_words.short(course), state)


def _picture(gateway: Gateway, drawn: Sequence[tuple[Course, charts.scene.Scene]]) -> bytes:
    caption = prints.Caption(
        TITLE,
        "Each gap beside its path: children with a social worker beside their peers.",
        downloads.source(gateway.facts),
    )
    scenes = [
        (aims_words.heading(course), aims_words.course_sentence(course), told) for course, told in drawn
    ]
    return prints.scene.stacked(scenes, caption)
