"""Every error this project raises, in one tree.

    CswanalyticsError                something a person can put right; no traceback, exit status 1
    ├── DefinitionsInvalid           a measure, a breakdown or a settings file says what cannot be
    ├── ExportsRefused               the exports are not fit to build from; carries every fault
    ├── ReleaseProblem               a release cannot be used
    │   ├── NoRelease                there is none yet
    │   ├── ReleaseDamaged           a file is missing, altered or of an unknown form
    │   └── ShownAgain               put back in use it would show what a later one does not; carries what
    ├── BuildInProgress              another build is writing to the same releases, or the same ledger
    ├── NotWritten                   a disk is full, or a folder may not be written to
    ├── LedgerUnfit                  the private record of what was released cannot be used
    ├── RoundingFailed               no publishable table exists for some counts
    ├── DocumentRefused              a document may name or count a child; carries every sentence
    ├── ExactViewRefused             exact figures that may not be written, or not be shown
    ├── LogNotWritten                the audit log cannot be added to, so nothing is shown
    └── QuestionRefused              a question no release can answer, or this reader may not ask

Messages carry counts and column names, never a child's value.
"""

from collections.abc import Sequence


class CswanalyticsError(Exception):
    """Something a person can put right. The message says what is wrong, where, and what to do."""


class DefinitionsInvalid(CswanalyticsError):
    """A definition or settings file says what cannot be; the message lists every fault found."""


class ExportsRefused(CswanalyticsError):
    """The exports are not fit to build from.

    `faults` holds one plain-English sentence a fault; nothing was built, and the release in use stays.
    """

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        self.faults = tuple(faults)
        numbered = "".join(f"\n  {number}. {fault}" for number, fault in enumerate(self.faults, start=1))
        super().__init__(message + numbered)


class ReleaseProblem(CswanalyticsError):
    """A release cannot be used."""


class NoRelease(ReleaseProblem):
    """No figures have been released yet."""


class ReleaseDamaged(ReleaseProblem):
    """A file of a release is missing, altered or of a form this version does not know."""


class ShownAgain(ReleaseProblem):
    """A release was not put back in use: it shows what a later one withholds, restates or was checked for.

    `what` holds one plain-English sentence for each.
    """

    def __init__(self, message: str, what: Sequence[str] = ()) -> None:
        self.what = tuple(what)
        numbered = "".join(f"\n  {number}. {each}" for number, each in enumerate(self.what, start=1))
        super().__init__(message + numbered)


class BuildInProgress(CswanalyticsError):
    """Another build is writing to the same releases folder, or to the same ledger."""


class NotWritten(CswanalyticsError):
    """A disk is full, or a folder may not be written to; what was there before stays as it was."""


class LedgerUnfit(CswanalyticsError):
    """The private record of what was released is another authority's, unreadable or asked what it has not."""


class RoundingFailed(CswanalyticsError):
    """No table of multiples of the base obeys every relation the true counts obey."""


class ExactViewRefused(CswanalyticsError):
    """Exact figures of a school that may not be written as asked, or not be shown as they stand."""


class LogNotWritten(CswanalyticsError):
    """The audit log cannot be added to: what cannot be accounted for is not shown."""


class DocumentRefused(CswanalyticsError):
    """A document was not handed over: a sentence of it may name or count a child.

    `sentences` holds one plain-English finding a sentence, for whoever typed it.
    """

    def __init__(self, message: str, sentences: Sequence[str] = ()) -> None:
        self.sentences = tuple(sentences)
        numbered = "".join(f"\n  {number}. {each}" for number, each in enumerate(self.sentences, start=1))
        super().__init__(message + numbered)


class QuestionRefused(CswanalyticsError):
    """A question no release can answer, or one this reader may not ask."""
