"""Write a made-up archive of news as JSON Lines; run by scripts/generate."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmark.news import News


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/generate", description=(__doc__ or "").split(";")[0])
    parser.add_argument("--size", type=int, default=10_000, metavar="N", help="articles (10,000)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another seed is another archive (1)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="standard output if left out")
    arguments = parser.parse_args()
    news = News(arguments.size, arguments.seed)
    if arguments.output is None:
        sys.stdout.buffer.writelines(news.lines())
    else:
        with open(arguments.output, "wb") as file:
            file.writelines(news.lines())
    return 0


if __name__ == "__main__":
    sys.exit(main())
