"""Are the formats of news agencies read as their standards mean them, and do attacks on their parsers end as records?

The samples beside the repository are counted file by file; without them that test is skipped.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.archives import READERS, Options, Record, Rejection, archive_records, reader_for
from searchsvc.article import Article, Location, Tagged
from searchsvc.document import validated
from searchsvc.errors import BadRecord

HERE = Path(__file__).parent / "newswire"
DATA = Path(__file__).parents[3] / "shared" / "data"


def outcomes(path: Path) -> Iterator[tuple[str, Article | str]]:
    """(reader's name, article or code) of each record."""
    for item in archive_records(str(path), Options()):
        if isinstance(item, Rejection):
            assert item.reason
            yield "", item.code
            continue
        try:
            article = READERS[item[0]].article(item[1], Options())
            assert isinstance(article, Article)
            yield item[0], validated(article)
        except BadRecord as error:
            yield item[0], error.code if error.message else "no reason"


def articles(name: str, reader: str) -> list[Article | str]:
    found = list(outcomes(HERE / name))
    assert {used for used, _ in found if used} == {reader}
    return [outcome for _, outcome in found]


def only(found: list[Article | str]) -> Article:
    (article,) = [article for article in found if isinstance(article, Article)]
    return article


def test_nitf() -> None:
    found = only(articles("nitf.xml", "NITF"))
    assert found.title == "Harbour bridge opens & holds"
    assert found.text.split("\n\n") == [
        "OSLO, April 28 - The bridge over the harbour opened on Thursday, Kari Nordmann's first day as mayor of the"
        " town.",
        "Cars wait",
        "The Port Company said so in Bergen.",
        "Day | Cars",
        "Friday | 1,200",
        "Cy Dee contributed.",
    ]
    assert found.byline == ("Ann Lee", "Bo Chen")
    assert (found.published.at, found.published.precision) == ("2016-04-28T14:05:00+02:00", "second")
    assert found.published.source == "archive"
    assert (found.archive_id, found.source, found.section, found.language) == (
        "hn.42", "The Harbour Herald", "Local", "en",
    )  # fmt: skip
    assert found.tags == ("economy, business and finance", "Sport", "Rowing", "bridges", "harbour")
    assert set(found.tagged) == {
        Tagged("countries", "Norway", ""), Tagged("organisations", "Harbour Authority"),
        Tagged("organisations", "Port Company"), Tagged("people", "Kari Nordmann"),
    }  # fmt: skip


def test_ritzau() -> None:
    first, canceled, empty, last = articles("ritzau.xml", "Ritzau XML")
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert (first.title, first.source, first.section, first.archive_id, first.byline) == (
        "Broen 'holder', siger havnen", "ritzau", "Indland", "0b7f6a52-0001", ("Bo Friis",),
    )  # fmt: skip
    assert first.text.split("\n\n") == [
        "Esbjerg - Broen over havnen åbnede torsdag.",
        '"Den holder," siger Kari Holm.',
        "Hun er chef.",
    ]
    assert first.tags == ("sport", "economy, business and finance", "havne", "Esbjerg Havn")
    assert (first.published.at, first.published.precision) == ("2016-04-28", "day")
    assert (canceled, empty) == ("canceled", "no_article")
    assert (last.title, last.text) == ("", "Kun en tekst.")
    content = (HERE / "ritzau.xml").read_bytes()
    assert content[first.location.offset :].startswith(b"<RBNews>")


def test_newsml() -> None:
    first, second, third = articles("newsml.xml", "NewsML")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.byline) == ("Harbour bridge opens", ("Ann Lee",))
    assert first.text == "OSLO, April 28 (HN) - The bridge opened.\n\nCars wait."
    assert (first.archive_id, first.source, first.language) == (
        "urn:newsml:harbour.example:20160428:42", "Harbour News", "en",
    )  # fmt: skip
    assert first.published.at == "2016-04-28T12:05:00Z"
    assert first.tags == ("Transport in town", "bridges", "economy, business and finance")
    assert first.tagged == (Tagged("people", "Kari Nordmann"), Tagged("countries", "NOR", "NO"))
    assert (second.title, second.text) == ("Ferry stops", "The ferry stops & waits.\n\nNobody minds.")
    assert (second.location.ordinal, third) == (2, "not_an_article")
    assert (HERE / "newsml.xml").read_bytes()[second.location.offset :].startswith(b"<NewsItem>")


