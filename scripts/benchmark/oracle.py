"""Is that the right answer? Questions of one word, compared with a reading of every document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmark.contenders import Contender
from benchmark.corpora import Corpus
from benchmark.questions import FACETS, Question
from searchsvc import analysis
from searchsvc.document import Document


def compared(corpus: Corpus, made: Contender, questions: Sequence[Question]) -> int:
    """Compare totals, facets and months with those read; how many questions were. Raises AssertionError."""
    asked = {question.top.q: question for question in questions if question.kind.endswith("term") and _bare(question)}
    terms = {analysis.term(q): q for q in asked}
    hits: dict[str, list[Document]] = {q: [] for q in asked}
    for document in corpus.documents():
        article = document.article
        found = {t.term for text in (article.title, article.text) for t in analysis.tokens(text, article.language)}
        for term in found & terms.keys():
            hits[terms[term]].append(document)
    for term, q in terms.items():
        answer = made.full(made.question(asked[q].full))
        assert answer.total == len(hits[q]), (term, answer.total, len(hits[q]))
        for field in FACETS:
            counts = Counter(key for d in hits[q] for key in {e.key for e in getattr(d.entities, field)})
            assert all(counts[value] == count for value, count in answer.facets[field]), (q, field)
            assert [n for _, n in answer.facets[field]] == sorted(counts.values(), reverse=True)[:10], (q, field)
        months = Counter(d.article.published.at[:7] for d in hits[q] if len(d.article.published.at) >= 7)
        assert answer.months == months, q
    return len(terms)


def _bare(question: Question) -> bool:
    return question.top.q.isalpha()
