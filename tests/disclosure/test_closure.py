"""Every number shown is a function of the release: other children behind the same cells change nothing.

Two releases of one authority: of its exports, and of the same exports corrected late, in which closed figures
stayed as they were. Whatever of a child reached a page, a chart, a download or a manifest past the cells
would tell the two apart.
"""

import json
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cswanalytics import catalogue, release
from cswanalytics.access import Actor
from cswanalytics.answers import Question
from cswanalytics.app import menu
from cswanalytics.gateway import ReleaseGateway
from cswanalytics.inference import gaps
from cswanalytics.show import ees
from cswanalytics.show.reports import pdf, word
from cswanalytics.show.reports.document import Document, Figure, plain, texts
from cswanalytics.show.reports.strategic import warned
from cswanalytics.show.workbook import write_workbook
from cswanalytics.vocabulary import Level, Role
from tests.reports.conftest import Kinds

PAGES = menu.discover(menu.PAGES)
TOLD_APART = {"release", "fingerprint", "files", "withheld", "warnings"}
"""What two releases may differ in besides: their names, and sentences without a count."""


@pytest.fixture(scope="module")
def two_worlds(authority, first, second):
    """Give both releases, with the exports and the ledger out of reach."""
    assert pd.read_parquet(first.release.table("cells")).equals(
        pd.read_parquet(second.release.table("cells"))
    )
    away = authority.exports.parent / "away"
    away.mkdir()
    folders = [
        folder for folder in (authority.exports, authority.corrected, authority.ledger) if folder.exists()
    ]
    for folder in folders:
        folder.rename(away / folder.name)
    yield first.release, second.release
    for folder in folders:
        (away / folder.name).rename(folder)
    away.rmdir()


def gateway(opened: release.Release, role: Role) -> ReleaseGateway:
    schools = pd.read_parquet(opened.table("schools"))["school_urn"].sort_values()
    own = frozenset(schools[:2]) if role in (Role.HEADTEACHER, Role.DESIGNATED_TEACHER) else frozenset()
    return ReleaseGateway(opened, Actor(role, own), catalogue.load())


def draw(address, opened):  # AppTest runs its text alone: it may name nothing from this file
    from cswanalytics.app import menu, shell

    page = next(page for page in menu.discover(menu.PAGES) if page.address == address)
    shell.draw(page, opened)


def everything_drawn(at: AppTest) -> list[str]:
    """Give everything sent to the browser: texts, tables, charts with their data and alternative texts."""
    found: list[str] = []

    def walk(block: object) -> None:
        for child in getattr(block, "children", {}).values():
            if getattr(child, "children", None):
                walk(child)
            else:
                found.append(str(child.proto))

    walk(at.main)
    # what names a release, and where the browser is to fetch a file from
    return [re.sub(r'2026-11-03T1000(-\d)?|deferred_file_id: "\w+"', "", text) for text in found]


@pytest.mark.parametrize("role", [Role.VIRTUAL_SCHOOL_HEAD, Role.HEADTEACHER])
def test_no_page_tells_other_children_behind_the_same_figures_apart(two_worlds, role):
    pages = [page for page in PAGES if role in page.roles]
    assert pages
    for page in pages:
        seen = []
        for opened in two_worlds:
            at = AppTest.from_function(
                draw, args=(page.address, gateway(opened, role)), default_timeout=60
            ).run()
            assert not at.exception, page.address
            seen.append(everything_drawn(at))
        assert len(seen[0]) > 3
        changed = [(one, other) for one, other in zip(*seen, strict=True) if one != other]
        # the data team is told that the exports have changed, without a count
        told = changed if page.address != "data_quality" else []
        assert not told, f"{page.address}: {told[0][0]} BESIDE {told[0][1]}"


