"""What a careful reader takes from a sentence. One row a case: text; people; countries; organisations."""
# ruff: noqa: E501 (a table reads better a row a line)

from __future__ import annotations

import pytest

from searchsvc.entities import extractor

EXTRACTOR = extractor("rules")

Row = tuple[str, str, str, str]

COUNTRIES: list[Row] = [
    ("Talks between the United States and Russia stalled.", "", "US RU", ""),
    ("The U.S. and the U.K. agreed; the UAE did not.", "", "US GB AE", ""),
    ("He told us that they would let us know.", "", "", ""),
    ("The US said it would wait for us.", "", "US", ""),
    ("Americans, Britons and Saudis queued together.", "", "US GB SA", ""),
    ("The Saudi-led and Turkish-backed forces met.", "", "SA TR", ""),
    ("A US-Russia deal drew anti-American slogans.", "", "US RU", ""),
    ("The Franco-German plan pleased few.", "", "FR DE", ""),
    ("Pro-Russian crowds marched.", "", "RU", ""),
    ("England beat Scotland, and Wales drew with Northern Ireland.", "", "GB", ""),
    ("Talks on Kosovo began.", "", "XK", ""),
    ("The Soviet Union sent grain to East Germany and Czechoslovakia.", "", "SU DD CS", ""),
    ("Burma, now called Myanmar, shut its border.", "", "MM", ""),
    ("Zaire changed its name.", "", "CD", ""),
    ("Rebels in the Democratic Republic of Congo fled to Congo-Brazzaville.", "", "CD CG", ""),
    ("North Korea fired a missile, South Korea said.", "", "KP KR", ""),
    ("Nigeria and Niger share a border.", "", "NG NE", ""),
    ("A Nigerien officer met his Nigerian colleague.", "", "NE NG", ""),
    ("Guinea, Guinea-Bissau and Equatorial Guinea sent teams, and so did Papua New Guinea.", "", "GN GW GQ PG", ""),
    ("Dominica asked the Dominican Republic for help.", "", "DM DO", ""),
    ("Mali and Oman signed.", "", "ML OM", ""),
    ("A storm hit New Mexico and New Jersey.", "", "", ""),
    ("Ships crossed the Indian Ocean.", "", "", ""),
    ("Police in Indiana closed the road.", "", "", ""),
    ("Native American and African American voters turned out.", "", "", ""),
    ("Latin American markets fell.", "", "", ""),
    ("He wore a Panama hat.", "", "", ""),
    ("The Panama Papers named hundreds.", "", "", ""),
    ("Paris and Moscow disagreed.", "", "", ""),
    ("She spoke French.", "", "", ""),
    ("The leaflet is in Arabic and Russian.", "", "", ""),
    ("A Russian-language station closed.", "", "", ""),
    ("French farmers protested.", "", "FR", ""),
    ("The Ukrainian, Polish and Romanian delegations left.", "", "UA PL RO", ""),
    ("Workers on the Ivory Coast-bound ship waited; the Ivory Coast did not.", "", "CI", ""),
    ("The Solomon Islands and the Marshall Islands voted.", "", "SB MH", ""),
    ("It cost US$40 at the door.", "", "", ""),
    ("The Netherlands, which the Dutch call home, voted.", "", "NL", ""),
    ("The Central African Republic held a vote.", "", "CF", ""),
]  # fmt: skip

DOUBTFUL: list[Row] = [
    ("Michael Jordan scored 40 points. Jordan then sat down.", "Michael Jordan", "", ""),
    ("The king of Jordan flew to Amman.", "", "JO", ""),
    ("Chad Smith played the drums.", "Chad Smith", "", ""),
    ("Troops from Chad crossed into Sudan.", "", "TD SD", ""),
    ("Georgia Gov. Brian Kemp spoke in Atlanta.", "Brian Kemp", "", ""),
    ("Voters in Georgia, Florida and Arizona waited.", "", "", ""),
    ("Russia sent troops into Georgia, officials in Tbilisi said.", "", "RU GE", ""),
    ("The Georgian capital, Tbilisi, was quiet.", "", "GE", ""),
    ("Turkey closed its border.", "", "TR", ""),
    ("Actor Denzel Washington won.", "Denzel Washington", "", ""),
    ("Mr. Jordan asked a question.", "Jordan", "", ""),
]  # fmt: skip

