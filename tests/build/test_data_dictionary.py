"""The data dictionary says what the contract declares, and nothing older."""

from pathlib import Path

from cswanalytics.build.contract import TABLES
from cswanalytics.documentation import exports_markdown

DICTIONARY = Path(__file__).parents[2] / "docs" / "exports.md"


def test_the_committed_data_dictionary_is_what_the_contract_makes():
    assert DICTIONARY.read_text(encoding="utf-8") == exports_markdown()


def test_the_data_dictionary_has_every_table_and_column():
    text = exports_markdown()
    for table in TABLES.values():
        section = text.split(f"### {table.name}\n")[1].split("###")[0]
        assert [name for name in table.column_names if f"| `{name}` |" not in section] == []
