"""The invented gateway with schools of 0, 4, 12 and 60 children, and of names that would do harm."""

from dataclasses import dataclass

import pandas as pd

from cswanalytics.answers import Answer, Question
from cswanalytics.vocabulary import Level
from tests.pages.invented_gateway import InventedGateway

SIZES = {"900012": 0, "900014": 4, "900015": 12, "900016": 60}
"""Four secondary schools by URN, and their children with a social worker in a year."""

LONG = "The Very Reverend " + "Cuthbert and Wilhelmina " * 4 + "C of E Free"
HOSTILE = {
    "900012": "=cmd|' /C calc'!A0 \"Quoted\" School",
    "900014": "# *St* _Mary_ @all <b>bold</b> $x$ School",
    "900015": "Ysgol Llŵyn yr Eôs, Школа Ёлка №5",
    "900016": LONG[:120],
}


@dataclass(frozen=True)
class SizedGateway(InventedGateway):
    """Invented figures, with four schools of given size and, if asked, hostile names."""

    hostile: bool = False

    def schools(self) -> pd.DataFrame:
        schools = super().schools()
        if self.hostile:
            names = schools["school_urn"].map(HOSTILE)
            schools["school_name"] = names.fillna(schools["school_name"])
        return schools

    def answer(self, question: Question) -> Answer:
        answer = super().answer(question)
        if question.level is not Level.SCHOOL or answer.rows.empty:
            return answer
        rows = answer.rows
        for urn, children in SIZES.items():
            at = rows["school_urn"] == urn
            if answer.measure.of_all_pupils:
                rows.loc[at, "cwsw_count"] = self._round(children)
                continue
            before = rows.loc[at, "cwsw_pupils"].astype(float)
            share = (rows.loc[at, "cwsw_count"].astype(float) / before.where(before > 0)).fillna(0)
            rows.loc[at, "cwsw_pupils"] = self._round(children)
            rows.loc[at, "cwsw_count"] = (children * share / 5).round() * 5
        return answer
