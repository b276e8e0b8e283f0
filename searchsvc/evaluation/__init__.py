"""How right are the answers? Each module here measures one part on data labelled by hand, beside its peers.

    evaluate("extraction", Path("../shared/data"), sys.stdout)

prints the tables and returns all the numbers as a dict that JSON can hold. The data are not part of the project, and
the peers are no dependencies of it: those that are installed are measured, the others are named as missing. Nothing is
fetched. What is measured here has floors in tests/evaluation.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, TextIO

#: Evaluation → the module that has `evaluate(data, out, *, as_json)`.
EVALUATIONS = {
    name: f"searchsvc.evaluation.{name}" for name in ("entities", "extraction", "quotes", "ranking", "stories")
}


def evaluate(name: str, data: Path, out: TextIO, *, as_json: bool = False) -> dict[str, Any]:
    """Run one evaluation on the data under this folder; its report goes to `out`, as tables or as JSON.

    Raises KeyError for an unknown name, FileNotFoundError with a plain message where the data are not there.
    """
    module = importlib.import_module(EVALUATIONS[name])
    report: dict[str, Any] = module.evaluate(data, out, as_json=as_json)
    return report
