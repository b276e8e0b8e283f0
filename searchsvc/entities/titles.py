"""Words around names: what stands before a person's name, what follows it, and what never belongs to one."""

from __future__ import annotations

#: Words before a name, with and without a full stop; they stay outside it.
TITLES = frozenset(
    """
    Abbot Abusuapanin Acting Activist Actor Actress Adi Adm. Admiral Adviser Advisor Advocate Aide Airman Alderman
    Alhaja Alhaji Alkalo Amb. Ambassador Ambassadors Analyst Anchor Apostle Archbishop Architect Assistant Associate
    Astronaut Ato Attorney Attorney-General Atty. Aunt Auntie Aunty Author Ayatollah Baron Baroness Barrister Bishop
    Bombardier Brigadier Brother CEO CFO Caliph Candidate Canon Capt Capt. Captain Cardinal Caucus Chair Chairman
    Chairperson Chairwoman Challenger Chancellor Chef Chief Chiefs Cllr Cllr. Co-Founder Co-founder Coach Col Col.
    Colonel Columnist Commandant Commander Commentator Commissioner Commissioners Commodore Comptroller Comrade
    Congressman Congressmen Congresswoman Constable Corporal Correspondent Cosmonaut Councillor Councilman Councilor
    Councilwoman Counsel Count Countess Cpl. Czar Dame Dato Dato' Datuk Daw Deacon Dean Defender Delegate Democrat
    Democrats Deputy Deputy-Inspector Detective Director Director-General Directors Doctor Doña Dr Dr. Driver Duchess
    Duke Earl Economist Editor Elder Emir Emperor Empress Engineer Engr Engr. Envoy Evangelist Ex-Minister Ex-President
    Ex-Prime Exchequer Father Fellow Field Foreign Former Founder Frau Gen Gen. General Goalkeeper Gov Gov. Governor
    Governor-General Governors Grandma Grandpa Gunner Haji Hajia Hajiya Hajj Hajji Headman Headmaster Headmistress Herr
    Historian Homeland Hon Hon. Honorable Honourable Host Imam Incumbent Insp. Inspector Interim Judge Judges Junior
    Justice Justices King Lady Lance Late Lawmaker Lawyer Leader Lieutenant Lieutenant-General Lord Lt Lt. MEP MLA MP
    Maame Madam Madame Magistrate Maj Maj. Major Major-General Mama Manager Marshal Maulana Mayor Mayors Messrs Messrs.
    Metropolitan Midfielder Minister Ministers Miss Mlle Mlle. Mme Mme. Monsieur Monsignor Mr Mr. Mrs Mrs. Ms Ms. Mufti
    Mullah Mwene Naba Nana Negotiator Nominee Nurse Ofa Officer Opanin Owner Pa Pandit Paramount Pastor Patriarch
    Photographer Pilot Pollster Pope Premier Premiers Pres. President Presidents Prime Prince Princess Principal
    Private Producer Prof Prof. Professor Prophet Prosecutor Provost Publisher Queen Rabbi Ratu Rector Rep Rep.
    Reporter Representative Representatives Reps. Republican Rev Rev. Reverend Right Seaman Secretary Secretary-General
    Sen Sen. Senator Senators Senior Sens. Sergeant Señor Seri Sgt Sgt. Shah Sheik Sheikh Sheikha Sheriff Shri Signor
    Singer Sir Sister Skipper Smt Solicitor Speaker Spokesman Spokesperson Spokeswoman Staff Strategist Striker
    Sub-Inspector Sultan Superintendent Supt Supt. Swami Tan Tā Togbe Torgbi Toshao Toshaos Treasurer Trooper Tsar Tun
    Uncle Under-Secretary Undersecretary Ustaad Ustaz Vice Vice-Chairman Vice-Chancellor Vice-President Volcanologist
    Whip Winger
    """.split()
)
#: Forms of address before people of any office.
HONORIFICS = frozenset("Mr Mr. Mrs Mrs. Ms Ms. Miss Dr Dr. Sen. Rep. Sir".split())
#: Styles by their letters, and offices and ranks by theirs: H.R.H., DG Guy Ryder.
HONOURS = frozenset("AG HE HH HM HRH H.E. H.H. H.M. H.R.H.".split())
OFFICES = frozenset(
    "ACP ADC ASI ASP CM CS CTO DC DCP DG DGP DIG DP DPM DSP IG IGP IO MD MK MNA OC PC PM PS SHO SP SSP VP VPM".split()
)
#: Titles without which the name is not used: Pope Francis, Queen Victoria.
REGAL = frozenset(
    """
    Pope Queen
    """.split()
)
#: Titles that are outside whatever name they stand before; some others are given names too, as in Dean Heller.
OUTSIDE = TITLES - REGAL - frozenset("Dean Earl Lance Nana Shah Sultan Tan".split())
#: Titles that say a single word is a person.
STRONG = TITLES - frozenset(
    """
    Acting Anchor Assistant Associate Author Baron Caucus Chair Chiefs Commissioners Count Democrat Democrats Deputy
    Directors Duke Earl Exchequer Fellow Field Foreign Former Governors Homeland Hon Host Interim Judges Junior
    Justices Lance Late Leader Mayors Ministers Owner Premiers Presidents Prime Private Representatives Republican
    Right Senators Senior Staff Tan Vice Whip
    """.split()
)
#: Small-lettered words that stand before a name: spokesman John Kirby.
ROLES = frozenset(
    """
    activist actor actress adviser advisor aide alias ambassador analyst anchor architect astronaut attorney aunt
    author baker banker bassist batsman billionaire biographer biologist bishop bowler boxer boyfriend brother
    businessman businesswoman called candidate captain chair chairman chairwoman champion chancellor chief
    choreographer cleric co-chairman co-founder co-ordinator coach cofounder colleague colonel columnist comedian
    commander commissioner composer conductor congressman congresswoman consultant coordinator correspondent
    councillor councilman counterpart cousin critic curator cyclist daughter dean defender delegate dentist deputy
    detective director director-general dissident doctor donor driver drummer economist editor emperor engineer
    entrepreneur envoy ex-president ex-wife executive farmer father filmmaker fisherman forward founder friend
    general girlfriend goalkeeper golfer governor grandfather grandmother guitarist headmaster headmistress
    historian host husband imam inspector investor journalist judge justice king lawmaker lawyer leader legislator
    magistrate manager mayor midfielder midwife minister mother named negotiator neighbor neighbour nephew niece
    nominee novelist nurse née officer operative organiser organist organizer owner painter partner pastor
    pharmacist philanthropist photographer physicist pilot pitcher playwright poet pollster pope predecessor premier
    president priest prince princess principal producer professor prosecutor quarterback queen rabbi rapporteur
    rector reporter representative researcher resident rival scientist sculptor secretary secretary-general senator
    singer sister skipper son soprano spokesman spokesperson spokeswoman sprinter strategist striker student
    successor superintendent surgeon swimmer tailor teacher teammate tenor trader treasurer trustee uncle veteran
    veterinarian vice-president widow wife winger writer
    """.split()
)
#: What people do after their name.
VERBS = frozenset(
    """
    acknowledged added admitted answered apologised apologized argued asked believes complained conceded confessed
    declined died explained grew herself himself hopes insisted joked knows lamented laughed married nodded noted
    pleaded promised quipped recalled reckons remarked remembers replied resigned retired said says scored shrugged
    smiled studied taught tells testified thanked thinks told tweeted urged vowed wants warned who whose wrote
    """.split()
)
#: The same, for a single unknown word only the surest.
SURE_VERBS = frozenset(
    """
    added herself himself joked laughed recalled replied said says testified told tweeted
    """.split()
)
#: Words that are capitalised at a sentence's start and are no part of any name.
STOPWORDS = frozenset(
    """
    A About Above According Across After Against All Almost Along Also Although Always Amid Among An And Another Any
    Anything Are Around As Asked At BREAKING Back Be Because Been Before Behind Being Below Besides Between Beyond
    Both But By Can Can't Click Concerning Could Crooked Dear Dems Despite Did Didn't Do Does Don't Down During Each
    Earlier Eight Either Even Ever Every Everybody Everyone Everything Few Five Follow Following For Four From
    Furthermore Given Had Has Have He He's Hence Her Here Him His How However I I'm I've If In Including Indeed
    Inside Instead Into Is Isn't It It's Its Just Last Later Let Let's Like Lyin MORE Many May Maybe Meanwhile Might
    Monday's More Moreover Most Much Must My Near Nearly Neither Never Nevertheless Next Nine No Nobody Nor Not
    Nothing Now Of Off Often On Once One Only Onto Or Other Otherwise Our Out Outside Over Overall Own Per Perhaps
    Photo Picture Quite READ Rather Read Regarding Related Said Same Says See Seven Several Shall Share She She's
    Should Since Six Sleepy So Some Somebody Someone Something Sometimes Soon Speaking Still Such Ten Than That
    That's The Their Them Then There There's Therefore These They They're This Those Though Three Through Thus To
    Today Tomorrow Tonight Too Two Under Unless Unlike Until Up Upon Us Very Via WATCH Was Wasn't Watch We We're
    Well Were What What's Whatever When Whenever Where Wherever Whether Which While Who Who's Whoever Whom Whose Why
    Will With Within Without Won't Would Yes Yesterday Yet You You're Your
    """.split()
)
