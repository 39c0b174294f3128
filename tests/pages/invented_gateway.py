"""A gateway with invented figures, in the variants a page must stand up to. No release, no database."""

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from cswanalytics import catalogue
from cswanalytics.access import EVERY_SCHOOL, NO_SUCH_PAGE
from cswanalytics.answers import ANSWER_COLUMNS, Answer, Offered, Question, ReleaseFacts
from cswanalytics.catalogue import Breakdown, Measure
from cswanalytics.errors import QuestionRefused
from cswanalytics.offer import OfferKind
from cswanalytics.release import OFFER, QUALITY
from cswanalytics.release import SCHOOLS as SCHOOLS_SCHEMA
from cswanalytics.settings import Aim, Milestone
from cswanalytics.unnamed import without_names
from cswanalytics.vocabulary import ACADEMIC_YEAR, TOTAL, ComparedWith, Level, Role, Who, to_half_term

YEARS = (201617, 201718, 201819, 201920, 202021, 202122, 202223, 202324, 202425)
THIS_YEAR = 202526
PHASES = ("Primary", "Secondary", "Special")
PUPILS = {"cwsw": 4120, "all": 98400}
SHARE_OF_GROUP = {
    Who.CWSW: 1.0,
    Who.WITHOUT_CLA: 0.8,
    Who.CINO: 0.3,
    Who.CPPO: 0.1,
    Who.CLA: 0.2,
    Who.PREVIOUS: 0.4,
}

FIGURES: dict[str, tuple[float, float, float]] = {
    "pep_three_a_year": (92, 0, 0.2),
    "pep_each_term": (84, 0, 0.2),
    "pep_quality_green": (71, 0, 0.2),
    "sdq_completed": (80, 0, 0.2),
    "good_level_of_development": (45, 70, 0.05),
    "phonics_standard": (61, 81, 0.05),
    "ks2_rwm_expected": (30, 63, 0.06),
    "ks2_rwm_higher": (3, 9, 0.06),
    "ks2_reading_expected": (47, 75, 0.06),
    "ks2_writing_expected": (41, 73, 0.06),
    "ks2_maths_expected": (42, 74, 0.06),
    "engmath_5plus": (18, 47, 0.06),
    "engmath_4plus": (29, 66, 0.06),
    "ebacc_aps": (1.4, 4.1, 0.06),
    "progress_8": (-1.2, 0.1, 0.06),
    "attainment_8": (17.3, 46.0, 0.06),
    "overall_absence": (17.0, 7.0, 1),
    "persistent_absence": (46, 18, 1),
    "severe_absence": (10, 2, 1),
    "unauthorised_absence": (6.2, 1.9, 1),
    "late_to_register": (4.4, 2.1, 1),
    "missed_with_leave": (9.2, 4.9, 1),
    "missed_suspended": (0.9, 0.1, 1),
    "missed_part_time": (0.7, 0.1, 1),
    "educated_off_site": (1.8, 0.3, 1),
    "suspended_once_or_more": (13, 4, 1),
    "suspended_twice_or_more": (6.5, 1.4, 1),
    "suspended_five_or_more": (2.1, 0.3, 1),
    "suspension_rate": (31, 9, 1),
    "sessions_suspended_per_100": (108, 30, 1),
    "permanent_exclusion": (0.5, 0.1, 1),
}
"""Measure → figures of children with a social worker and of their peers in the newest year (per cent for
proportions), and which part of all pupils is in its population."""

DRIFT = {202122: 3.0, 202223: 2.5, 202324: 1.0, 201617: -6.0, 201718: -5.0, 201819: -4.0}
"""How far earlier years lie from the newest, in points of a figure of 46."""

AIMS = tuple(
    Aim(
        of,
        Milestone(202122, before),
        Milestone(202627, after),
        owner="Virtual School Head",
        next_review=date(2027, 1, 31),
        doing="Attendance is on the agenda of every review.",
    )
    for of, before, after in (("persistent_absence", 29.5, 20.0), ("attainment_8", 28.7, 25.0))
)


