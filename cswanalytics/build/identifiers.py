"""Direct identifiers: how a column gives one away, by its name or by the shape of its values."""

import re
import unicodedata

from cswanalytics.build.contract import (
    IDENTIFYING_WORDS,
    POSTCODE_SHAPE,
    TABLES,
    UPN_SHAPE,
)
from cswanalytics.plain_text import on_one_line

_DECLARED = frozenset(name for table in TABLES.values() for name in table.column_names)

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")

_RUN_TOGETHER = (
    "forename", "surname", "firstname", "lastname", "fullname", "middlename", "givenname", "familyname",
    "knownas", "pupilname", "childname", "studentname", "dateofbirth", "birthdate", "postcode", "postalcode",
    "homeaddress", "addressline", "emailaddress", "telephone", "phoneno", "mobileno", "nhsno", "nhsnumber",
    "formerupn", "pupilupn", "uprn",
)  # fmt: skip
"""Written without a break between the words. Long enough to be part of no harmless word."""

_BEFORE_NAME = frozenset(
    (
        *("academy", "activity", "authority", "centre", "cluster", "college", "course", "district"),
        *("establishment", "event", "federation", "file", "la", "lad", "locality", "nursery", "provider"),
        *("provision", "region", "school", "service", "setting", "table", "team", "trust", "ward"),
    )
)
"""What may have a name that is no person's: `ward_name` is harmless, `social_worker_name` is not."""

_NOT_FULL_BIRTH = frozenset(("year", "month", "country"))
"""A year or month of birth is not a full date of birth."""

_SHAPE = rf"(?:{UPN_SHAPE}|{POSTCODE_SHAPE})"
_SPACE = r"[\s\x{00A0}\x{200B}\x{FEFF}]*"
_SHAPE_IN_TEXT = re.compile(rf"(?<![0-9A-Za-z]){_SHAPE}(?![0-9A-Za-z])")

HOW_TO_PUT_IT_RIGHT = "leave it out, or run `cswanalytics pseudonymise` first"


def is_identifying(column: str) -> bool:
    """Say whether a column's name plainly means a direct identifier, however its words are put together.

    Columns that the contract declares are never identifying, in whichever table they stand.
    """
    plain = unicodedata.normalize("NFKC", column).strip()
    if plain.casefold() in _DECLARED:
        return False
    if holds_shape(plain):
        return True
    words = [word.casefold() for word in _WORD.findall(plain)]
    together = "".join(words)
    if any(run in together for run in _RUN_TOGETHER):
        return True
    singular = [word.removesuffix("s") if word not in ("address", "nhs") else word for word in words]
    singular = ["address" if word == "addresse" else word for word in singular]
    for place, word in enumerate(singular):
        if word not in _IDENTIFYING_WORDS:
            continue
        if word == "name" and place > 0 and singular[place - 1] in _BEFORE_NAME:
            continue
        if word == "birth" and "date" not in words and _NOT_FULL_BIRTH.intersection(words):
            continue
        return True
    joined = "_".join(singular)
    return any(
        phrase in joined for phrase in ("post_code", "postal_code", "e_mail", "date_of_birth", "d_o_b")
    )


_IDENTIFYING_WORDS = frozenset((*IDENTIFYING_WORDS, "uln", "tel"))
"""The contract's words, and two that mean as much: unique learner number, and telephone cut short."""


def holds_shape(text: str) -> bool:
    """Say whether some part of a text has the shape of a UPN or of a full postcode."""
    return bool(_SHAPE_IN_TEXT.search(text))


def shown(text: str) -> str:
    """Give a column's or file's name fit for a message: a table on its side has UPNs for column names."""
    return on_one_line(_SHAPE_IN_TEXT.sub("…", text))


def has_shape_sql(value: str) -> str:
    """Give SQL that is true where the whole of a text, spaces aside, is a UPN or a full postcode."""
    return rf"regexp_full_match({value}, '{_SPACE}{_SHAPE}{_SPACE}')"


def holds_shape_sql(value: str) -> str:
    """Give SQL that is true where a part of a text is a UPN or a full postcode: for lists and structures."""
    return rf"regexp_matches({value}, '(?:^|[^0-9A-Za-z]){_SHAPE}(?:[^0-9A-Za-z]|$)')"
