"""Here is a corpus with its names marked: make the tagger that ships. Nothing here is part of the wheel.

`corpus` reads and checks the tagged articles, `texts` the untagged public-domain ones, `augment` makes variants of
both; `teacher` fine-tunes a small open encoder on the corpus, `student` learns from what it says, `pack` writes what
`searchsvc.entities.tagging` loads. `scripts/train` runs it all. `teacher` and `student` need torch, nothing else does.
"""
