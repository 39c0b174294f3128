"""Words that begin with a capital and name no child, words a sentence begins with, and common first names."""

import re
from functools import cache
from pathlib import Path


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIRST_NAMES = _words(
    """
    aaliyah aaron abdul abdullah abigail adam ahmed aidan aisha albert albie alex alexander alfie ali alice
    alicia
    amelia amir amy andrew anna archie aria arthur ava ayaan ayesha bella ben benjamin beth billy bobby
    brandon
    callum cameron caitlin charles charlie charlotte chelsea chloe christopher connor courtney daisy daniel
    darcie
    darcey david declan demi dylan edward eleanor elijah eliza elizabeth ella ellie elliot elliott elsie
    emilia emily
    emma erin ethan eva evan evelyn evie ewan fatima felix finley florence fraser freddie freya gabriel george
    georgia georgina gethin hannah harley harriet harrison harry harvey hassan henry holly hugo ibrahim
    imogen isaac
    isabel isabella isabelle isla ivy jack jacob jade jaden jake james jamie jasmine jason jayden jenson
    jessica joel
    john jonah jordan joseph joshua josh jude julia kai kaitlyn kayla kayleigh keira kian kieran kyle lara
    lauren
    layla leah leo leon lewis lexi liam libby lillian lily logan lola louie louis louise lucas lucy luke
    luna lydia
    maddison madison maisie martha maryam mason matilda matthew max maya megan mia michael mila millie
    mohammad
    mohammed molly muhammad muhammed nancy nathan niamh nicole noah olive oliver olivia ollie oscar owen paige
    patrick penelope peter phoebe poppy rafferty ralph rebecca reece reggie reuben rhys riley robert robin
    roman ronnie
    rory ruby ryan samuel sam sara sarah scarlett sebastian shannon sienna skye sofia sophia sophie stanley
    stephen
    sumaya summer-rose tayla teddy theo theodore thomas tia toby tommy tyler victoria violet wiktoria
    william yasmin
    yusuf zac zachary zack zara zainab zoe
    """
)
"""First names often given in England and Wales (Office for National Statistics, Baby names, Open Government
Licence v3.0), but for those that are words too, such as Grace and May."""

WORDS_TOO = _words(
    """
    aria daisy eva holly ivy jack jade jasmine lily logan luna mason max mia olive poppy robin ruby sky tia
    victoria violet
    """
)
"""First names that are words as well, when they have no capital."""

NEVER_WORDS = FIRST_NAMES - WORDS_TOO
"""First names that are names in small letters too."""

CAPITALISED = _words(
    """
    i january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays
    saturdays sundays autumn spring summer winter easter christmas
    whitsun
    english maths mathematics science history geography french spanish german welsh polish british england
    wales uk
    ofsted department education council governor governors governing board body committee chair clerk trust
    academy
    primary secondary nursery infant junior special college school schools sixth form year reception
    foundation
    virtual head headteacher deputy assistant senior leadership team designated teacher teachers pupil
    premium plus
    personal plan plans key stage strengths and difficulties questionnaire questionnaires children child's act
    section social worker workers local authority family help safeguarding lead care services service plc
    emotional literacy support assistant assistants thrive boxall nurture forest zones of regulation lego
    sandtree
    attachment aware trauma informed practice schools mental health inclusion behaviour attendance policy
    attainment progress ebacc phonics report section word zoom microsoft bbc google internet level duke
    edinburgh award
    pep peps epep sdq sdqs dt dts dsl sen send senco sendco camhs ehcp ehcps ehc elsa elsas cpd vsh cwsw
    cla lac plac
    cin cp pp pupil fsm gld rwm gcse gcses ks ta tas lsa slt mat inset asd adhd bsl eal gdpr mash ict it pe
    pshe re
    ewo semh ddsl eha lado ect ects npq qts early welfare officer coordinator manager around operation
    encompass designated emotion coaching restorative assistant mentor
    dfe nhs iro pru ap tac taf ace aces edt eyfs ks1 ks2 ks3 ks4 ofqual btec naht nga aet la las mfl stem
    """
)

OPENERS = _words(
    """
    a an the this that these those it he she they we you there here what who when where why how which everyone
    everybody nobody somebody someone anyone all each every some most many few several both neither either
    none
    no any our their its your my other others another more less much half attendance absence behaviour work
    support
    progress policy money funding reading writing staff children child pupils pupil teachers teacher governors
    governor parents parent carers carer contact school schools learning progress provision help advice
    practice
    time mentor mentors tutor tutors homework breakfast lunch transport transition induction evidence feedback
    impact spend spending budget term year week day nothing everything something one two three four five
    six seven
    eight nine ten last next first second third new early late regular good
    mr mrs ms miss dr wellbeing wellness reintegration exclusions adopters handovers toolkits screeners
    playtimes chromebooks
    """
)
"""Words a sentence begins with, the field's among them that the list of ordinary words has not."""

PERSON_VERBS = _words(
    """
    is was has had did does will can came went made moved left joined missed attended lives lived needs needed
    enjoys enjoyed struggles struggled started began received achieved passed now still often also attends
    walks comes goes says said wants wanted likes liked loves loved feels felt finds gets got takes took makes
    moves joins plays reads works stays stayed sits eats sees meets talks talked trusts trusted settles
    settled returns returned remains would should
    """
)


ORDINARY_WORDS = Path(__file__).parent / "ordinary_words.txt"
SHORTENED = re.compile(r"(n?)[’'](?:t|ve|re|ll|d|m|s)$")


def is_ordinary(word: str) -> bool:
    """Say whether a word is one of plain English, whole or in its parts, such as 'One-to-one' or 'Don't'."""
    known = _ordinary_words()
    return all(
        bool({part, SHORTENED.sub("", part), SHORTENED.sub(r"\1", part)} & known)
        for part in word.lower().split("-")
    )


@cache
def _ordinary_words() -> frozenset[str]:
    lines = ORDINARY_WORDS.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def of(text: str) -> frozenset[str]:
    """Give every word that may stand with a capital: the field's, and those of a text."""
    own = re.findall(r"[^\W\d_]+", text.lower())
    return CAPITALISED | frozenset(own)
