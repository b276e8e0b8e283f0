"""Which words report speech, which nouns stand for speakers, and which names are whose?

Word lists only. Verbs are given by their base form; the forms are made here.
"""

from __future__ import annotations

_SAYING = """
acknowledge add admit advise affirm agree allege announce answer apologise apologize argue ask assert assure bark bawl
beg bellow boast boom caption caution chant chide chorus chuckle claim comment complain concede conclude confess
confide confirm contend counsel counter cry declare demand deny direct disclose drawl elaborate enquire estimate
exclaim exhort explain fume gasp groan grumble growl hazard hint hiss holler implore inform inquire insist instruct
interject interrupt intone joke lament maintain mention moan mumble murmur muse mutter note object observe offer opine
order phone plead pledge point post pray predict press proclaim pronounce propose protest purr query quip reason
reassure recall reckon recite recollect recommend recount rejoin relate remark remember remind remonstrate repeat
reply report request respond retort reveal roar rule say scoff scream shout shriek sigh sing snap snarl sneer snort
sob speculate squeal stammer state stress stutter submit suggest swear sympathise tell testify text think thunder
translate tweet urge volunteer vow wail warn weep whimper whine whisper wonder write yell caution counter reiterate
emphasise emphasize underline underscore clarify lecture reflect theorise theorize venture toast greet correct prompt
invite signal croak crow advise blurt banter tease bleat
"""
# What leads into words without being speech itself.
_SPEAKING = """
accuse applaud attack begin blame blast brand call caution characterise characterize chuckle cite compare condemn
congratulate continue criticise criticize decry defend denounce deplore describe dismiss end finish greet grin hail
interrupt laugh liken mock nod open praise promise put question read rebuke reject run salute scold shrug sign slam
smile speak start summarise summarize term thank welcome bemoan hope refuse regret rail appeal credit quote jest wink
grimace beam sniff rate regard denigrate lambast deride ridicule find fear expect trust wish believe feel want upload
share scrawl
"""
_IRREGULAR = {
    "say": "said saying says",
    "tell": "told telling tells",
    "think": "thought thinking thinks",
    "write": "wrote written writing writes",
    "swear": "swore sworn swearing swears",
    "sing": "sang sung singing sings",
    "weep": "wept weeping weeps",
    "beg": "begged begging begs",
    "quip": "quipped quipping quips",
    "snap": "snapped snapping snaps",
    "sob": "sobbed sobbing sobs",
    "admit": "admitted admitting admits",
    "submit": "submitted submitting submits",
    "recall": "recalled recalling recalls",
    "begin": "began begun beginning begins",
    "speak": "spoke spoken speaking speaks",
    "put": "put putting puts",
    "read": "read reading reads",
    "run": "ran running runs",
    "nod": "nodded nodding nods",
    "grin": "grinned grinning grins",
    "slam": "slammed slamming slams",
    "refer": "referred referring refers",
    "feel": "felt feeling feels",
    "find": "found finding finds",
    "plead": "pleaded pled pleading pleads",
    "regret": "regretted regretting regrets",
    "label": "labelled labeled labelling labeling labels",
    "signal": "signalled signaled signalling signaling signals",
    "confer": "conferred conferring confers",
}


