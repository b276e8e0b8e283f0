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
    ("An Iranian Foreign Ministry spokesman denied it.", "", "IR", "Foreign Ministry"),
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
