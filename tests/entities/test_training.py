"""Does the corpus hold together, and is what is learnt what is run?"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from searchsvc.entities.tagging import Tagger
from searchsvc.entities.tagging.network import Network
from searchsvc.entities.tagging.pieces import Pieces, casing
from searchsvc.entities.tagging.words import sentences
from searchsvc.entities.training import corpus
from searchsvc.entities.training.examples import TAGS, Example, Names, examples, recased, windows
from searchsvc.entities.training.pack import pack


def test_line_with_spans() -> None:
    line = corpus.parse_line("[LOC NAIROBI], [LOC Kenya] ([ORG AP]) - Mr. [PER Chen]'s day")
    assert line.text == "NAIROBI, Kenya (AP) - Mr. Chen's day"
    assert [(line.text[s:e], label) for s, e, label in line.spans] == [
        ("NAIROBI", "LOC"),
        ("Kenya", "LOC"),
        ("AP", "ORG"),
        ("Chen", "PER"),
    ]


@pytest.mark.parametrize("line", ["a [PER Chen", "a PER Chen] b", "[XYZ Chen]", "[PER [LOC Chen] Hill]"])
def test_broken_brackets(line: str) -> None:
    with pytest.raises(corpus.CorpusError, match=r"file\.txt:3"):
        corpus.parse_line(line, 3, "file.txt")


def test_articles_and_speech() -> None:
    text = (
        '# a | b | c\nHead\n"<q by="Jo Roe">No <q by=?>[LOC Chad]</q></q>," said [PER Jo Roe].\n\n\n# d | e | f\nHead\n'
    )
    first, second = corpus.parse(text, "x.txt")
    assert [line.text for line in first.lines] == ["Head", '"No Chad," said Jo Roe.']
    assert (first.about, second.about, second.lines[0].number) == ("a | b | c", "d | e | f", 7)


def test_doubts() -> None:
    (article,) = corpus.parse("# a\n[PER Amina Okoye] came\nOkoye left\nThe [ORG the Bank]\n")
    assert [doubt.why for doubt in corpus.doubts(article)] == ["span 'the Bank'", "untagged PER 'Okoye'"]


def test_the_corpus_is_sound() -> None:
    """Every bracket closes, every article has a headline, and words hold the names (all but a few in a thousand)."""
    articles = corpus.read()
    counts = corpus.count(articles)
    assert counts["articles"] >= 1000
    assert counts["PER"] > 6000
    assert counts["ORG"] > 6000
    split = total = 0
    for article in articles:
        assert article.about
        for line in article.lines:
            starts = {s for sentence in sentences(line.text) for s in sentence.starts}
            ends = {e for sentence in sentences(line.text) for e in sentence.ends}
            total += len(line.spans)
            split += sum(s not in starts or e not in ends for s, e, _ in line.spans)
    assert split / total < 0.003


def test_examples_and_windows() -> None:
    parts = examples(corpus.parse_line("[PER Jo Roe] left [LOC Chad]. He met [ORG U.N.] men."))
    assert [part.words for part in parts] == [("Jo", "Roe", "left", "Chad", "."), ("He", "met", "U.N.", "men", ".")]
    assert [TAGS[tag] for tag in parts[0].tags] == ["B-PER", "I-PER", "O", "B-LOC", "O"]
    assert [len(w.words) for w in windows(parts, 0)] == [5, 5]
    assert windows(parts, 10) == [Example(parts[0].words + parts[1].words, parts[0].tags + parts[1].tags)]


def test_recased() -> None:
    words = ("Man", "in", "U.S.", "dies", "of", "cold")
    assert recased(words, "upper") == ("MAN", "IN", "U.S.", "DIES", "OF", "COLD")
    assert recased(words, "title") == ("Man", "in", "U.S.", "Dies", "of", "Cold")
    assert [casing(w) for w in recased(words, "lower")] == [1, 1, 1, 1, 1, 1]


def test_names_are_exchanged_throughout() -> None:
    text = "# a\n[PER Jo Roe] in [LOC Chad]\nMr. [PER Roe] left [LOC Chad]\n\n# b\n[PER Ana Lima] of [LOC Peru]\n"
    articles = list(corpus.parse(text, "x.txt"))
    names = Names(articles)
    seen = set()
    for seed in range(30):
        made = names.exchanged(articles[0], random.Random(seed), 1.0)
        first, second = made.lines
        (full, place), (last, again) = ([line.text[s:e] for s, e, _ in line.spans] for line in made.lines)
        assert full.split()[-1] == last
        assert place == again
        assert first.text == f"{full} in {place}"
        assert second.text == f"Mr. {last} left {place}"
        seen.add(full)
    assert len(seen) > 2


def _arrays(random_: np.random.Generator, layers: int = 1) -> dict[str, np.ndarray]:
    shapes = {
        "project": (12, 6), "bias": (6,), "frequent": (3, 3), "begin": (4096, 2), "end": (4096, 2), "casing": (6, 2),
        "tags": (10, 13), "tags_bias": (13,), "scale": (4,),
        "in0": (2, 15, 20), "out0": (2, 5, 20), "gates0": (2, 20),
    }  # fmt: skip
    if layers > 1:
        shapes |= {"in1": (2, 10, 20), "out1": (2, 5, 20), "gates1": (2, 20)}
    made = {name: random_.normal(0, 0.5, shape).astype(np.float16) for name, shape in shapes.items()}
    return {**made, "table": random_.integers(-127, 127, (6, 4), dtype=np.int8)}


PIECES = ["[UNK]", "jo", "left", "##er", "chad", "."]


def test_a_packed_model_is_loaded_and_a_changed_one_is_not(tmp_path: Path) -> None:
    from searchsvc.entities.tagging import ModelError

    arrays = _arrays(np.random.default_rng(1))
    said = pack(tmp_path, arrays, PIECES, ["jo", "left"], {"made_from": {}})
    again = pack(tmp_path, arrays, PIECES, ["jo", "left"], {"made_from": {}})
    assert said == again
    tagger = Tagger(tmp_path)
    assert tagger.version == said["version"]
    text = (tmp_path / "MODEL.json").read_text(encoding="utf-8")
    (tmp_path / "MODEL.json").write_text(text.replace('"features": ', '"features": 9'), encoding="utf-8")
    with pytest.raises(ModelError, match="features"):
        Tagger(tmp_path)
    (tmp_path / "MODEL.json").write_text(text, encoding="utf-8")
    (tmp_path / "model.npz").write_bytes((tmp_path / "model.npz").read_bytes() + b" ")
    with pytest.raises(ModelError, match="is not the file"):
        Tagger(tmp_path)


@pytest.mark.parametrize("layers", [1, 2])
def test_numpy_says_what_torch_says(layers: int) -> None:
    torch = pytest.importorskip("torch")
    from searchsvc.entities.training.student import Lesson, Sizes, Student, Vocabulary

    sentences_ = [["Jo", "left", "Chad", "."], ["Jo"], ["LEFT", "Leftererer", "jo", "Chad", "42", "."]]
    lessons = [Lesson(words, np.zeros((len(words), 13), np.float16)) for words in sentences_]
    random_ = np.random.default_rng(1)
    table, scale = random_.integers(-127, 127, (6, 4), dtype=np.int8), np.full(4, 0.01, np.float32)
    sizes = Sizes(table=4, project=6, frequent=3, affix=2, casing=2, cells=5, layers=layers)
    known = Vocabulary(lessons, Pieces(PIECES), table * scale, 2)
    model = Student(sizes, len(known.frequent), 1).eval()
    with torch.inference_mode():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float() * 2)
        arrays = {**model.arrays(), "table": table, "scale": scale}
        found = Network(arrays, Pieces(PIECES), known.frequent).posteriors(sentences_)
        for words, posteriors in zip(sentences_, found, strict=True):
            numbers, casings = known.numbers(words)
            logits = model(
                known,
                torch.tensor([numbers]),
                torch.tensor([casings]),
                torch.zeros(1, len(words), dtype=torch.bool),
                torch.tensor([len(words)]),
            )
            np.testing.assert_allclose(posteriors, logits[0].softmax(-1).numpy(), atol=2e-3)
