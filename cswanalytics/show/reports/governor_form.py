"""What a designated teacher fills in for governors, and what stands where nothing was filled in."""

from dataclasses import dataclass, fields, replace

from cswanalytics.show.reports.document import Field, Run, Typed

LONGEST = 1_500
"""Characters of one answer."""


@dataclass(frozen=True)
class Form:
    """The answers of a designated teacher, each a text; empty where it was left for later.

    `annual` asks for the year's report rather than a term's; `nil` says that no such child is on the roll.
    """

    term: str = ""
    annual: bool = False
    nil: bool = False
    designated_teacher: str = ""
    qualified: str = ""
    seniority: str = ""
    training: str = ""
    whole_school_training: str = ""
    policy_review: str = ""
    peps: str = ""
    sdq: str = ""
    pupil_premium_plus: str = ""
    pupil_premium_plus_impact: str = ""
    suspensions: str = ""
    alternatives: str = ""
    alternative_provision: str = ""
    actions_done: str = ""
    actions_next: str = ""
    not_names: str = ""

    def trimmed(self) -> "Form":
        """Give the form without space round its answers, each cut to what an answer may hold."""
        texts = {
            entry.name: value.strip()[:LONGEST]
            for entry in fields(self)
            if isinstance(value := getattr(self, entry.name), str)
        }
        return replace(self, **texts)

    @property
    def known(self) -> tuple[str, ...]:
        """Give the words that name no child: those said to, and the designated teacher's own name."""
        return (self.not_names, self.designated_teacher)


def or_field(typed: str, says: str) -> Run:
    """Give what was typed, or the field that says what belongs there."""
    return Typed(typed) if typed else Field(says)


HEADINGS = {
    "designated_teacher": "Designated teacher",
    "qualified": "Qualified teacher",
    "seniority": "Post and standing",
    "training": "The designated teacher's training",
    "whole_school_training": "Whole-school training, attachment-aware and trauma-informed",
    "policy_review": "Policy for these children",
    "peps": "Personal education plans",
    "sdq": "Strengths and difficulties questionnaire",
    "pupil_premium_plus": "Pupil Premium Plus: received and spent",
    "pupil_premium_plus_impact": "Pupil Premium Plus: what changed",
    "suspensions": "Suspensions: advice taken",
    "alternatives": "Suspensions: what was tried instead",
    "alternative_provision": "Alternative provision",
    "actions_done": "Actions from last time, a line each",
    "actions_next": "Actions for next time, a line each",
}
"""What each answer is called on the form."""

ANNUAL_ONLY = ("sdq",)
NIL_ONLY = (
    "designated_teacher",
    "qualified",
    "seniority",
    "training",
    "whole_school_training",
    "policy_review",
)


def asked_for(annual: bool, nil: bool) -> tuple[str, ...]:
    """Give the answers that a report of this kind has a place for."""
    if nil:
        return NIL_ONLY
    return tuple(name for name in HEADINGS if annual or name not in ANNUAL_ONLY)


ASKED = {
    "designated_teacher": "name of the designated teacher",
    "qualified": "yes or no; a qualified teacher, or a headteacher or acting headteacher",
    "seniority": "post, and whether a member of the senior leadership team",
    "training": "days this year, and what on; two days a year are expected",
    "whole_school_training": "date, who gave it, share of staff who came, what changed",
    "policy_review": "date of the last review, date of the next",
    "peps": "share held on time this term, and of good quality; three a year for each looked-after child",
    "sdq": "whether each looked-after child's questionnaire was done and used",
    "pupil_premium_plus": "what was received and what it was spent on; no amount for one child",
    "pupil_premium_plus_impact": "what changed for the children, and how you know",
    "suspensions": "how often advice was taken before a suspension, in words where it was rarely",
    "alternatives": "what was tried instead: reflection, restorative work, a changed timetable",
    "alternative_provision": "what is used, who checks it, when it was last visited",
    "actions_done": "each action agreed last time, and what came of it",
    "actions_next": "each action for next time, who does it, by when",
}
"""What each answer is about: the words of its bracketed field, and the help beside it on the page."""
