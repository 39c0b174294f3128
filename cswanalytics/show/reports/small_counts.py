"""Finds what counts children, or what befell them, from 1 to 5 in a sentence: in figures or in words."""

import re

NUMBER_WORDS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
NUMBERS = {word: number for number, word in enumerate(NUMBER_WORDS, start=1)}
SMALL = r"(?:[1-5]|one|two|three|four|five|a single|a couple of|a pair of)"
CHILD = (
    r"(?:child|children|pupils?|students?|learners?|boys?|girls?|young (?:people|person)|siblings?|brothers?|"
    r"sisters?|twins?|cwsw|clas?|lacs?|plac|pcla|cins?|cpp?|uasc|looked[- ]after|in need|famil(?:y|ies)|"
    r"youngsters?|teenagers?)"
)
EVENT = (
    r"(?:suspensions?|exclusions?|placements?|referrals?|managed moves?|consultations?|peps?|ehcps?|"
    r"episodes?|detentions?|incidents?|disclosures?)"
)
VERB = (
    r"(?:were|was|have|had|has|are|is|left|joined|moved|received|missed|attended|need|needs|needed|went|came|"
    r"comes?|goes|go|made|got|did|achieved|passed|failed|started|began|lives?|lived|returned|remained|changed|"
    r"transferred|arrived|became|improved|struggles?|struggled|refused|sat|took|who|whose)"
)
ADVERB = r"(?:(?:now|also|still|both|all|already|recently|since|then) )?"
BETWEEN = r"(?:(?!(?:for|with|to|by|on|in|at|about|from|per|each|every|a|an)\b)[\w’'…-]+ ){0,4}"
"""Words that may stand between a number and the children counted: none that begins another thought."""
NO_CHILD = (
    r"(?:schools?|teachers?|governors?|staff|members?|adults?|trusts?|colleagues|tutors?|mentors?|assistants?|"
    r"priorit(?:y|ies)|actions?|aims?|targets?|ways?|reasons?|things|parts?|questions?|policies|meetings?)"
)

NO_COUNTS = (
    # what is numbered, dated, weighed or measured counts no child
    r"\b(?:years?|key stages?|ks|tiers?|sections?|terms?|half-terms?|weeks?|levels?|grades?|aged?|ages|"
    r"groups?|class(?:es)?|sets?|questions?|actions?|pages?|parts?|phases?|stages?|steps?|priority|priorities|"
    r"bands?|appendix)\s*\d+(?:\s*(?:,|and|to|or|-|–|&)\s*\d+)*",
    r"\b\d{1,2}(?:st|nd|rd|th)? (?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december)\b(?: \d{4})?",
    r"\b\d{4}/\d{2,4}\b",
    r"\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b",
    r"£ ?[\d,.]+\d(?: ?(?:k|m|million))?",
    r"\b[\d.,]+ ?(?:%|per ?cent\b|percentage)",
    r"\b\d+\.\d+\b",
    r"\b(?:\d+ (?:to|or) )?\d+ in (?:every )?(?:10|ten|100|a hundred|a class of \d+)\b",
    rf"\b{SMALL}(?:(?: to| or|-| x) ?{SMALL})?[ -](?:and a half )?"
    r"(?:academic |school |full |half |whole |more |further |working |consecutive |comparable |training )*"
    r"(?:years?|terms?|half-terms?|days?’?'?|weeks?|months?|hours?|minutes?|points?|times?|sessions?|stages?|phases?)\b",
    rf"\b{SMALL} (?:peps?|meetings?|reviews?|plans?|reports?|visits?)(?: are| is| were|"
    r" was)?(?: \w+)? (?:a|an|each|every|per) \w+",
    rf"\b{SMALL} (?:of (?:our|the|these|their) )?(?:[\w-]+ )?{NO_CHILD}\b",
    rf"\b{SMALL} (?:quarters?|thirds?|fifths?)\b",
    r"\b(?:rounded to|nearest|multiples? of) \d+",
    rf"\b{SMALL} \w+ or (?:more|fewer)\b",
    r"\b(?:one another|one[- ]to[- ]one|one[- ]page|no one|no-one|someone|anyone|everyone|"
    r"(?:at least )?one or more|one at a time|one by one|one thing|one way|one place|"
    r"two groups|the two|(?:all )?three subjects)\b",
    rf"\b{SMALL} in (?:the )?(?:autumn|spring|summer|january|february|march|april|may|june|july|august|"
    r"september|october|november|december)\b",
)
COUNTS = (
    rf"\b(?:{SMALL} |[1-5]-?(?=[a-z])){BETWEEN}{CHILD}\b",
    rf"\b{SMALL} of (?:our|them|these|those|the|whom)\b",
    rf"\b(?:both|neither) (?:of (?:our|the|these) )?(?:[\w-]+ )?{CHILD}\b",
    r"\b(?:only|single|lone) (?:[\w-]+ )?(?:child|pupil|student|boy|girl)\b",
)
COUNTS_TYPED = (
    rf"\b{SMALL} (?:[\w-]+ )?{EVENT}\b",
    rf"\b{SMALL} {ADVERB}{VERB}\b",
    rf"\b{SMALL} (?:in|on|under|at|from|with|without) (?!(?:the |an? )?\w*(?:turn|time)\b)",
    rf"\b(?:only|just|all) (?:{SMALL}|both)\b",
    rf"\b(?:{CHILD}|…)[\w ’'-]{{0,30}}[:=(] ?{SMALL}(?=\s*(?:[.,;)/]|$|and\b))",
    r"\b(?:this|the|our) (?:[\w-]+ )?(?:boy|girl|twins|triplets)\b",
    r"\b(?:an?) (?:[\w-]+ )?(?:boy|girl)\b",
    r"\bthis (?:[\w-]+ )?(?:child|pupil|student)\b",
    # in the past, or in one year group: it is one child and not any child
    r"\ba (?:[\w-]+ )?(?:child|pupil|student|learner) (?:in …|was|had|left|moved|joined)",
    rf"^\W*{SMALL}\W*$",
    rf"^\W*{SMALL},",
)
FRACTION = re.compile(r"(?<![\d/.])(\d{1,2}) ?/ ?(\d{1,2})(?![\d/.])")
OUT_OF = re.compile(
    r"\b(\d+|"
    + "|".join(NUMBERS)
    + r") (?:out )?of (?:the |our |all |these )?(\d+|"
    + "|".join(NUMBERS)
    + r")\b"
)


def small_count(sentence: str, is_typed: bool) -> str:
    """Give the words of a sentence that may count 1 to 5 children; empty where none do.

    What somebody typed is read more closely than what this program says.
    """
    plainly = re.sub(r"\s+", " ", sentence.lower())
    for pattern in NO_COUNTS:
        plainly = re.sub(pattern, "…", plainly)
    for pattern in (*COUNTS, *(COUNTS_TYPED if is_typed else ())):
        if match := re.search(pattern, plainly):
            return match[0].strip()
    for pattern in (OUT_OF, *((FRACTION,) if is_typed else ())):
        for match in pattern.finditer(plainly):
            part, whole = (NUMBERS.get(number) or int(number) for number in match.groups())
            if 1 <= part <= 5 or 1 <= whole - part <= 5:
                return match[0]
    return ""