def _forms(bases: str) -> frozenset[str]:
    forms: set[str] = set()
    for base in bases.split():
        forms.add(base)
        if base in _IRREGULAR:
            forms.update(_IRREGULAR[base].split())
        elif base.endswith("e"):
            forms.update((base + "d", base + "s", base[:-1] + "ing"))
        elif base.endswith("y") and base[-2] not in "aeiou":
            forms.update((base[:-1] + "ied", base[:-1] + "ies", base + "ing"))
        else:
            forms.update((base + "ed", base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s"), base + "ing"))
    return frozenset(forms)


#: Forms of verbs that report speech anywhere, of those that do so right beside a quotation, and both.
SAYING = _forms(_SAYING) - {
    "read",
    "report",
    "reports",
    "order",
    "orders",
    "post",
    "posts",
    "point",
    "points",
    "press",
    "note",
}
LEADING = _forms(_SPEAKING)
VERBS = SAYING | LEADING
#: What is thought, not said: the report is the verb of speech before it, where there is one.
THINKING = _forms("find think believe feel fear hope wish want wonder expect trust regret")
#: What gives a name: never speech.
NAMING = frozenset("named naming dubbed nicknamed christened entitled titled renamed".split())
#: What tells how somebody puts it.
DESCRIBING = frozenset(
    "call calls called calling describe describes described describing term terms termed brand branded label labelled "
    "labeled dub dubbed name named dismiss dismissed".split()
)
#: Questions, whose answer is somebody else's.
ASKING = _forms("ask enquire inquire question wonder")
#: Somebody who is told from another by being the other: `his colleague`.
COUNTERPARTS = frozenset(
    "colleague counterpart opponent rival neighbour neighbor companion partner interlocutor adversary".split()
)

#: Nouns whose owner speaks: `Lyimo's answer was`, `in the words of`.
UTTERANCES = frozenset(
    "account address admission advice announcement answer apology argument article assertion book caption circular "
    "column comment comments complaint confession conclusion declaration description diary email e-mail essay "
    "evidence explanation filing interview judgment judgement letter mail memo memoir memorandum message motto note "
    "notice opinion phrase plea post prayer question quip rejoinder remark remarks reply report response retort "
    "ruling sermon speech statement submission summary telegram testimony text toast tweet verdict version view "
    "warning words excuse joke declaration citation decree edict footnote leaflet manifesto pamphlet petition policy "
    "proclamation yearbook".split()
)
#: Words that speak for the body they belong to.
SPOKES = frozenset(
    """
    spokesman spokeswoman spokesperson spokespeople spokesmen statement representative communique communiqué
    """.split()
)
#: Nouns that stand for a body named elsewhere in the article.
BODIES = frozenset(
    """
    academy administration agency airline alliance archive army association authority automaker bank board brand
    brewer brewery broadcaster bureau campaign carmaker carrier center centre chain charity church clinic club
    co-operative coalition college commission committee company confederation congregation consortium contractor
    cooperative corporation council court daily department developer diocese directorate drugmaker embassy employer
    factory federation firm force foundation front fund government group guild hospital institute institution
    insurer journal laboratory league lender maker manufacturer mill ministry movement museum navy network newspaper
    office operator orchestra organisation organization panel paper party platform police port producer publisher
    regulator retailer school secretariat senate service side society supplier syndicate team tribunal trust union
    university utility watchdog website weekly works
    """.split()
)
#: Nouns of bodies that any organisation may be called by.
ANY_BODY = frozenset(
    """
    agency body charity club company contractor corporation developer employer firm group institution maker
    manufacturer operator organisation organization regulator service side team utility watchdog
    """.split()
)
#: Nouns of one kind of body, any of which may stand for another.
ALIKE_BODIES = tuple(
    frozenset(group.split())
    for group in (
        "authority council municipality county district city corporation town",
        "union association federation guild congress trades workers brotherhood cgt",
        "company firm group corporation manufacturer maker producer operator developer inc ltd plc corp co gmbh ag sa "
        "holdings industries systems foods motors energy mining minera retailer supplier insurer brewery employer",
        "bank lender reserve",
        "club team side fc united athletic rovers city",
        "court tribunal bench chamber",
        "ministry department government office secretariat",
        "agency bureau institute office directorate administration service commission",
        "commission committee panel board inquiry tribunal",
        "party movement front alliance democrats congress coalition",
        "police force constabulary gendarmerie",
        "university college school academy institute faculty",
        "hospital clinic infirmary centre center",
        "newspaper paper daily weekly times herald gazette post tribune journal argus star",
        "charity foundation trust fund society",
        "church diocese parish congregation",
        "museum gallery",
        "iwi tribe nation band",
        "utility board electric power water",
        "regulator watchdog authority commission agency bureau standards inspectorate administration office",
        "airline carrier air airlines airways",
        "operator transit rail railways lines ferries metro buses transport",
        "carmaker automaker maker motors motor automotive",
        "drugmaker maker pharma pharmaceuticals",
        "brewer brewery breweries",
        "developer contractor builder homes properties construction builders",
        "broadcaster network radio television tv fm broadcasting",
    )
)
MALE = frozenset(
    """
    he him his himself man boy father son brother husband uncle nephew grandfather grandson widower king prince duke
    lord sir mr messrs gentleman lad actor waiter spokesman chairman salesman policeman fisherman businessman priest
    monk imam bishop alderman councilman congressman craftsman foreman headmaster barman postman patrolman sportsman
    statesman landlord papa dad daddy grandpa godfather brother-in-law father-in-law son-in-law don señor monsieur
    herr signor emperor fr alhaji sheikh mzee bwana groom bachelor abbot friar rabbi stepfather boyfriend fiancé
    nobleman bandleader lama
    """.split()
)
FEMALE = frozenset(
    """
    she her hers herself woman girl mother daughter sister wife aunt niece grandmother granddaughter widow queen
    princess duchess lady dame mrs ms miss madam madame ma'am mma lass actress waitress spokeswoman chairwoman
    policewoman businesswoman nun headmistress barmaid congresswoman councilwoman landlady mama mum mom mummy
    grandma granny godmother sister-in-law mother-in-law daughter-in-law doña dona señora frau signora empress
    heroine hostess ballerina midwife alhaja hajia mme mlle bride abbess stepmother girlfriend fiancée soprano
    contralto noblewoman matron housewife
    """.split()
)
#: Nouns of family.
KIN = frozenset(
    """
    father son brother husband uncle nephew grandfather grandson mother daughter sister wife aunt niece grandmother
    granddaughter widow widower cousin twin parent dad mum mom brother-in-law father-in-law son-in-law sister-in-law
    mother-in-law daughter-in-law stepfather stepmother
    """.split()
)
_PARENTS = "father mother parent dad mum mom".split()
_CHILDREN = "son daughter".split()
_SIBLINGS = "brother sister twin".split()
#: What somebody's relative calls him or her in turn.
RECIPROCAL = {
    word: tuple(back)
    for words, back in (
        (["husband"], ["wife"]),
        (["wife"], ["husband"]),
        (_PARENTS, _CHILDREN),
        (_CHILDREN, _PARENTS),
        (_SIBLINGS, _SIBLINGS),
        (["grandfather", "grandmother"], ["grandson", "granddaughter"]),
        (["grandson", "granddaughter"], ["grandfather", "grandmother"]),
        (["uncle", "aunt"], ["nephew", "niece"]),
        (["nephew", "niece"], ["uncle", "aunt"]),
        (["cousin"], ["cousin"]),
    )
    for word in words
}
#: Nouns that name a person by nothing but being one.
HUMANS = frozenset(
    """
    man woman boy girl lady gentleman person lad lass youngster teenager pensioner elder younger youth adult child
    """.split()
)
#: Nouns of one calling, any of which may stand for another.
CALLINGS = tuple(
    frozenset(group.split())
    for group in (
        "lawyer attorney counsel advocate solicitor barrister prosecutor qc kc sc defender",
        "councillor councilor councilman councilwoman councilmember cllr alderman member",
        "politician lawmaker legislator senator congressman congresswoman representative mp mep mla deputy "
        "parliamentarian member sen rep",
        "minister secretary premier official politician",
        "governor gov official politician",
        "president leader chief chairman chairwoman chairperson chair head",
        "leader secretary president chairman chief head captain unionist chair",
        "mayor official politician",
        "doctor physician surgeon gp dr medic paediatrician pediatrician specialist consultant",
        "professor academic scholar researcher scientist prof lecturer expert",
        "scientist biologist geologist physicist chemist ecologist ornithologist researcher expert botanist zoologist",
        "judge justice magistrate coroner recorder",
        "officer inspector sergeant constable detective superintendent commander policeman policewoman patrolman "
        "trooper",
        "soldier captain colonel major general lieutenant sergeant officer",
        "coach manager trainer boss",
        "player striker winger midfielder goalkeeper keeper forward captain skipper batsman bowler pitcher guard",
        "executive director manager boss head ceo chief",
        "singer musician artist performer vocalist drummer guitarist pianist violinist",
        "writer author novelist poet playwright",
        "actor actress performer star",
        "priest vicar pastor parson rector cleric minister reverend canon father dean bishop archbishop rev "
        "clergyman imam rabbi",
        "teacher headmaster headmistress principal schoolteacher head instructor tutor",
        "farmer herder rancher grower shepherd herdsman smallholder planter",
        "trader vendor seller merchant stallholder shopkeeper hawker dealer",
        "baker cook chef owner",
        "fisherman fisher skipper angler crewman",
        "driver conductor motorist",
        "reporter journalist correspondent columnist editor newspaperman",
        "defendant accused prisoner",
        "plaintiff complainant claimant",
        "witness deponent",
        "chief chieftain headman elder",
        "speaker chair chairman chairwoman president",
        "singer vocalist soprano tenor baritone contralto rapper calypsonian crooner musician star",
        "player athlete sportsman sportswoman champion veteran international teammate newcomer",
        "runner sprinter marathoner athlete champion miler",
        "swimmer diver rower sculler sailor skipper cyclist rider racer skier skater climber mountaineer boxer fighter "
        "wrestler jockey athlete champion",
        "defender centre-back full-back back hooker prop flanker lock forward fly-half scrum-half fullback winger "
        "centre captain player skipper international",
        "all-rounder opener batter batsman bowler wicketkeeper spinner captain player",
        "surveyor engineer architect builder contractor planner technician",
        "mechanic fitter welder plumber electrician carpenter joiner bricklayer mason craftsman workman",
        "scholar historian archaeologist curator archivist librarian academic director",
        "linguist philologist philosopher historian sociologist anthropologist psychologist professor scholar academic",
        "nurse midwife matron sister paramedic medic carer",
        "vet veterinarian zookeeper keeper ranger warden gamekeeper",
        "pharmacist chemist druggist apothecary",
        "dentist surgeon doctor",
        "pathologist coroner doctor professor expert",
        "detective investigator inspector policeman officer sleuth",
        "warden jailer gaoler guard governor officer",
        "pilot airman captain aviator flier flyer aviatrix",
        "astronaut cosmonaut pilot engineer",
        "sailor seaman mariner captain skipper mate bosun pilot crewman",
        "diplomat ambassador envoy consul negotiator mediator minister",
        "monarch king queen sovereign prince emperor sultan ruler",
        "monk friar abbot brother prior father",
        "nun sister abbess prioress mother",
        "student pupil undergraduate schoolboy schoolgirl apprentice trainee teenager learner",
        "entrepreneur founder businessman businesswoman tycoon magnate industrialist millionaire billionaire "
        "boss owner inventor",
        "hotelier innkeeper landlord landlady publican barman host hostess owner restaurateur",
        "clerk cashier teller bookkeeper accountant treasurer auditor",
        "tailor seamstress dressmaker cobbler milliner weaver designer craftsman",
        "painter sculptor artist illustrator printmaker potter photographer",
        "composer conductor maestro musician songwriter",
        "filmmaker film-maker director producer screenwriter",
        "dancer ballerina choreographer performer",
        "comedian comic presenter broadcaster host entertainer",
        "critic reviewer columnist writer journalist",
        "activist campaigner protester organiser organizer environmentalist",
        "beekeeper apiarist gardener grower farmer botanist horticulturist",
        "villager resident neighbour neighbor local householder tenant",
        "trawlerman fisherman skipper",
        "miner pitman collier digger prospector",
        "pensioner retiree widow widower grandmother grandfather",
        "mother mum mom parent housewife",
        "father dad parent",
        "postman postmaster courier mailman",
        "trucker driver lorry-driver cabbie chauffeur busman",
        "salesman saleswoman trader shopkeeper merchant vendor",
        "programmer developer coder hacker engineer",
        "programmer researcher technologist scientist",
        "hunter trapper tracker woodsman hermit",
        "thief burglar robber convict prisoner inmate suspect culprit accused defendant",
        "victim complainant survivor plaintiff",
        "legislator lawmaker senator deputy assemblyman assemblywoman parliamentarian",
        "nominee candidate challenger contender incumbent hopeful politician",
        "president statesman leader premier",
        "premier minister chancellor leader politician",
        "undersecretary bureaucrat official administrator commissioner",
        "secretary-general envoy diplomat chief",
        "moderator presenter host interviewer chair chairman",
        "economist analyst strategist trader dealer banker",
    )
)
#: Who speaks without a name.
NOBODY = frozenset(
    """
    anonymous anybody anyone everybody everyone nobody none others several some somebody someone many few most
    people locals critics supporters opponents witnesses residents neighbours neighbors officials experts sources
    observers analysts activists protesters fans users commentators historians scientists workers students villagers
    one another passers-by bystanders onlookers detectives investigators police authorities campaigners organisers
    organizers readers members colleagues friends
    """.split()
)
#: Where things are posted; they say nothing themselves.
PLATFORMS = frozenset(
    "x twitter facebook instagram tiktok youtube whatsapp telegram linkedin reddit snapchat weibo".split()
)
#: Answers, after which the other one speaks.
ANSWERING = _forms("answer reply respond retort rejoin counter")
#: What goes on with what was said.
ADDING = _forms("add continue end finish conclude") | {"went"}
#: Two who speak at once.
TOGETHER = frozenset("both brothers sisters twins pair couple two parents newlyweds".split())