def test_no_download_tells_them_apart(two_worlds, tmp_path):
    bytes_of = []
    for place, opened in enumerate(two_worlds):
        view = gateway(opened, Role.VIRTUAL_SCHOOL_HEAD)
        file = tmp_path / f"{place}.csv"
        ees.write_csv(view, file)
        write_workbook(view, tmp_path / f"{place}.xlsx")
        bytes_of.append((file.read_bytes(), numbers_in(tmp_path / f"{place}.xlsx")))
    assert bytes_of[0] == bytes_of[1]
    assert len(bytes_of[0][1]) > 1000


def test_no_document_tells_them_apart(two_worlds):
    made = []
    for opened in two_worlds:
        kinds = Kinds(gateway(opened, Role.VIRTUAL_SCHOOL_HEAD))
        by_size = sorted(kinds.schools, key=lambda school: (school.children or 0, school.urn))
        small, middle, large = (by_size[at].urn for at in (0, len(by_size) // 2, -1))
        letters = [kinds.feedback(urn) for urn in (small, middle, large)]
        reports = [
            kinds.governor(small, nil=True),
            kinds.governor(middle),
            kinds.governor(large, annual=True),
        ]
        as_word = [word.make(document) for document in (letters[-1], reports[-1])]
        as_pdf = [pdf.make(document) for document in (*letters, *reports, kinds.aims(), kinds.definitions())]
        made.append([*as_word, *as_pdf, *said_and_drawn(kinds.strategic(), kinds.gateway.facts.warnings)])
    assert len(made[0]) > 50
    assert made[0] == made[1]


def said_and_drawn(document: Document, warnings: Sequence[str]) -> list[str | bytes]:
    """Give every text and chart of a document but for how many warnings, in which two releases may differ."""
    told = {warned(len(warnings))}
    said = [plain(text) for block in document.blocks for text in texts(block)]
    charts = [block.draw().svg() for block in document.blocks if isinstance(block, Figure)]
    assert charts
    assert told <= set(said)
    return [text for text in said if text not in told] + charts


def numbers_in(workbook: Path) -> list[str]:
    """Give every number in the cells of a workbook; its texts are kept elsewhere."""
    with zipfile.ZipFile(workbook) as book:
        sheets = [book.read(name).decode() for name in sorted(book.namelist()) if "/worksheets/sheet" in name]
    return [
        cell
        for sheet in sheets
        for cell in re.findall(r'<c r="[A-Z]+\d+"(?: s="\d+")?><v>([^<]*)</v>', sheet)
    ]


def test_a_manifest_tells_them_apart_by_name_alone(two_worlds):
    one, other = (json.loads((opened.folder / release.MANIFEST).read_text()) for opened in two_worlds)
    differing = {name for name in one if one[name] != other[name]}
    assert differing <= TOLD_APART
    assert {"fingerprint", "release"} <= differing


def test_every_percentage_and_gap_is_worked_out_from_released_counts(two_worlds):
    """Once more by hand, from cells.parquet and nothing else."""
    opened = two_worlds[0]
    cells = pd.read_parquet(opened.table("cells")).set_index(
        ["measure", "time_period", "geographic_level", "social_care_group", "breakdown_item"]
    )
    cells = cells[cells["time_identifier"] == "Academic year"].sort_index()
    view = gateway(opened, Role.VIRTUAL_SCHOOL_HEAD)
    compared = 0
    for measure in view.measures():
        if not measure.is_counted or measure.of_all_pupils or measure.only_of:
            continue
        shown = gaps(view.answer(Question(measure.id))).rows
        for row in shown[shown["cwsw_point"].notna() & shown["peers_point"].notna()].itertuples():
            at = (measure.id, row.time_period, Level.AUTHORITY.value)
            everybody, cwsw = (
                cells.loc[(*at, "all", "total")],
                cells.loc[(*at, "cwsw", "total")],
            )
            peers = everybody["count"] - cwsw["count"], everybody["pupils"] - cwsw["pupils"]
            by_hand = [
                measure.unit.scale * count / pupils
                for count, pupils in ((cwsw["count"], cwsw["pupils"]), peers)
            ]
            assert row.cwsw_point == pytest.approx(by_hand[0])
            assert row.peers_point == pytest.approx(by_hand[1])
            compared += 1
    assert compared > 10