def test_newsml_g2() -> None:
    package, first, picture, canceled, embargoed, last = articles("newsml-g2.xml", "NewsML-G2")
    assert (package, picture, canceled, embargoed) == ("not_an_article", "not_an_article", "canceled", "embargoed")
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert (first.title, first.byline) == ("Harbour bridge opens", ("Ann Lee",))
    assert first.text == "OSLO (HN) - The bridge opened.\n\nCars wait."
    assert (first.archive_id, first.source, first.language) == ("tag:harbour.example:42", "Harbour News", "en")
    assert first.published.at == "2016-04-28T14:05:00+02:00"
    assert first.tags == ("labour market", "economy, business and finance")
    assert first.tagged == (
        Tagged("people", "Kari Nordmann"), Tagged("organisations", "Port Company"),
        Tagged("countries", "Norwegen", "NO"),
    )  # fmt: skip
    assert (last.text, last.language) == ("Die Fähre fährt nicht.\n\nNiemand weiß warum.", "de")


def test_ninjs() -> None:
    first, picture, second, event, canceled = articles("ninjs.json", "ninjs")
    assert (picture, event, canceled) == ("not_an_article", "not_an_article", "canceled")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.byline) == ("Harbour bridge opens", ("Ann Lee",))
    assert first.text == "The new bridge opened.\n\nCars & carts wait."
    assert (first.archive_id, first.source, first.language) == ("urn:harbour:42", "Harbour News", "en")
    assert first.published.at == "2016-04-28T12:05:00Z"
    assert first.tags == ("transport", "sport", "bridges")
    assert first.tagged == (
        Tagged("people", "Kari Nordmann"), Tagged("organisations", "Port Company"), Tagged("countries", "Norway", "NO"),
    )  # fmt: skip
    assert (second.title, second.byline, second.text) == (
        "Ferry stops", ("Bo Chen",), "The ferry stops.\n\nNobody minds.",
    )  # fmt: skip
    assert second.published.at == "2016-04-28T14:05:00+02:00"
    assert second.tagged == (Tagged("people", "Cy Dee"),)


def test_an_answer_of_an_api_holds_items(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    item = '{"uri": "https://a.invalid/v/1?q=%s", "altids": {"itemid": "%s"}, "type": "text", "headline": "%s"}'
    items = ", ".join(f'{{"meta": {{}}, "item": {item % (n, n, f"Story {n}")}}}' for n in (1, 2))
    path.write_text(
        f'{{"api_version": "1.1", "data": {{"items": [{items}]}}, "pubstatus": "", "versioncreated": ""}}\n', "utf-8"
    )
    found = [outcome for _, outcome in outcomes(path)]
    assert [(a.title, a.archive_id, a.location.ordinal) for a in found if isinstance(a, Article)] == [
        ("Story 1", "1", 1),
        ("Story 2", "2", 2),
    ]


def test_other_json_is_no_ninjs() -> None:
    for head in (
        b'{"headline": "a", "body": "b", "date": "2016"}',
        b'{"text": "the \\"pubstatus\\": of \\"bodies\\": x"}',
    ):
        reader = reader_for("some.jsonl", head)
        assert not isinstance(reader, str)
        assert reader.name == "JSON Lines"


def test_anpa() -> None:
    first, second = articles("wire.anpa", "Wire copy")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.byline) == ("Harbour bridge opens at last", ("ANN LEE", "BO CHEN"))
    assert first.text == 'OSLO, Norway (AP) _ The bridge "opened" on Thursday.\n\nCars wait in New Port.'
    assert (first.published.at, first.published.precision) == ("2013-11-13T15:09:00Z", "minute")
    assert (first.source, first.section, first.tags) == ("AP", "Lifestyle", ("NO--Bridge Opens",))
    assert (second.title, second.text) == ("News in Brief", "One thing happened\n\nTwo things did not")
    assert (second.published.at, second.section, second.location.ordinal) == ("", "Entertainment", 2)


