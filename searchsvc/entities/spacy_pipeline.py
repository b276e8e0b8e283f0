"""The names in sentences by an installed spaCy pipeline, in the tagger's place. Nothing is downloaded.

    extractor("spacy:en_core_web_sm")

The pipeline sees our words and sentences, so that its names lie on them; lexicons, the votes of an article and who is
who follow as for the tagger that ships. Labels as in OntoNotes (`PERSON`, `GPE`, …) or CoNLL (`PER`, `LOC`, …).
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.entities.tagging import TAGS
from searchsvc.errors import BadRequest

#: What its labels are in ours.
LABELS = {
    "PERSON": "PER", "PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "FAC", "NORP": "NORP",
    "EVENT": "MISC", "LAW": "MISC", "LANGUAGE": "MISC", "PRODUCT": "MISC", "WORK_OF_ART": "MISC", "MISC": "MISC",
}  # fmt: skip
#: How sure it is taken to be, since it does not say: enough to be believed by itself, not against a sure doubt.
_SURE = 0.8
#: Components that names do not come from, but for those of rules.
_SPARE = frozenset(("attribute_ruler", "lemmatizer", "morphologizer", "parser", "tagger"))
#: Sentences that it is given at a time.
_BATCH = 64


class SpacyPipeline:
    """A spaCy pipeline as a tagger."""

    def __init__(self, name: str) -> None:
        """`name` of an installed package or the path of a pipeline. Raises BadRequest, where spaCy or the pipeline is
        not installed or the pipeline names nothing."""
        if importlib.util.find_spec("spacy") is None:
            raise BadRequest(f"spacy:{name} needs spaCy: pip install 'searchsvc[spacy]', and a pipeline")
        import spacy

        logging.getLogger("spacy").setLevel(logging.ERROR)
        try:
            self._pipeline: Any = spacy.load(name)
        except (OSError, ValueError) as error:
            raise BadRequest(f"there is no spaCy pipeline {name} installed, and none is downloaded: {error}") from error
        if "ner" not in self._pipeline.pipe_names:
            raise BadRequest(f"the spaCy pipeline {name} finds no names: it has no component ner")
        parts = self._pipeline.pipe_names
        self._disabled = [] if "entity_ruler" in parts else [part for part in parts if part in _SPARE]
        meta = self._pipeline.meta
        self._columns = {label: TAGS.index(f"B-{ours}") for label, ours in LABELS.items()}
        self.version = f"{meta['lang']}_{meta['name']}-{meta['version']}"

    def posteriors(self, sentences: Sequence[Sequence[str]]) -> list[NDArray[np.float32]]:
        """For each sentence `[words, 1 + 2 labels]`: outside, then begin and inside of each label; rows sum to 1."""
        found = []
        for doc in self._read(sentences):
            rows = np.full((len(doc), len(TAGS)), (1 - _SURE) / (len(TAGS) - 1), np.float32)
            tags = np.zeros(len(doc), np.intp)
            for span in doc.ents:
                column = self._columns.get(span.label_)
                if column is not None:
                    tags[span.start : span.end] = column + 1
                    tags[span.start] = column
            rows[np.arange(len(doc)), tags] = _SURE
            found.append(rows)
        return found

    def _read(self, sentences: Sequence[Sequence[str]]) -> Iterator[Any]:
        from spacy.tokens import Doc

        vocabulary = self._pipeline.vocab
        docs = (Doc(vocabulary, words=list(words)) for words in sentences)
        yield from self._pipeline.pipe(docs, batch_size=_BATCH, disable=self._disabled)
