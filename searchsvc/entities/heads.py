"""The words that bodies, places and things are known by: lists without rules."""

from __future__ import annotations

#: Organs of a state: a country's word in their name counts.
STATE = frozenset(
    """
    Administration Agency Army Assembly Authority Bureau Cabinet Commission Committee Congress Constabulary
    Consulate Corps Council Court Courts Department Directorate Embassy Force Forces Gendarmerie Government Guard
    Inspectorate Judiciary Legislature Marines Ministry Navy Office Ombudsman Parliament Police Secretariat Senate
    Treasury Tribunal
    """.split()
)
#: Bodies of other kinds.
BODY = frozenset(
    """
    Academy Advertiser Advisers Advisors Airline Airlines Airways Albion Alliance Archdiocese Argus Associates
    Association Athletic Ballet Bancorp Bancshares Bank Battalion Biotech Board Books Breweries Brewery Brigade
    Brigades Broadcasting Brotherhood Bulletin Campaign Capital Caucus Center Centers Centre Chamber Chemicals
    Chronicle Church Clinic Club Co-operative Coalition College Commonwealth Communications Company Confederation
    Conference Consortium Cooperation Cooperative Coordination Corporation Courier Daily Democrats Diocese Dispatch
    Echo Electronics Energy Enterprises Entertainment Examiner Exchange Federation Financial Foods Forum Foundation
    Front Fund Gazette Globe Group Guardian Guild Herald Holdings Hospital Hospitals Hotspur Industries Initiative
    Inquirer Institute Journal Laboratories Laboratory League Library Logistics Magazine Militia Mines Mining Mirror
    Mission Monitor Motors Movement Museum Nation Network News Observatory Observer Oil Orchestra Organisation
    Organization Partners Partnership Party Petroleum Pharma Pharmaceuticals Pictures Post Press Project Radio
    Railway Railways Records Register Resources Rovers School Schools Secretariat Securities Seminary Sentinel
    Service Services Shipping Shipyards Society Software Solutions Standard Steel Studios Syndicate Synod Systems
    Technologies Telecom Telegraph Television Tigers Times Today Tribune Trust Union Unions United Universities
    University Ventures Volunteers Wanderers Watch Weekly Workshop
    """.split()
)
#: What ends a company's or a club's name.
CORPORATE = frozenset(
    """
    A.G. A/S AB AFC AG ASA Berhad Bhd Bros. CF Co Co. Corp Corp. Cos. F.C. FC GmbH INC Inc Inc. JSC KG KK L.L.C. LLC LLP
    Limited Ltd Ltd. Ltda N.V. NV OJSC Oyj PJSC PLC Plc Pty Pvt RFC S.A. S.A.B. S.p.A. SA SAB SC SE SpA Tbk plc
    """.split()
)
#: Heads that say little after one ordinary word.
VAGUE = frozenset(
    """
    Administration Agency Army Associates Authority Bank Board Books Bureau Cabinet Campaign Capital Church Club
    College Commission Committee Company Conference Congress Cooperation Coordination Council Court Courts Daily
    Democrats Department Echo Embassy Energy Exchange Financial Force Forces Front Fund Globe Government Group Guard
    Initiative Library Ministry Mirror Mission Monitor Movement Museum Nation Navy Network News Office Oil Partners
    Partnership Party Pictures Police Press Project Records Resources School Schools Service Services Solutions
    Standard Star Steel Studios Systems Tigers Today Trust Union United University Volunteers Watch
    """.split()
)
#: Heads that stand in front, in the languages of the world: Air Vanuatu, Banco do Brasil.
FRONT = frozenset(
    """
    Agence Air Asamblea Asociación Atletico Atlético Banca Banco Bank Banka Bankinter Banque Barisan Colegio
    Compagnie Compañía Confederación Consejo Corporación Cámara Deportivo Dinamo Dynamo Ejército Electricité Empresa
    Federación Federação Frelimo Frente Fundación Groupe Grupo Hapoel Hospital Institut Instituto Lokomotiv Maccabi
    Ministerio Ministère Ministério Movimiento Organización Partai Parti Partido Policía Radio Sindicato Société
    Spartak Sporting Transparency Télévision Universidad Universidade Universitas Universitatea Universiti
    Universität Université Électricité
    """.split()
)
#: Heads that `for`, `on` and `against` may follow.
FOR_HEADS = frozenset(
    """
    Academy Agency Alliance Association Authority Bank Board Bureau Campaign Center Centre Coalition Commission
    Committee Council Department Forum Foundation Fund Initiative Institute League Movement Network Office
    Organisation Organization Partnership Party Project School Secretariat Society Union
    """.split()
)
#: Heads whose field may hold an `and`: Ministry of Labour and Social Security.
AND_HEADS = frozenset(
    """
    Academy Agency Association Authority Board Bureau Center Centre Chamber Commission Committee Council Department
    Directorate Federation Fund Institute Ministry Office Organisation Organization Secretariat Service Union
    """.split()
)
#: What ends a place's or a building's name.
PLACE_HEADS = frozenset(
    """
    Airport Arena Avenue Barracks Base Basin Bay Beach Border Boulevard Bridge Building Camp Canal Cape Castle
    Cathedral Cemetery Chapel Coast Coliseum Complex County Courthouse Creek Crossing Dam Delta Desert District
    Drive Expressway Falls Farm Forest Garden Gardens Gate Glacier Gulf Hall Harbor Harbour Heights Highway Hill
    Hills Hotel Interstate Island Islands Jail Lake Landing Lane Lodge Mall Market Memorial Monument Mosque Mount
    Mountain Mountains Municipality Oblast Ocean Palace Parish Park Pass Peninsula Pipeline Plain Plains Plateau Plaza
    Port Prefecture Prison Province Quarter Ranch Reef Refinery Region Residence Ridge River Road Sea Springs Square
    Stadium Stand Station Strait Straits Street Suburb Temple Terminal Terrace Territories Territory Theater Theatre
    Tower Towers Town Township Trail Tunnel Turnpike Valley Village Volcano Wharf Woods
    """.split()
)
#: What ends the name of a law, a prize, a war, a storm.
THING_HEADS = frozenset(
    """
    Accord Accords Act Act. Affair Agreement Airlift Amendment Award Awards Ball Bill Bond Bonds Book Bowl Caucuses
    Ceasefire Championship Championships Charter Class Code Constitution Convention Crisis Cup Cyclone Day Deal
    Debate Declaration Derby Disease Doctrine Dream Dynasty Election Elections Empire Era Exercise Exercises
    Festival Games Genocide Hurricane Index Intifada Law Marathon Massacre Medal Model Month Note Notes Offensive
    Olympics Open Operation Order Pact Plan Primary Prize Program Programme Proposition Protocol Rebellion
    Referendum Report Resolution Revolution Rule Rules Scandal Series Show Spring Standard Storm Summit Syndrome
    Theory Tournament Treaty Trophy Truce Typhoon Uprising Virus War Wars Week
    """.split()
)
#: What begins the name of a thing or a place.
THING_STARTS = frozenset(
    """
    Airbus Apollo Article Avenida Boeing Calle Camp Cape Chapter Class Cyclone Flight Fort HMS Highway Hurricane
    Interstate Lake MV Mount Operation Page Phase Port Project Proposition Psalm Resolution Room Route Rue SS
    Section Storm Title Typhoon USS Via
    """.split()
)
#: Possessors inside a name: People's, Workers'.
POSSESSORS = frozenset(
    """
    Attorney Bishops Boys Chiefs Children Christie Doctors Drivers Employers FARMERS Farmers Fishermen General Girls
    Governors Growers Journalists King Lawyers Lloyd Lord Men Merchants Miners Ministers Moody Nurses Officers
    Owners PEOPLE People Peoples Prosecutor Queen Seamen Soldiers Sotheby Students TEACHERS Teachers Traders
    Veterans WORKERS Women Workers Writers
    """.split()
)
#: Words before a head that make no name of it.
EMPTY = frozenset(
    """
    A An Any Both Each Every Ex Former Her His Its My New No Our Some That The Their This Your
    """.split()
)
#: Titles that are parts of bodies' names too: Foreign Ministry, General Hospital.
QUALIFIERS = frozenset(
    """
    Bishop Bishops Chiefs Field Foreign General Junior Metropolitan Officers Private Republican Senior
    """.split()
)
#: Heads that are surnames too.
PERSONAL = frozenset(
    """
    Bank Church Globe Guard Monitor Post Press Standard
    """.split()
)
#: Words inside a name that `of` may follow: Center for the Study of Democracy.
NOUNS = frozenset(
    """
    Advancement Defence Defense Elimination Preservation Prevention Prohibition Promotion Protection Relief Rights
    Study
    """.split()
)
#: Words that are no part of a body's name though they stand beside it.
DATES = frozenset(
    """
    AM Apr. April Aug. August CEO Christians Dec. December Democrat Democrats Dow FM Feb. February Friday God Jan.
    January July June MP MPs Mar. March May Monday Muslims Nov. November Oct. October PM Republicans Saturday Sept.
    September Sunday TV Thursday Tories Tuesday Wednesday
    """.split()
)
#: Words that open sentences and never names of bodies.
OPENERS = frozenset(
    """
    According Across After Against Along Also Among Another Around Asked Because Before Behind Besides Between
    Beyond Citing Despite During Earlier Eight Even Five Following Four Hence Here However Just Last Later Many
    Meanwhile Most Next Nine Only Other Over Quoting Seven Several Since Six Speaking Still Such Ten Then There
    Three Through Thus Today Tomorrow Tonight Two Under Unlike Until When Where While Within Without Yesterday Yet
    """.split()
)
#: Words that make only a kind of body: high school, town council.
LEVELS = frozenset(
    """
    boarding city county district development elected elementary grammar high inner joint junior local middle primary
    private parish public school secondary select senior special standing sub sunday town
    """.split()
)
#: Words that make only a kind of government.
GENERIC = frozenset(
    """
    central civilian coalition federal interim local military national provisional state
    """.split()
)
#: What may stand between the words of a defined name.
LINKS = frozenset(
    (
        " ",
        " & ",
        " against ",
        " and ",
        " and the ",
        " da ",
        " de ",
        " des ",
        " do ",
        " du ",
        " e ",
        " for ",
        " for the ",
        " in ",
        " of ",
        " of the ",
        " on ",
        " to ",
        " with ",
        " y ",
        "' ",
        "'s ",
        ", ",
        "-",
    )
)
#: Heads of any body.
HEADS = STATE | BODY