TREES = (
    "Alder", "Birch", "Cedar", "Elm", "Hawthorn", "Holly",
    "Juniper", "Larch", "Maple", "Oak", "Rowan", "Willow",
)  # fmt: skip
KINDS = (
    [("Primary", f"{tree} Primary School") for tree in TREES]
    + [("Secondary", f"{tree} High School") for tree in TREES]
    + [("Special", f"{tree} School") for tree in TREES[:6]]
)
SCHOOLS = tuple(
    (f"{900000 + at}", f"999{2000 + at}", name, phase, "Two Rivers Trust" if at % 3 == 0 else None)
    for at, (phase, name) in enumerate(KINDS)
)
"""URN, LAESTAB, name, phase and trust: 12 primary, 12 secondary and 6 special schools."""
SCHOOL_SIZE = {"Primary": 15, "Secondary": 60, "Special": 25}
"""Children with a social worker in a school of middling size."""
OUTLIERS = {"900013": 1.6, "900021": 0.35}
"""Birch High School, far above what chance explains, and Oak High School, far under it."""


@dataclass(frozen=True)
class InventedGateway:
    """A gateway of invented figures: 'usual', 'too few', 'not exported', 'not comparable' or 'one year'.

    `own` are the URNs of a headteacher's or designated teacher's schools; `releases` how many there are.
    """

    state: str = "usual"
    invented: bool = True
    reported: float = 1.0
    role: Role = Role.VIRTUAL_SCHOOL_HEAD
    own: tuple[str, ...] = ()
    releases: int = 2

    @property
    def years(self) -> tuple[int, ...]:
        return {"one year": YEARS[-1:], "not comparable": (201920, 202021)}.get(self.state, YEARS)

    @property
    def facts(self) -> ReleaseFacts:
        ids = {measure.id: measure.needs[0] for measure in self.measures()}
        return ReleaseFacts(
            release="2026-11-03T0900",
            authority="Sampleshire",
            invented=self.invented,
            released_on=date(2026, 11, 3),
            data_to=date(2026, 3, 31),
            matched=0.94,
            base=5,
            years=self.years,
            in_year=(to_half_term(2), to_half_term(3)),
            phases=PHASES,
            not_exported=ids if self.state == "not exported" else {},
            data_dates={"attendance": date(2026, 3, 31), "key_stage_2": date(2025, 7, 11)},
            matching={
                "matched": 0.82,
                "educated elsewhere": 0.06,
                "home educated": 0.02,
                "unexplained": 0.04,
                "not of school age": 0.06,
            },
            unsettled_results={"key_stage_4 202425": "provisional"},
            checked={"multiples of the base": "held by every measure released"},
            warnings=("1 school has no attendance in half-term 4 of 2023/24: 900013",),
            half_terms_reported={
                f"{THIS_YEAR} To half-term {k}": (round(52 * share), 52)
                for k, share in ((2, 1.0), (3, self.reported))
            },
        )

    def measures(self, theme: str = "", tier: int = 0) -> tuple[Measure, ...]:
        return tuple(
            measure
            for measure in catalogue.load().measures.values()
            if (not theme or measure.theme == theme) and (not tier or measure.tier == tier)
        )

    def aims(self) -> tuple[Aim, ...]:
        return AIMS

    def breakdown(self, name: str) -> Breakdown:
        declared = catalogue.load().breakdowns[name]
        if name == "education_phase":
            return replace(declared, items={phase: phase for phase in PHASES})
        return declared

    def answer(self, question: Question) -> Answer:
        measure = catalogue.load().measure(question.measure)
        if question.breakdown != TOTAL and question.who is not Who.CWSW:
            raise QuestionRefused("breakdowns are worked out for all children with a social worker together")
        if self.state == "not exported":
            return self._nothing(question, measure, f"not exported: {measure.needs[0]}")
        if measure.id not in FIGURES and not measure.of_all_pupils:
            return self._nothing(question, measure, "not in this release: build again to add it")
        years = self.years if question.time_identifier == ACADEMIC_YEAR else (YEARS[-1], THIS_YEAR)
        if question.level is Level.SCHOOL:
            return self._of_schools(question, measure, years, [urn for urn, *_ in self._allowed()])
        items = [TOTAL] if question.breakdown == TOTAL else list(self.breakdown(question.breakdown).items)
        records = [
            self._record(question, measure, year, item, place)
            for year in years
            for place, item in enumerate(items)
        ]
        return Answer(question, measure, pd.DataFrame(records, columns=list(ANSWER_COLUMNS)), base=5)

    def schools(self) -> pd.DataFrame:
        if self.role not in EVERY_SCHOOL and not self.own:
            raise QuestionRefused(NO_SUCH_PAGE)
        rows = [
            (urn, laestab, name, phase, phase, trust, "Sampleshire", "E10009999")
            for urn, laestab, name, phase, trust in sorted(self._allowed(), key=lambda school: school[2])
        ]
        return pd.DataFrame(rows, columns=SCHOOLS_SCHEMA.names)

    def unnamed_schools(self, question: Question, beside: str) -> Answer:
        if beside not in {urn for urn, *_ in self._allowed()}:
            raise QuestionRefused(NO_SUCH_PAGE)
        measure = catalogue.load().measure(question.measure)
        if self.state == "not exported":
            return self._nothing(question, measure, f"not exported: {measure.needs[0]}")
        phase = next(phase for urn, _, _, phase, _ in SCHOOLS if urn == beside)
        others = [urn for urn, _, _, of, _ in SCHOOLS if of == phase and urn != beside]
        return without_names(self._of_schools(question, measure, self.years, others))

    def offer(self, figure: str) -> Offered:
        declared = catalogue.load().offer.figures[figure]
        if self.state == "not exported":
            return Offered(
                declared, pd.DataFrame(columns=OFFER.names[1:]), f"not exported: {declared.needs[0]}"
            )
        blank: dict[str, object] = dict.fromkeys(OFFER.names[1:])
        rows: list[dict[str, object]] = []
        for year in self.years:
            of_year = {**blank, "time_period": year}
            match declared.kind:
                case OfferKind.SCHOOLS:
                    rows.append({**of_year, "number": 9.0, "out_of": 30.0})
                    rows += [
                        {**of_year, "merged_phase": phase, "number": 3.0, "out_of": 12.0} for phase in PHASES
                    ]
                    if self.role in EVERY_SCHOOL:
                        rows += [
                            {**of_year, "school_urn": urn, "number": float(at % 3 == 0), "out_of": 1.0}
                            for at, (urn, *_) in enumerate(SCHOOLS)
                        ]
                case OfferKind.ACTIVITIES:
                    terms = (1, 2, 3) if figure == "support_activities" else (None,)
                    rows += [
                        {
                            **of_year,
                            "term": term,
                            "tier": tier,
                            "kind": kind,
                            "topic": "Attendance",
                            "number": 4.0,
                        }
                        for term in terms
                        for tier, kind in ((1, "Network meeting"), (2, "Drop-in"))
                    ]
                    rows += [{**of_year, "term": term, "tier": 3, "symbol": "c"} for term in terms]
                case OfferKind.POUNDS:
                    rows.append({**of_year, "number": 300_000.0, "out_of": 350_000.0})
                case _:
                    rows.append({**of_year, "number": 45.0})
        return Offered(declared, pd.DataFrame(rows, columns=OFFER.names[1:]))

    def quality(self) -> pd.DataFrame:
        if self.role not in EVERY_SCHOOL:
            raise QuestionRefused(NO_SUCH_PAGE)
        rows = [
            ("warning", "attendance", "school_urn", "school_without_attendance", self.facts.warnings[0], 0),
            ("note", "enrolments", "entry_date", "entry_after_census", "entered after the census", 40),
        ]
        return pd.DataFrame(rows, columns=QUALITY.names)

    @property
    def earlier(self) -> "InventedGateway | None":
        return replace(self, releases=self.releases - 1) if self.releases > 1 else None

    def _allowed(self) -> list[tuple[str, str, str, str, str | None]]:
        return [school for school in SCHOOLS if self.role in EVERY_SCHOOL or school[0] in self.own]

    def _of_schools(
        self, question: Question, measure: Measure, years: tuple[int, ...], urns: list[str]
    ) -> Answer:
        if not measure.school_level:
            raise QuestionRefused(f"{measure.title} is not worked out for single schools")
        if measure.id not in FIGURES and not measure.of_all_pupils:
            return self._nothing(question, measure, "not in this release: build again to add it")
        figure, beside, _ = FIGURES.get(measure.id, (0.0, 0.0, 1))
        records = []
        for year in years:
            for at, (urn, _, _, phase, _) in enumerate(SCHOOLS):
                if urn not in urns:
                    continue
                size = 0 if self.state == "too few" else SCHOOL_SIZE[phase] * (0.4 + (7 * at % 12) / 8)
                pupils = self._round(size)
                share = figure / 100 * OUTLIERS.get(urn, 0.9 + (5 * at % 12) / 60)
                record: dict[str, object] = dict.fromkeys(ANSWER_COLUMNS)
                record |= {
                    "time_period": year, "time_identifier": question.time_identifier, "school_urn": urn,
                    "breakdown": TOTAL, "breakdown_item": TOTAL, "cannot_say": "",
                    "cwsw_symbol": "", "peers_symbol": "", "cwsw_pupils": pupils, "peers_pupils": 20 * pupils,
                }  # fmt: skip
                for side, part in (("cwsw", share), ("peers", beside / 100)):
                    if measure.is_counted:
                        record[f"{side}_count"] = self._round(record[f"{side}_pupils"] * min(part, 1.0))
                    elif pupils >= 30:
                        record[f"{side}_value"] = round(100 * part)
                if measure.of_all_pupils:
                    record |= {"cwsw_pupils": 20 * pupils, "cwsw_count": pupils / 3, "peers_symbol": "z"}
                records.append(record)
        return Answer(question, measure, pd.DataFrame(records, columns=list(ANSWER_COLUMNS)), base=5)

    def _nothing(self, question: Question, measure: Measure, why: str) -> Answer:
        return Answer(question, measure, pd.DataFrame(columns=list(ANSWER_COLUMNS)), 5, absent=why)

    def _record(
        self, question: Question, measure: Measure, year: int, item: str, place: int
    ) -> dict[str, object]:
        part = SHARE_OF_GROUP.get(question.who, 0.1) * (1.0 if item == TOTAL else 0.3)
        if self.state == "too few":
            part = 0.001
        record: dict[str, object] = dict.fromkeys(ANSWER_COLUMNS)
        record |= {
            "time_period": year,
            "time_identifier": question.time_identifier,
            "school_urn": "",
            "breakdown": question.breakdown,
            "breakdown_item": item,
            "cannot_say": "",
            "cwsw_symbol": "",
            "peers_symbol": "",
        }
        if measure.of_all_pupils:
            record |= {"cwsw_pupils": float(PUPILS["all"]), "cwsw_count": self._round(PUPILS["cwsw"] * part)}
            record |= {"peers_symbol": "z"}
            return record
        if not measure.has_peers:
            pupils = self._round(PUPILS["cwsw"] * part * FIGURES[measure.id][2])
            record |= {
                "cwsw_pupils": pupils,
                "cwsw_count": self._round(pupils * FIGURES[measure.id][0] / 100),
            }
            record |= {"peers_symbol": "z"}
            return record
        cwsw, peers, population = FIGURES[measure.id]
        shift = (DRIFT.get(year, 0) + 2 * place + (2 if question.who is Who.PREVIOUS else 0)) / 46
        sizes = {
            "cwsw": PUPILS["cwsw"] * part * population,
            "peers": (PUPILS["all"] - PUPILS["cwsw"]) * population,
        }
        if question.compared_with is ComparedWith.ALL_PUPILS:
            sizes["peers"] = PUPILS["all"] * population
        for side, figure in (("cwsw", cwsw), ("peers", peers)):
            pupils = self._round(sizes[side] * (1.0 if side == "cwsw" or item == TOTAL else 0.3))
            value = figure * (1 + shift) if figure < 0 else max(figure * (1 + shift), 0.0)
            record[f"{side}_pupils"] = pupils
            if measure.is_counted:
                record[f"{side}_count"] = min(self._round(pupils * value / 100), pupils)
            else:
                record[f"{side}_value"] = round(value, 1) if pupils >= 10 else None
                record[f"{side}_spread"] = 0.2 * max(value, 1) / 5
        return record

    @staticmethod
    def _round(count: float) -> float:
        return float(5 * round(count / 5))
