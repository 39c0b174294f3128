"""Looks through a document for what may not leave: a child's name, a count of children from 1 to 5.

Words typed by a person are looked at for both; what this program says, for counts and other schools' names.
It finds slips. It understands nothing, so whoever signs a document still reads it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from cswanalytics.errors import DocumentRefused
from cswanalytics.show.reports import known_words
from cswanalytics.show.reports.document import (
    Document,
    Field,
    Heading,
    Table,
    Text,
    Typed,
    plain,
    runs,
    sentences,
    texts,
)
from cswanalytics.show.reports.small_counts import small_count

INITIALS = re.compile(
    r"\b(?i:child|pupil|student|boy|girl|sibling) [A-Z]\b(?! few| lot)|\b[A-Z]\.(?: ?[A-Z]\b\.?)+|"
    r"\b[A-Z]\. (?=[A-Z][a-z])"
)
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[’'-](?=[^\W\d_]))*")
OPENS = re.compile(r"(?:^|[.!?:;•(\[“\"‘]\s*|\n\s*)$")


@dataclass(frozen=True)
class Finding:
    """A sentence that may not go out, why, and under which heading or in which row it stands."""

    sentence: str
    because: str
    where: str = ""

    def __str__(self) -> str:
        """Say it plainly."""
        under = f"Under “{self.where}”: " if self.where else ""
        return f"{under}“{self.sentence}” {self.because}"


def refuse_indiscreet(
    document: Document, known: Collection[str] = (), other_schools: Collection[str] = ()
) -> None:
    """Refuse a document in which a sentence may name or count a child: DocumentRefused says which and why.

    `known` are words that name no child (staff, programmes, places); `other_schools` are names that may not
    stand in it.
    """
    if found := findings(document, known, other_schools):
        raise DocumentRefused(
            "the document was not made, because of what may be read out of it:", [str(each) for each in found]
        )


def findings(
    document: Document, known: Collection[str] = (), other_schools: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Give every sentence of a document that may name or count a child, or that names another school."""
    allowed = known_words.of(" ".join([document.title, document.authority, *known]))
    placed = list(_placed(document))
    found = dict.fromkeys(
        replace(finding, where=where) for where, text in placed for finding in _in_text(text, allowed)
    )
    # a school's own name may hold another's
    said = " ".join(plain(text) for _, text in placed)
    named = _other_school(said.replace(document.about, ""), other_schools)
    return (*found, *([Finding(named, "is the name of another school.")] if named else []))


def typed_findings(words: str, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """Give what may not go out of words that somebody typed."""
    return tuple(dict.fromkeys(_in_text((Typed(words),), known_words.of(" ".join(known)))))


def _placed(document: Document) -> Iterator[tuple[str, Text]]:
    """Give every text with where it stands: under a heading, or in the row of a table."""
    heading = ""
    for block in document.blocks:
        if isinstance(block, Heading):
            heading = block.words if block.level > 1 else ""
        rows = block.rows if isinstance(block, Table) else ()
        in_rows = {id(cell): plain(row[0]) for row in rows for cell in row[1:]}
        for text in texts(block):
            yield in_rows.get(id(text), heading), text


def _other_school(said: str, other_schools: Collection[str]) -> str:
    for name in other_schools:
        if name and name in said and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said):
            return name
    return ""


def _in_text(text: Text, allowed: frozenset[str]) -> Iterator[Finding]:
    whole = plain(tuple(run for run in runs(text) if not isinstance(run, Field)))
    is_typed = any(isinstance(run, Typed) for run in runs(text))
    for sentence in sentences(whole):
        if counted := small_count(sentence, is_typed):
            yield Finding(
                sentence,
                f"may count fewer than 6 children (“{counted}”): say it without the number, or in a share "
                "of many.",
            )
    for run in runs(text):
        if isinstance(run, Typed):
            for sentence in sentences(run.words):
                if named := _name(sentence, allowed):
                    yield Finding(
                        sentence,
                        f"may name a child (“{named}”): leave the name out. If it names no child, add it "
                        "to the "
                        "words that name no child.",
                    )


def _name(sentence: str, allowed: frozenset[str]) -> str:
    if match := INITIALS.search(sentence):
        return match[0].strip()
    found = list(WORD.finditer(sentence))
    for at, match in enumerate(found):
        word = match[0]
        bare = re.sub(r"[’']s$", "", word)
        if len(bare) < 2 or all(part in allowed for part in bare.lower().split("-")):
            continue
        if _is_first_name(bare):
            return bare
        if not word[0].isupper():
            continue
        if not OPENS.search(sentence[: match.start()]):
            return bare
        if bare.lower() in known_words.OPENERS:
            continue
        if not known_words.is_ordinary(bare):
            return bare
        if "-" in bare and bare[1:].islower():  # put together from plain words, as no name is
            continue
        following = found[at + 1][0] if at + 1 < len(found) else ""
        opens_as_a_name = following.lower() in known_words.PERSON_VERBS or bare != word
        if (opens_as_a_name or _are_initials(bare)) and not bare.lower().endswith(("ing", "tion")):
            return bare
    return ""


def _is_first_name(word: str) -> bool:
    """Say whether a word is a common first name: in any letters, with its accents and an s too many."""
    plain_letters = "".join(
        sign for sign in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(sign)
    )
    known = known_words.FIRST_NAMES if word[0].isupper() else known_words.NEVER_WORDS
    return plain_letters in known or (plain_letters.endswith("s") and plain_letters[:-1] in known)


def _are_initials(word: str) -> bool:
    return word.isupper() and len(word) in (2, 3)