IN_NAMES: list[Row] = [
    ("American Airlines cut flights.", "", "", "American Airlines"),
    ("British Airways, Korean Air and Turkish Airlines followed.", "", "", "British Airways|Korean Air|Turkish Airlines"),
    ("The Irish Times and China Daily reported it.", "", "", "The Irish Times|China Daily"),
    ("Bank of America raised fees.", "", "", "Bank of America"),
    ("The Bank of England raised rates.", "", "GB", "Bank of England"),
    ("The Supreme Court of India ruled.", "", "IN", "Supreme Court of India"),
    ("An Iranian Foreign Ministry spokesman denied it.", "", "IR", "Foreign Ministry of Iran"),
    ("Kenya's Ministry of Health confirmed it.", "", "KE", "Ministry of Health"),
    ("Air Vanuatu cancelled a flight.", "", "", "Air Vanuatu"),
]  # fmt: skip

ORGANISATIONS: list[Row] = [
    ("The U.N. sent an envoy.", "", "", "United Nations"),
    ("The United Nation's envoy spoke to the U.N. Security Council.", "", "", "United Nations|United Nations Security Council"),
    ("The EU, NATO and the IMF agreed.", "", "", "European Union|North Atlantic Treaty Organization|International Monetary Fund"),
    ("OPEC and the WHO met.", "", "", "Organization of the Petroleum Exporting Countries|World Health Organization"),
    ("The White House and the Kremlin declined to comment.", "", "", "White House|Kremlin"),
    ("The Associated Press and Reuters contributed.", "", "", "Associated Press|Reuters"),
    ("The European Union and Organization of Islamic Cooperation agreed.", "", "",
     "European Union|Organization of Islamic Cooperation"),
    ("The Fiji Sugar Corporation (FSC) closed; the FSC said why.", "", "", "Fiji Sugar Corporation"),
    ("A study by the Riverside Institute for Water Research appeared.", "", "", "Riverside Institute for Water Research"),
    ("The University of Cape Town and Makerere University hired.", "", "", "University of Cape Town|Makerere University"),
    ("Nelson Mandela University reopened.", "", "", "Nelson Mandela University"),
    ("Planes left John F. Kennedy Airport.", "", "", ""),
    ("Hurricane Maria hit Puerto Rico.", "", "PR", ""),
    ("She won the Nobel Peace Prize.", "", "", ""),
    ("Acme Widgets Inc. bought Holt & Sons Ltd.", "", "", "Acme Widgets Inc.|Holt & Sons Ltd."),
    ("The government told Parliament that the Committee would wait.", "", "", ""),
    ("The Ministry of Agriculture and Rural Development signed.", "", "", "Ministry of Agriculture and Rural Development"),
    ("Members of the Kenya Red Cross came.", "", "", "Kenya Red Cross"),
    ("The Islamic State claimed it, and ISIS posted a video.", "", "", "Islamic State"),
    ("The High Negotiations Committee left Geneva.", "", "", "High Negotiations Committee"),
    ("The International Syria Support Group met.", "", "", "International Syria Support Group"),
    ("Copyright 2014 The Washington Times, LLC.", "", "", "Washington Times"),
    ("Google and Samsung sued.", "", "", "Google|Samsung"),
    ("He ate an apple; Apple said nothing.", "", "", "Apple"),
    ("The Washington Post reported it on Monday.", "", "", "Washington Post"),
    ("Doctors Without Borders, also called MSF, left.", "", "", "Médecins Sans Frontières"),
]  # fmt: skip

