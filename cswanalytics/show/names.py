"""What groups and measures are called where room is short: in a key, at the end of a line, over a row."""

from cswanalytics.answers import Question
from cswanalytics.catalogue import Measure
from cswanalytics.vocabulary import WHO_SHORT, ComparedWith, Who

KEY = {
    Who.CWSW: "Children with a social worker",
    Who.WITHOUT_CLA: "With a social worker, not looked after",
    Who.CINO: "Children in need",
    Who.CPPO: "Children on a protection plan",
    Who.CLA: "Looked-after children",
    Who.PREVIOUS: "Previously had a social worker",
    Who.PREVIOUS_0_1: "Social worker left under a year ago",
    Who.PREVIOUS_1_3: "Social worker left 1 to 3 years ago",
    Who.PREVIOUS_3_6: "Social worker left 3 to 6 years ago",
    Who.PREVIOUS_6_PLUS: "Social worker left 6 or more years ago",
}
KEY_COMPARED = {ComparedWith.PEERS: "Their peers", ComparedWith.ALL_PUPILS: "All pupils"}

END = {
    Who.CWSW: "CWSW",
    Who.WITHOUT_CLA: "CWSW",
    Who.CINO: "in need",
    Who.CPPO: "on a plan",
    Who.CLA: "in care",
    Who.PREVIOUS: "formerly",
}
"""At most nine characters, beside a figure in the margin of a trend."""
END_COMPARED = {ComparedWith.PEERS: "peers", ComparedWith.ALL_PUPILS: "all"}

STAGES = {"EYFS": "Early years", "phonics": "Phonics", "KS2": "Key stage 2", "KS4": "Key stage 4"}
"""As measures name the stages of school, in the order a child meets them, and as a control does."""

LONGEST_IN_CONTROL = 18
IN_CONTROL = {
    "good_level_of_development": "Good development",
    "phonics_standard": "Met the standard",
    "ks2_rwm_expected": "All subjects",
    "ks2_rwm_higher": "Higher standard",
    "ks2_reading_expected": "Reading",
    "ks2_writing_expected": "Writing",
    "ks2_maths_expected": "Maths",
    "engmath_5plus": "English, maths 5+",
    "engmath_4plus": "English, maths 4+",
    "ebacc_aps": "EBacc points",
}
"""Beside the control that names the stage."""
LONGEST_IN_ROW = 34
"""With the gap beside it, on a phone."""

HEAD_COMPARED = {ComparedWith.PEERS: "Peers", ComparedWith.ALL_PUPILS: "All pupils"}


def in_key(question: Question) -> tuple[str, str]:
    """Name both groups in a key, or over a bar."""
    return KEY[question.who], KEY_COMPARED[question.compared_with]


def at_end(question: Question) -> tuple[str, str]:
    """Name both groups at the end of a line, after the figure."""
    return END.get(question.who, "CWSW"), END_COMPARED[question.compared_with]


def in_heads(question: Question) -> tuple[str, str]:
    """Name both groups at the head of a column."""
    who = "CWSW" if question.who is Who.CWSW else WHO_SHORT.get(question.who, KEY[question.who])
    return who, HEAD_COMPARED[question.compared_with]


def of_phase(label: str) -> str:
    """Name a phase in a control: one that others were merged into as 'Secondary etc.'."""
    if len(label) <= LONGEST_IN_CONTROL:
        return label
    first = label.partition(",")[0].partition(" and ")[0]
    return label if first == label else f"{first} etc."


def in_control(measure: Measure) -> str:
    """Name a measure in a control, where a phone has little room: 'Persistent absence', 'Unauthorised'."""
    if measure.id in IN_CONTROL:
        return IN_CONTROL[measure.id]
    if len(measure.title) <= LONGEST_IN_CONTROL:
        return measure.title
    return _cut(measure.title.removesuffix(" absence"))


def in_controls(measure: Measure) -> dict[str, str]:
    """Give what the controls of a measure's page say when it is shown, by their names in the address."""
    stage = {"stage": STAGES[measure.stage]} if measure.stage in STAGES else {}
    return {**stage, "measure": in_control(measure)}


def in_row(measure: Measure) -> str:
    """Name a measure over its row in a chart: with the age or stage of results, as children for the rest."""
    say_stage = measure.theme == "attainment" and measure.is_counted and len(measure.title) <= LONGEST_IN_ROW
    return measure.title if say_stage else measure.short


def _cut(title: str) -> str:
    """Give as many whole words as a control has room for."""
    words = title.split()
    while len(words) > 1 and len(" ".join(words)) > LONGEST_IN_CONTROL:
        words.pop()
    return " ".join(words)[:LONGEST_IN_CONTROL].rstrip(",")