def test_iptc_7901() -> None:
    first, second, third = articles("wire-7901.txt", "Wire copy")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.byline) == ("Harbour bridge opens at last", ("Ann Lee",))
    assert first.text == "Oslo (dpa) - The bridge of Thomas Müller opened on Thursday.\n\nCars wait."
    assert (first.published.at, first.source, first.tags) == ("2018-11-21T21:01:00Z", "dpa", ("Norway", "bridges"))
    assert (second.title, second.text) == ("Ferry stops", "Oslo (dpa) - The ferry of Müller stops.")
    assert (second.published.at, second.source) == ("", "dpa-tns")
    assert third == "truncated"


def nitf(body: str, before: str = "") -> bytes:
    return f"{before}<nitf><body><body.content>{body}</body.content></body></nitf>".encode()


SECRET = "the secret of the house"
ATTACKS = {
    "billion laughs": (
        nitf(
            "<p>&e9;</p>",
            '<!DOCTYPE nitf [<!ENTITY e0 "ha">'
            + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
            + "]>",
        ),
        "xml_entities",
    ),
    "a file": (nitf("<p>&x;</p>", '<!DOCTYPE nitf [<!ENTITY x SYSTEM "file://{secret}">]>'), "xml_entities"),
    "the network": (nitf("<p>&x;</p>", '<!DOCTYPE nitf [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>'), "xml_entities"),
    "a parameter": (nitf("<p>x</p>", '<!DOCTYPE nitf [<!ENTITY % x SYSTEM "file://{secret}"> %x;]>'), "xml_entities"),
    "an undeclared entity": (nitf("<p>&x;</p>", '<!DOCTYPE nitf SYSTEM "file://{secret}">'), "bad_xml"),
    "depth": (nitf("<q>" * 100_000 + "</q>" * 100_000), "too_deep"),
    "a little less depth": (nitf("<q>" * 150 + "</q>" * 150), "too_deep"),
    "unclosed depth": (nitf("<q>" * 100_000), "too_deep"),
    "an attribute twice": (nitf('<p a="1" a="2">x</p>'), "bad_xml"),
    "no end": (nitf("<p>x</p>")[:-3], "truncated"),
    "no end before the next": (nitf("<p>x</p>")[:-7] + nitf("<p>x</p>"), "truncated"),
    "comments that never close": (nitf("<!--" * 100_000), "truncated"),
    "many elements": (nitf("<q/>" * 700_000), "too_large"),
    "many tags as text": (nitf(f"<p>{'&lt;' * 2_000_000}</p>"), "too_large"),
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("root", ["nitf", "newsItem", "NewsML"])
def test_attacks(name: str, root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("a reader opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    (tmp_path / "secret").write_text(SECRET, "utf-8")
    raw, code = ATTACKS[name]
    raw = raw.replace(b"{secret}", str(tmp_path / "secret").encode())
    if root != "nitf":
        item = "NewsItem" if root == "NewsML" else root
        raw = raw.replace(b"nitf><", item.encode() + b"><").replace(b"/nitf", b"/" + item.encode())
        raw = raw.replace(b"DOCTYPE nitf", f"DOCTYPE {root}".encode())
        if root == "NewsML":
            raw = raw.replace(b"<NewsItem>", b"<NewsML><NewsItem>", 1)
    path = tmp_path / "some.xml"
    path.write_bytes(raw)
    found = [outcome for _, outcome in outcomes(path)]
    # An element of NewsML may hold one of its own name, so there the first one goes on to the end.
    assert code in found or (root == "NewsML" and found == ["truncated"])
    assert SECRET not in str(found)


def test_what_is_tolerated() -> None:
    """A paragraph that nobody closed, HTML's entities, a prefix declared further out, UTF-8 that says it is Latin-1."""

    def text(raw: bytes, encoding: str = "") -> str:
        found = READERS["NITF"].article(Record(Location("x"), raw, (encoding,)), Options())
        assert isinstance(found, Article)
        return found.text

    assert text(nitf("<p>One.<p>Two.</p>")) == "One.\n\nTwo."
    assert text(nitf("<p>caf&eacute; &mdash; ol&#233;&#12;</p>")) == "café — olé"
    assert text(nitf("<x:p>One.</x:p>")) == "One."
    assert text(nitf("<p>Fähre</p>"), "iso-8859-1") == "Fähre"
    assert text(nitf("<p>Fahre</p>").replace(b"Fahre", b"F\xe4hre \x93x\x94"), "iso-8859-1") == "Fähre “x”"
    assert text(nitf("<p>Fahre</p>").replace(b"Fahre", b"\xc6\xd2\xc7"), "koi8-r") == "фрг"
    assert text(nitf("<p>Fahre</p>"), "no-such-code") == "Fahre"


@pytest.mark.parametrize("path", sorted(HERE.iterdir()), ids=lambda path: path.name)
def test_damage_ends_as_records(path: Path, tmp_path: Path) -> None:
    whole = path.read_bytes()
    damaged = tmp_path / path.name
    for step in range(1, 40):
        at = len(whole) * step // 40
        for raw in (whole[:at], whole[:at] + whole[at + 7 :], whole[:at] + b"\xff\x00<&{" + whole[at:]):
            damaged.write_bytes(raw)
            assert list(outcomes(damaged))


# File → articles, or the codes of its rejections; "-": read by readers that are tested elsewhere.
ONE = {"article": 1}
NO_ARTICLE = {"not_an_article": 1}
SUPERDESK: dict[str, dict[str, int]] = {
    **dict.fromkeys(
        "IPTC7901.txt IPTC7901_odd_charset.txt aap-1.xml aap-cyber.xml aap-finance.xml aap-finance1.xml aap-sports.xml"
        " aap.xml afp.xml afp20.xml ana1.xml anpa-1.tst anpa-2.tst anpa-3.tst anpa-4.tst ansa-newsmlg2-text.xml"
        " ansa_culture.xml ap-nitf.xml ap_anpa-1.tst ap_anpa-2.tst ap_anpa-3.tst ap_anpa-4.tst ap_anpa-5.tst"
        " ap_anpa-6.tst ap_anpa-7.tst ap_media_text_feed.json ap_media_text_item.json ap_media_text_nitf.xml"
        " bbc-ninjs-comp-test.json bbc-ninjs-text-test.json dpa.xml dpa_copyright.txt dpa_four_line.txt"
        " dpa_two_by_line.txt dpa_two_line.txt efe_nitf.xml mapping_test.xml ninjs1.json ninjs2.json ninjs4.json"
        " ninjs5.json ninjsExMediumText1.json ninjsExSimpleText1.json ninjs_embargoed.json nitf-ntb.xml pa1.xml pa2.xml"
        " pa3.xml pa4.xml pa5.xml stt1.xml stt_archive_newsml_created_date_test.xml stt_archive_newsml_test.xml"
        " stt_newsml_abstract_test.xml stt_newsml_endash.xml stt_newsml_location_rich.xml stt_newsml_location_test.xml"
        " stt_newsml_no_truncated_text_test.xml stt_newsml_note_test.xml stt_newsml_subject_test.xml"
        " stt_newsml_test.xml"
        " stt_newsml_test_no_hl.xml tag_reuters.com_0000_newsml_ISS149709_1618095828"
        " tag_reuters.com_0000_newsml_L4N1FL0N0_1132689232 tag_reuters.com_2014_newsml_KBN0FL0NN_version_5"
        " tag_reuters.com_2014_newsml_KBN0FL0ZP_version_2 tag_reuters.com_2016_newsml_L1N14N0FF_version_978556838"
        " tag_reuters.com_2018_newsml_MTZXEE13ZXCZES_2 text.xml".split(),
        ONE,
    ),
    "ritzau_feed.xml": {"article": 2}, "ritzau_news.xml": ONE, "ritzau_news_test_ednote.xml": ONE,
    **dict.fromkeys(
        "ap_media_feed.json ap_media_item.json ap_media_picture.json ninjs3.json ninjs6.json snep.xml"
        " tag_reuters.com_0000_newsml_GM1EA7M13RP01_version_484616934 tag_reuters.com_2014_newsml_KBN0FL0NM_version_10"
        " tag_reuters.com_2014_newsml_LYNXMPEA6F0MS_version_2 tag_reuters.com_2014_newsml_LYNXMPEA6F0MT_version_2"
        " tag_reuters.com_2014_newsml_LYNXMPEA6F13M_version_1".split(),
        NO_ARTICLE,
    ),
    "ap.xml": {"article": 3},
    "scoop.xml": {"article": 1, "not_an_article": 1},
    "aap-finance-lite.xml": {"no_article": 1},
    "nitf-fishing.xml": {"canceled": 1},
    "tag_reuters.com_2016_newsml_L1N14N0FF_version_1542761538": {"canceled": 1},
}  # fmt: skip
IPTC: dict[str, dict[str, int]] = {
    **{f"newsml-g2/{name}": NO_ARTICLE for name in (
        "LISTING_10_Abstract_Concept_conveyed_in_a_NewsML-G2_Concept_Item.xml",
        "LISTING_11_Person_Concept_conveyed_in_a_NewsML-G2_Concept_Item.xml",
        "LISTING_12_Knowledge_Item_for_Access_Codes.xml", "LISTING_13_Complete_Catalog_Item.xml",
        "LISTING_14_Event_sent_as_a_Concept_Item.xml", "LISTING_15_Two_Related_Events_in_a_Knowledge_Item.xml",
        "LISTING_16_A_Set_of_Events_carried_in_a_News_Item.xml", "LISTING_17_Planning_Item_a_CCL.xml",
        "LISTING_18_Planning_Item_at_PCL.xml", "LISTING_19_Planning_Item_with_delivery_at_CCL.xml",
        "LISTING_20_Planning_Item_with_delivery_at_PCL.xml", "LISTING_23_SportsML-G2_Package.xml",
        "LISTING_25_An_NITF_marked-up_article_conveyed_in_inlineXML.xml",
        "LISTING_26_Embedded_photo_metadata_fields_mapped_to_NewsML-G2.xml",
        "LISTING_28_Illustrating_Located_Subject_and_Dateline.xml",
        "LISTING_3A_Photo_in_NewsML-G2_(URI_sibling_attributes).xml", "LISTING_3_Photo_in_NewsML-G2.xml",
        "LISTING_4_Multiple_Renditions_of_a_Video_in_NewsML-G2.xml", "LISTING_5_Multi-part_Video_in_NewsML-G2.xml",
        "LISTING_6_Simple_NewsML-G2_Package.xml",
        "LISTING_7_Group_Set_example_showing_Hierarchical_Package_Structure.xml",
        "LISTING_8_Group_Set_example_showing_an_ALT_Package_Mode.xml",
        "LISTING_9_Group_Set_example_showing_a_SEQ_Package_Mode.xml", "ap_metadata_example.xml",
    )},
    **{f"newsml-g2/{name}": ONE for name in (
        "LISTING_1_A_NewsML-G2_News_Item.xml", "LISTING_2_NewsML-G2_Text_Document.xml",
        "LISTING_21_A_complete_sample_SportsML-G2_document.xml", "LISTING_22_Sports_story_in_NewsML-G2NITF.xml",
        "LISTING_27_Company_Financial_Information.xml", "Receiver View.xml", "facet-example-3.xml",
    )},
    **{f"newsml-g2/{name}": {"no_article": 1} for name in (
        "LISTING_29_Hop_History.xml", "facet-example.xml", "facet-example-2.xml",
    )},
    "newsml-g2/LISTING_24_News_Message_conveying_a_complete_News_Package.xml": {"not_an_article": 1, "no_article": 4},
    **{f"ninjs/{name}": ONE for name in (
        "NewsML/businesswire-newsml-20130515006361.xml", "NewsML/businesswire-newsml-20130605006126.xml",
        "NewsML/businesswire-newsml-20130612006110.xml", "NewsML/businesswire-newsml-20130731006140.xml",
        "1.4/businesswire-newsml-20130515006361.json", "1.4/businesswire-newsml-20130605006126.json",
        "1.4/businesswire-newsml-20130612006110.json", "1.4/businesswire-newsml-20130731006140.json",
        "1.4/ninjs-1-4-examples.json", "1.4/ninjsExComplex1.json", "1.4/ninjsExComplex2.json",
        "1.4/ninjsExMediumText1.json", "1.4/ninjsExSimpleText1.json",
        "2.1/SIPA_image_2.json", "2.1/businesswire-newsml-20130605006126.json",
        "2.1/businesswire-newsml-20130731006140.json", "2.1/dpa_text.json", "2.1/ninjsExSimpleText_2.json",
        "2.1/ntb_text.json", "2.1/schema-extension/extension-example.json", "2.1/tt_text_image_2.json",
        "3.0/20231008-anti-doping-measures-at-the-tour-down-under-will-be-the-toughest-ever-addb-ninjs-nitf.json",
        "3.0/SIPA_image_3.json", "3.0/businesswire-newsml-20130605006126.json",
        "3.0/businesswire-newsml-20130731006140.json", "3.0/dpa_text.json", "3.0/ninjsExSimpleText_3.json",
        "3.0/ntb_text.json", "3.0/tt_text_image_3.json",
    )},
    **{f"ninjs/{name}": NO_ARTICLE for name in (
        "1.4/ninjsExSimplePhoto1.json", "2.1/ap_audio.json", "2.1/ap_image.json", "2.1/ap_video.json",
        "2.1/imageEncodedRights.json", "2.1/imageLinkedRights.json", "2.1/schema-extension/extension-schema.json",
        "3.0/20231004-UEFA-ChampionLeague.json", "3.0/20231005-65-addb-event.json",
        "3.0/20231016-addb-example-press-conference.json", "3.0/ap_audio.json", "3.0/ap_image.json",
        "3.0/ap_video.json", "3.0/imageEncodedRights.json", "3.0/imageLinkedRights.json", "3.0/simpleEvent.json",
        "3.0/tt_event_pressconference_3.0.json",
    )},
    "ninjs/3.0/collection/20231016-event-timeline-sample.json": {"not_an_article": 14},
}  # fmt: skip


def files(name: str) -> Iterator[tuple[str, Path]]:
    folder = DATA / name
    if not folder.is_dir():
        pytest.skip(f"the samples {name} are not beside the repository")
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(("LICENSE", "README")):
            yield str(path.relative_to(folder)), path


@pytest.mark.parametrize("name, expected", [("newswire-superdesk", SUPERDESK), ("newswire-iptc", IPTC)])
def test_every_file_of_the_samples(name: str, expected: dict[str, dict[str, int]]) -> None:
    """Judged by opening each. What is not listed (mail, Atom) still ends in some record."""
    counts = {}
    for file, path in files(name):
        found = [("article" if isinstance(o, Article) else o) for _, o in outcomes(path)]
        assert found, file
        if file in expected:
            counts[file] = dict(Counter(found))
    assert counts == expected


@pytest.mark.parametrize(
    "file, title, at, byline, begins",
    [
        ("afp.xml", "Sweden court accepts receivership for Saab carmaker", "2014-08-29T13:49:51Z", (),
         "STOCKHOLM, Aug 29, 2014 (AFP) - A Chinese-owned company"),
        ("afp20.xml", "Décès de Naomi Musenga: l'opératrice du Samu définitivement condamnée", "2024-07-10T12:59:02Z",
         (), "Strasbourg, 10 juil 2024 (AFP) - L'opératrice du Samu"),
        ("ana1.xml", "Wage employment balance positive in Jan-March", "2018-04-04T17:58:59+03:00", (),
         "Wage employment"),
        ("ap-nitf.xml", "Can trading pollution like stocks help fight climate change?", "2015-12-10T19:10:44Z",
         ("BERNARD CONDON",), "NEW YORK (AP) — The gas"),
        ("aap-finance.xml", "ASIA:Samsung sells defence, petrochemical units", "2014-11-26", (),
         "SEOUL, Nov 26 AFP - "),
        ("pa5.xml", "HARD BREXIT TO COST UK UP TO £66BN A YEAR, SAYS TREASURY", "2016-10-11T00:13:27+01:00",
         ("Sam Lister",), "Treasury coffers will take a £66 billion"),
        ("dpa.xml", "Eintracht in London: Hintereggers Tränen und Attacke auf Reporter", "2022-10-11T11:14:42+02:00",
         (), "London (dpa) - 2019 gab es"),
        ("scoop.xml", "Dick Smith receivers install Don Grover as acting CEO as Abboud quits; retailer put up for sale",
         "2016-01-12", ("Jonathan Underhill",), "Jan. 12 (BusinessDesk) - The receivers"),
        ("stt_newsml_note_test.xml", "Jussi Niinistö: Ylen tiedoissa voi olla kyse informaatio-operaatiosta",
         "2017-01-31", ("ANTTI AUTIO", "HETA HASSINEN"), "Ministerin mukaan"),
        ("tag_reuters.com_2014_newsml_KBN0FL0NN_version_5", "Confident Assad launches new term in stronger position",
         "2014-07-16T08:10:15Z", ("Marwan Makdisi",), "DAMASCUS (Reuters) - Bashar al-Assad was sworn in"),
        ("ninjs2.json", "Oil prices edge up on first drop in US drilling in months", "2017-07-03T01:38:13Z",
         ("Henning Gloystein",), "Oil prices edged up on Monday, supported by the first autumn"),
        ("anpa-1.tst", "For Argentine chemo patients, mirrors can hurt", "2013-11-13T15:09:00Z",
         ("PAUL BYRNE", "ALMUDENA CALATRAVA"), "BUENOS AIRES, Argentina (AP) _ For cancer patients"),
        ("dpa_four_line.txt", "Switzerland joins list of countries resisting UN migration pact", "2018-11-21T23:22:00Z",
         (), "Geneva (dpa) - Switzerland"),
        ("dpa_two_by_line.txt", "Chiefs-Rams 2.0? Would be a fun Super Bowl, but don't count on it", "2018-11-21",
         ("Tom Krasovic", "The San Diego Union-Tribune"), "San Diego (tca/dpa) - History"),
        ("IPTC7901_odd_charset.txt", "German football saddened by illness to striker legend Mueller",
         "2015-10-07T13:41:00Z", ("Manuel Schwarz",), "Munich (dpa) - German football generations"),
    ],
)  # fmt: skip
def test_samples(file: str, title: str, at: str, byline: tuple[str, ...], begins: str) -> None:
    path = dict(files("newswire-superdesk"))[file]
    found = only([outcome for _, outcome in outcomes(path)])
    assert (found.title, found.published.at, found.byline) == (title, at, byline)
    assert found.text.startswith(begins)