PEOPLE: list[Row] = [
    ("President Obama met Angela Merkel. Merkel smiled.", "Barack Obama|Angela Merkel", "", ""),
    ("U.S. Secretary of State John Kerry met Russian Foreign Minister Sergey Lavrov.", "John Kerry|Sergey Lavrov", "US RU", ""),
    ("Staffan de Mistura spoke. De Mistura left, and de Mistura's aides stayed.", "Staffan de Mistura", "", ""),
    ("Prime Minister Jane Okafor and Mr. Chen agreed.", "Jane Okafor|Chen", "", ""),
    ("However, Smith Wanjiru said no.", "Smith Wanjiru", "", ""),
    ("Speaking on Tuesday, spokesman Pedro Alvarez said so.", "Pedro Alvarez", "", ""),
    ("J. K. Rowling and George R. R. Martin write.", "J. K. Rowling|George R. R. Martin", "", ""),
    ("Conor O'Brien and Anne-Marie Duff sang.", "Conor O'Brien|Anne-Marie Duff", "", ""),
    ("Ban Ki-moon spoke; Ban then left.", "Ban Ki-moon", "", ""),
    ("Martin Luther King Jr. spoke here.", "Martin Luther King Jr.", "", ""),
    ("Pope Francis met Queen Victoria in a dream.", "Pope Francis|Queen Victoria", "", ""),
    ("Xi Jinping arrived, and Xi spoke.", "Xi Jinping", "", ""),
    ("Syrian President Bashar al-Assad's office denied it.", "Bashar Assad", "SY", ""),
    ("Mahmoud al-Zahar said so. Al-Zahar left.", "Mahmoud al-Zahar", "", ""),
    ("Maria van der Berg won. Van der Berg cried.", "Maria van der Berg", "", ""),
    ("Monday was cold, and so was January in Kampala.", "", "", ""),
    ("Orville \"Bunny\" Tracey coached them.", "Orville \"Bunny\" Tracey", "", ""),
    ("Rep. Lois Brandt, R-Ohio, voted no.", "Lois Brandt", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    "text, people, countries, organisations", COUNTRIES + DOUBTFUL + IN_NAMES + ORGANISATIONS + PEOPLE
)
def test_sentence(text: str, people: str, countries: str, organisations: str) -> None:
    found = EXTRACTOR.extract("", text)
    assert [e.label for e in found.people] == list(filter(None, people.split("|")))
    assert [e.key for e in found.countries] == countries.split()
    assert [e.label for e in found.organisations] == list(filter(None, organisations.split("|")))


BODY = "Bashar Assad met John Kerry and Sergey Lavrov at the United Nations. Syria and Russia agreed, the Fiji Sugar Corporation (FSC) said."


@pytest.mark.parametrize(
    "title, people, countries, organisations",
    [
        ("BRAZIL COFFEE EXPORTS FALL", "", "BR", ""),
        ("U.S. AND JAPAN NEAR TRADE PACT", "", "US JP", ""),
        ("LET US PRAY, BISHOP SAYS", "", "", ""),
        ("KERRY, LAVROV MEET AS ASSAD WAITS", "John Kerry|Sergey Lavrov|Bashar Assad", "", ""),
        ("Kerry And Lavrov Meet Again", "John Kerry|Sergey Lavrov", "", ""),
        ("Assad says no to talks", "Bashar Assad", "", ""),
        ("FSC Delays Crushing As Russia Waits", "", "RU", "Fiji Sugar Corporation"),
        ("Obama Warns Of New Cold War", "Barack Obama", "", ""),
    ],
)
def test_headline_reads_the_body(title: str, people: str, countries: str, organisations: str) -> None:
    found = EXTRACTOR.extract(title, BODY)
    assert [e.label for e in found.people if e.title_mentions] == list(filter(None, people.split("|")))
    assert [e.key for e in found.countries if e.title_mentions] == countries.split()
    assert [e.label for e in found.organisations if e.title_mentions] == list(filter(None, organisations.split("|")))


def test_the_title_comes_first() -> None:
    found = EXTRACTOR.extract("Russia answers", "Syria spoke first, then Russia.")
    assert [e.key for e in found.countries] == ["RU", "SY"]
    assert found.countries[0].title_mentions == ((0, 6),)
    assert found.countries[0].mentions == ((24, 30),)


def test_aliases_are_the_other_forms_of_the_article() -> None:
    found = EXTRACTOR.extract("", "Americans said the United States and the U.S. are one. John Kerry left. Kerry came.")
    assert found.countries[0].label == "United States"
    assert set(found.countries[0].aliases) == {"Americans", "U.S."}
    assert found.people[0].aliases == ("Kerry",)


# From here on `*n` after a name says how often it is mentioned; without it, once.
GIVEN_OR_PLACE: list[Row] = [
    ("King Abdullah of Jordan met Jordan Peterson in Amman. Officials of Jordan and Jordan's army were there.",
     "Abdullah|Jordan Peterson", "JO*3", ""),
    ("President Jordan Bardella of National Rally visited Jordan; Jordan welcomed him.", "Jordan Bardella", "JO*2", ""),
    ("Mr. Jordan visited Jordan.", "Jordan", "JO", ""),
    ("He met Paris Hilton in Paris. Paris was cold.", "Paris Hilton", "", ""),
    ("Paris Hilton and Conrad Hilton came. Hilton spoke. Paris was full.", "Paris Hilton|Conrad Hilton*2", "", ""),
    ("Jordan Henderson left Liverpool. In Jordan, he rested. Jordan was hot.", "Jordan Henderson", "JO*2", ""),
    ("Chad Johnson ran. Chad's army fought, and Chad won.", "Chad Johnson", "TD*2", ""),
    ("Sydney Sweeney smiled in Sydney. Sydney's mayor watched.", "Sydney Sweeney", "", ""),
    ("Austin Butler sang in Austin. Austin is hot. Butler left.", "Austin Butler*2", "", ""),
    ("Michael Jordan scored 40 points. Jordan then sat down. He flew to Jordan. Jordan's army won.",
     "Michael Jordan*2", "JO*2", ""),
    ("Michael Jordan left for Jordan. Jordan, Syria and Iraq agreed. Jordan's shot missed.",
     "Michael Jordan*2", "JO*2 SY IQ", ""),
    ("Barbara Jordan spoke. Jordan was born in Texas. Miss Jordan smiled.", "Barbara Jordan*3", "", ""),
    ("Michael Jordan spoke. Troops crossed from Jordan. Jordan's King Abdullah wrote.", "Michael Jordan|Abdullah", "JO*2", ""),
    ("Michael Jordan spoke near Jordan's border. Jordan's capital slept.", "Michael Jordan", "JO*2", ""),
    ("Jack London wrote. London smiled. He lived in London. London's streets were dark.", "Jack London*2", "", ""),
    ("Jack London visited London. To London he returned. London's novels sold.", "Jack London*2", "", ""),
    ("Mary Jones met John Smith. Mary was late, and so was Jones.", "Mary Jones*3|John Smith", "", ""),
]  # fmt: skip

SURNAMES: list[Row] = [
    ("Chelsea Clinton spoke. Clinton left. Hillary Clinton came.", "Chelsea Clinton*2|Hillary Clinton", "", ""),
    ("Hillary Clinton came. Clinton spoke. Bill Clinton left. Clinton slept.", "Hillary Clinton*2|Bill Clinton*2", "", ""),
    ("Clinton was late. Bill Clinton said so.", "Bill Clinton*2", "", ""),
    ("Ivan Petrov and Maria Petrova came. Petrov spoke. Later Boris Petrov came. Petrov left.",
     "Ivan Petrov*2|Maria Petrova|Boris Petrov*2", "", ""),
    ("Jeb Bush met George W. Bush. Bush spoke.", "Jeb Bush|George W. Bush*2", "", ""),
    ("Michelle Obama spoke. Obama smiled.", "Michelle Obama*2", "", ""),
    ("Michelle Obama came. President Obama spoke.", "Michelle Obama|Barack Obama", "", ""),
    ("Obama smiled.", "Barack Obama", "", ""),
    ("Smith left first. Then Anna Smith came, and John Smith too.", "Anna Smith*2|John Smith", "", ""),
    ("Anna Smith, John Smith and Peter Smith came. Smith spoke.", "Anna Smith|John Smith|Peter Smith*2", "", ""),
]  # fmt: skip

COUNTRY_AS_GIVEN_NAME: list[Row] = [
    ("Israel Katz spoke.", "Israel Katz", "", ""),
    ("Foreign Minister Israel Katz flew to Cairo. Katz said Israel would wait.", "Israel Katz*2", "IL", ""),
    ("Israel Gutierrez, a columnist, left.", "Israel Gutierrez", "", ""),
    ("India Hicks said so.", "India Hicks", "", ""),
    ("Kenya Moore smiled.", "Kenya Moore", "", ""),
    ("Jordan Peterson said so.", "Jordan Peterson", "", ""),
    ("Georgia Meloni, the leader, said so.", "Georgia Meloni", "", ""),
    ("Judge Israel Vasquez ruled. Coach Kenya Adeyemi left.", "Israel Vasquez|Kenya Adeyemi", "", ""),
    ("Ireland Baldwin sang, and Cuba Gooding Jr. won.", "Ireland Baldwin|Cuba Gooding Jr.", "", ""),
    ("The Israel Defense Forces said so.", "", "IL", "Israel Defense Forces"),
    ("He reads India Today and flies Kenya Airways.", "", "", "India Today|Kenya Airways"),
    ("He went to Georgia Tech.", "", "", "Georgia Institute of Technology"),
    ("Chad President Idriss Deby died.", "Idriss Déby", "TD", ""),
    ("The Jordan River flows.", "", "", ""),
    ("Israel Hayom said so; Israel Railways closed.", "", "", "Israel Hayom|Israel Railways"),
    ("Israel Prime Minister Benjamin Netanyahu left.", "Benjamin Netanyahu", "IL", ""),
    ("India Gate is in New Delhi. Kenya Ports Authority said so.", "", "KE", "Kenya Ports Authority"),
    ("India Cements said so.", "", "IN", ""),
    ("Miss Iran and Miss Universe smiled.", "", "IR", ""),
    ("Miss World left, and so did Miss South Africa, Miss USA and Mr. Universe.", "", "ZA US", ""),
    ("Miss Universe Pia Wurtzbach waved at Miss Moneypenny.", "Pia Wurtzbach|Moneypenny", "", ""),
]  # fmt: skip

DEFINED: list[Row] = [
    ("The Bank of England raised rates.", "", "GB", "Bank of England"),
    ("The Royal Bank of Scotland and Bank of America met.", "", "", "Royal Bank of Scotland|Bank of America"),
    ("The Australian Broadcasting Corporation (ABC) reported. The ABC said so.", "", "",
     "Australian Broadcasting Corporation*3"),
    ("ABC of Australia said so.", "", "", "Australian Broadcasting Corporation"),
    ("ABC reported it from Australia.", "", "AU", "ABC"),
    ("The Association of Better Coffee (ABC) met; ABC said so.", "", "", "Association of Better Coffee*3"),
    ("The Nepal Biscuit Company (NBC) grew. NBC said so.", "", "", "Nepal Biscuit Company*3"),
    ("The World Health Organization (WHO) warned; the WHO said so.", "", "", "World Health Organization*3"),
    ("The Canadian Broadcasting Corporation (CBC) said so.", "", "", "CBC*2"),
    ("The Hague University said so.", "", "", "The Hague University"),
    ("The International Panel on Climate Change (IPCC) met. The IPCC said so.", "", "",
     "Intergovernmental Panel on Climate Change*3"),
    ("Yahoo! and Google said so.", "", "", "Yahoo|Google"),
    ("The Nepal Oil Corporation raised prices.", "", "", "Nepal Oil Corporation"),
    ("He read The Australian. The Australian Federal Police came.", "", "AU", "The Australian|Australian Federal Police"),
    ("The Australian government denied it.", "", "AU", ""),
]  # fmt: skip

ORDINARY_WORDS: list[Row] = [
    ("She ate Apple pie.", "", "", ""),
    ("Apple pie is sweet. Apple juice too. Apple trees bloom in an Apple orchard.", "", "", ""),
    ("Apple said it sold phones. Apple is rich. Apple pie is not.", "", "", "Apple*2"),
    ("Apple's iPhone sold well.", "", "", "Apple"),
    ("Apple, the maker of the iPhone, sued Samsung.", "", "", "Apple|Samsung"),
    ("Apple shares rose. Apple CEO Tim Cook spoke.", "Tim Cook", "", "Apple*2"),
    ("He works for Apple.", "", "", "Apple"),
    ("Target shares fell. Target practice began.", "", "", "Target"),
    ("Target audiences differ. Target dates slipped.", "", "", ""),
    ("Shell casings lay there. Shell companies hid it.", "", "", ""),
    ("Shell reported a loss. Oil giant Shell paid.", "", "", "Royal Dutch Shell*2"),
    ("Gap years are popular. Mind the Gap.", "", "", ""),
    ("Gap Inc. closed stores. The Gap said sales fell.", "", "", "Gap Inc.*2"),
    ("The Amazon is a river. Fires burn in the Amazon, and Amazon tribes protest.", "", "", ""),
    ("Amazon said it hired. Amazon workers struck. He swam in the Amazon.", "", "", "Amazon*2"),
    ("Visa applications were delayed. Visa rules changed.", "", "", ""),
    ("Mastercard and Visa raised fees. Visa is big.", "", "", "Mastercard|Visa*2"),
    ("Ford CEO Jim Farley left. Ford said it would build trucks.", "Jim Farley", "", "Ford Motor*2"),
    ("Harrison Ford smiled. Ford said he was fine.", "Harrison Ford*2", "", ""),
    ("Carmaker Ford recalled cars.", "", "", "Ford Motor"),
    ("Oracle bones were found. Intel officials fled. Caterpillar season began.", "", "", ""),
    ("Oracle reported profits; Intel said so.", "", "", "Oracle|Intel"),
]  # fmt: skip

MINISTRIES: list[Row] = [
    ("The Russian Foreign Ministry denied it.", "", "RU", "Foreign Ministry of Russia"),
    ("Russia's Foreign Ministry denied it. The Foreign Ministry said so.", "", "RU", "Foreign Ministry of Russia*2"),
    ("The Foreign Ministry in Moscow said so.", "", "", "Foreign Ministry of Russia"),
    ("A Foreign Ministry spokesman said so in Moscow.", "", "", "Foreign Ministry"),
    ("The Foreign Ministry of China said so.", "", "CN", "Foreign Ministry of China"),
    ("The Ministry of Foreign Affairs of Ukraine said so.", "", "UA", "Foreign Ministry of Ukraine"),
    ("The Chinese Foreign Ministry and the Russian Foreign Ministry met. The Foreign Ministry agreed.", "", "CN RU",
     "Foreign Ministry of China|Foreign Ministry of Russia|Foreign Ministry"),
    ("Iran's Defense Ministry spoke. The Foreign Ministry did not.", "", "IR", "Defence Ministry of Iran|Foreign Ministry"),
    ("The Defense Ministry in Kyiv said so. Ukraine's Defence Ministry agreed.", "", "UA", "Defence Ministry of Ukraine*2"),
    ("Turkey's Justice Ministry said so.", "", "TR", "Justice Ministry of Turkey"),
    ("The Health Ministry said 12 had died.", "", "", "Health Ministry"),
    ("The Interior Ministry of the United Arab Emirates said so.", "", "AE", "Interior Ministry of the United Arab Emirates"),
    ("Japan's Finance Ministry said so. The Finance Ministry waited.", "", "JP", "Finance Ministry of Japan*2"),
    ("Kenya's Ministry of Health and the Kenyan Health Ministry agreed.", "", "KE*2", "Health Ministry of Kenya*2"),
    ("South Korea's Foreign Ministry and North Korea's Foreign Ministry spoke.", "", "KR KP",
     "Foreign Ministry of South Korea|Foreign Ministry of North Korea"),
    ("The Georgian Foreign Ministry in Tbilisi protested.", "", "GE", "Foreign Ministry of Georgia"),
]  # fmt: skip


def counted(names: list[tuple[str, int]]) -> list[str]:
    """Names with the number of their mentions, as the tables have them."""
    return [name if count == 1 else f"{name}*{count}" for name, count in names]


@pytest.mark.parametrize(
    "text, people, countries, organisations",
    GIVEN_OR_PLACE + SURNAMES + COUNTRY_AS_GIVEN_NAME + DEFINED + ORDINARY_WORDS + MINISTRIES,
)
def test_who_is_mentioned_how_often(text: str, people: str, countries: str, organisations: str) -> None:
    found = EXTRACTOR.extract("", text)
    assert counted([(e.label, len(e.mentions)) for e in found.people]) == list(filter(None, people.split("|")))
    assert counted([(e.key, len(e.mentions)) for e in found.countries]) == countries.split()
    assert counted([(e.label, len(e.mentions)) for e in found.organisations]) == list(
        filter(None, organisations.split("|"))
    )


@pytest.mark.parametrize(
    "title, text, people, countries, organisations",
    [
        ("Clinton wins", "Chelsea Clinton spoke. Hillary Clinton left.", "Chelsea Clinton", "", ""),
        ("Jordan's army wins", "Michael Jordan spoke. Jordan left.", "", "JO", ""),
        ("Jordan wins again", "Michael Jordan spoke. Jordan left.", "Michael Jordan", "", ""),
        ("Talks with Jordan fail", "Jordan Peterson spoke. He left.", "", "JO", ""),
        ("Paris is cold", "Paris Hilton left.", "", "", ""),
        ("Israel Katz visits Egypt", "Israel Katz spoke.", "Israel Katz", "EG", ""),
        ("Foreign Ministry denies report", "Russia's Foreign Ministry denied it.", "", "", "Foreign Ministry of Russia"),
        ("Apple pie wins prize", "The cook made Apple pie.", "", "", ""),
        ("APPLE UNVEILS PHONE", "Apple said it sold phones.", "", "", "Apple"),
        ("OPINION: Hillary Clinton's Bad Promise", "He said that Mrs. Clinton was late.", "Hillary Clinton", "", ""),
        ("ABC Cuts Jobs", "The Australian Broadcasting Corporation (ABC) cut jobs.", "", "",
         "Australian Broadcasting Corporation"),
    ],
)  # fmt: skip
def test_headline(title: str, text: str, people: str, countries: str, organisations: str) -> None:
    found = EXTRACTOR.extract(title, text)
    assert [e.label for e in found.people if e.title_mentions] == list(filter(None, people.split("|")))
    assert [e.key for e in found.countries if e.title_mentions] == countries.split()
    assert [e.label for e in found.organisations if e.title_mentions] == list(filter(None, organisations.split("|")))


def test_the_definition_gives_the_acronym_as_an_alias() -> None:
    found = EXTRACTOR.extract("", "The Australian Broadcasting Corporation (ABC) reported. The ABC said so.")
    assert found.organisations[0].aliases == ("ABC",)
    assert not found.countries
