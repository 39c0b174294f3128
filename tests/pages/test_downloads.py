"""What a reader takes away holds what was shown, in a form other tools read."""

import csv
import io

from cswanalytics.answers import Question
from cswanalytics.inference import gaps
from cswanalytics.show import downloads, tables
from tests.pages.invented_gateway import InventedGateway

GATEWAY = InventedGateway()


def records(state: str = "usual", measure: str = "persistent_absence") -> list[dict[str, str]]:
    gateway = InventedGateway(state)
    shown = gaps(gateway.answer(Question(measure)))
    text = downloads.numbers([(shown, row) for _, row in shown.rows.iterrows()], gateway.facts)
    return list(csv.DictReader(io.StringIO(text)))


def test_the_numbers_are_those_of_the_table() -> None:
    shown = gaps(GATEWAY.answer(Question("persistent_absence")))
    table = tables.years(shown)

    for record, (_, cells) in zip(records(), table.iterrows(), strict=True):
        if record["cwsw"] == "x":
            assert cells["CWSW"] == "not comparable"
        else:
            assert cells["CWSW"].replace("\u00a0", " ") == f"{record['cwsw']} %"
            assert cells["Peers"].replace("\u00a0", " ") == f"{record['peers']} %"


def test_a_score_keeps_its_decimal() -> None:
    assert records(measure="attainment_8")[-1]["cwsw"] == "17.3"


def test_where_there_is_no_number_stands_the_symbol_and_the_reason() -> None:
    few = records("too few")[-1]
    left_out = records()[3]

    assert (few["cwsw"], few["gap"]) == ("c", "c")
    assert "fewer than 10" in few["why_not"]
    assert left_out["cwsw"] == "x"
    assert left_out["why_not"] == "schools were closed to most pupils"


def test_columns_come_first_that_others_join_on() -> None:
    assert list(records()[0])[:4] == ["time_period", "time_identifier", "geographic_level", "la_name"]
    assert records()[0]["time_period"] == "201617"


def test_a_file_is_named_after_whose_figures_it_holds() -> None:
    assert downloads.file_name(GATEWAY.facts, "overview 2024/25") == "sampleshire-overview-2024-25-2026-11-03"
