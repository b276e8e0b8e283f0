"""Which language is it, and does one query find it in each?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from searchsvc.article import Article
from searchsvc.document import Entities, make_document
from searchsvc.engines import Engine, open_engine
from searchsvc.languages import detect
from searchsvc.query import Query

#: Language, a text of it, queries that must find it (other forms of its words), queries that must not.
TEXTS = [
    ("en", "The ministers were voting on three budgets while farmers protested outside the assembly.",
     ["vote", "budget", "minister farmer", '"farmer protested"'], ["budgeting parliament"]),
    ("de", "Die Abgeordneten stimmten am Donnerstag über die neuen Häuserpreise und Wahlen in den Städten ab.",
     ["Wahl", "Stadt", "städte", "abgeordnete"], ["Walnuss"]),
    ("fr", "Les électeurs ont choisi leurs députés lors des élections présidentielles organisées dimanche dernier.",
     ["élection", "election présidentielle", "député", "electeur"], ["électricité"]),
    ("es", "Los trabajadores anunciaron nuevas huelgas contra las reformas económicas del gobierno provincial.",
     ["huelga", "trabajador", "reforma economica"], ["trabalenguas"]),
    ("pt", "Os professores das universidades públicas decidiram continuar as greves até às próximas eleições.",
     ["universidade", "greve", "público professor"], ["grelha"]),
    ("it", "I lavoratori delle ferrovie hanno proclamato scioperi nazionali per i contratti e le pensioni.",
     ["sciopero", "lavoratore", "contratto nazionale"], ["sciroppo"]),
    ("nl", "De burgemeesters van de grote steden willen dat de ministers de belastingen op huizen verlagen.",
     ["burgemeester", "belasting", "minister"], ["belofte"]),
    ("ru", "Российские депутаты приняли законы о выборах, сообщили московские газеты в понедельник утром.",
     ["депутат", "закон", "выборы", "российский"], ["законник"]),
    ("ar", "أعلنت الحكومة المصرية عن قوانين جديدة للانتخابات البرلمانية القادمة في القاهرة والمحافظات الأخرى.",
     ["قانون OR قوانين", "الحكومة", "حكومة"], ["مدرسة"]),
    ("zh", "中国人民银行宣布下调存款准备金率，经济学家认为这将刺激房地产市场的复苏和消费者信心。",
     ["人民银行", "存款准备金", "经济学家", "银"], ["行银"]),
    ("ja", "東京都知事選挙の投票が日曜日に行われ、現職の候補者が三期目の当選を果たしたと報じられた。",
     ["知事選挙", "候補者", "東京"], ["京東"]),
    ("ko", "서울시장 선거에서 야당 후보가 승리했으며 투표율은 지난 선거보다 높았다고 선거관리위원회가 밝혔다.",
     ["선거", "서울시장", "투표율"], ["거선"]),
    ("pl", "Posłowie opozycji zagłosowali przeciwko ustawie budżetowej podczas wczorajszego posiedzenia Sejmu.",
     ["ustawie", "poslowie"], ["ustawa"]),
]  # fmt: skip


@pytest.mark.parametrize("language, text", [(row[0], row[1]) for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_detected(language: str, text: str) -> None:
    assert detect("", text) == language
    assert detect("", text, "en") == language  # a template's declaration is the second witness only


@pytest.mark.parametrize(
    "title, text, declared, language",
    [
        ("QTLY DIV 22 CTS", "", "", ""),
        ("QTLY DIV 22 CTS", "", "en", "en"),
        ("", "", "de", "de"),
        ("", "Oslo", "nb", "no"),
        ("SHOWERS CONTINUED THROUGHOUT THE WEEK IN THE COCOA ZONE", "", "", "en"),
    ],
)
def test_short_texts_are_not_guessed(title: str, text: str, declared: str, language: str) -> None:
    assert detect(title, text, declared) == language


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    documents = [
        make_document(Article(title="", text=text, language=language, source=language), Entities(), "")
        for language, text, _, _ in TEXTS
    ]
    by_id = {document.id: document for document in documents}
    engine = open_engine(
        tmp_path_factory.mktemp("languages"), lambda ids: {id_: by_id[id_] for id_ in ids if id_ in by_id}
    )
    engine.publish(documents, 1)
    yield engine
    engine.close()


@pytest.mark.parametrize("language, query", [(row[0], q) for row in TEXTS for q in row[2]])
def test_one_query_finds_its_language(engine: Engine, language: str, query: str) -> None:
    hits = engine.search(Query(query)).hits
    assert language in [hit.document.article.language for hit in hits]
    ours = next(hit for hit in hits if hit.document.article.language == language)
    assert any(snippet.marks for snippet in ours.highlights["text"])


@pytest.mark.parametrize("language, query", [(row[0], q) for row in TEXTS for q in row[3]])
def test_and_nothing_else(engine: Engine, language: str, query: str) -> None:
    assert engine.search(Query(query)).total == 0


def test_marks_of_a_script_without_blanks(engine: Engine, tmp_path: Path) -> None:
    (hit,) = engine.search(Query("人民银行")).hits
    snippet = hit.highlights["text"][0]
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["人民银行"]
