"""Which words does a made-up archive have? English function words as frequent as in news, and made-up ones.

The content words come in families (a base and what -s, -ed, -ing, -er, -ly make of it), so that stemming has
something to do, and in the order of their rank. Knows nothing of articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Strings = npt.NDArray[np.object_]

#: Content words; the ids 0 to CONTENT - 1 are their ranks.
CONTENT = 400_000
#: Zipf–Mandelbrot law of the content words: the word of rank r is as frequent as (r + SHIFT) ** -SLOPE.
SLOPE, SHIFT = 1.07, 8.0

#: Function words of English, each with how often it stands in 100,000 words of news: counted over 13 million words of
#: American news articles and press releases of senators.
_FUNCTION = """
the:5849 to:2948 of:2561 and:2356 a:2127 in:1960 that:1410 for:1048 is:918 on:885 it:665 with:605 as:590 he:582
said:542 was:501 have:475 be:465 this:465 are:462 by:454 his:435 at:431 has:420 from:414 not:408 but:393 they:372
i:362 an:360 will:346 we:344 who:336 more:307 their:282 about:272 would:270 or:269 new:218 you:217 people:214 been:204
one:196 if:194 had:194 were:192 our:192 which:191 what:189 all:188 also:180 than:179 there:177 when:172 up:170 can:166
out:164 she:162 after:157 some:149 so:149 other:148 no:147 over:144 her:144 its:143 do:134 just:129 could:127 time:122
into:120 like:119 now:118 those:117 them:117 because:111 year:110 first:109 even:109 these:108 many:106 how:106
most:104 us:103 any:102 him:102 two:102 last:100 years:98 only:98 against:93 while:92 may:89 before:89 make:88
should:88 told:87 say:87 says:85 during:83 did:79 where:76 made:74 my:73 very:72 much:71 through:71 back:71 being:70
both:70 such:69 week:68 under:67 take:66 still:65 today:65 including:64 since:63 then:63 down:62 day:59 between:59
according:58 well:58 see:57 here:56 whether:55 another:55 your:55 own:55 must:54 same:50 me:48 three:48 next:47 why:47
every:47 called:46 off:45 among:45 used:45 without:44 too:44 does:44 tuesday:43 never:42 around:40 already:40 might:40
put:39 though:38 less:37 each:37 wednesday:37 thursday:36 monday:36 several:36 least:36 yet:35 again:34
""".split()
FUNCTION = tuple(pair.partition(":")[0] for pair in _FUNCTION)
FREQUENCIES = tuple(int(pair.partition(":")[2]) / 100_000 for pair in _FUNCTION)
#: Of all words so many hold a digit (the same count), and how many different ones there are here.
NUMBERS, DIFFERENT_NUMBERS = 0.0145, 1500

_ONSETS = (
    "b br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl sp st str t th tr v w bl sm sn".split()
)
_VOWELS = "a e i o u ai ea ee io oa ou".split()
_CODAS = "n r l s t m nd nt ck st rd ss ng p d x rt lt ct".split()
_ENDINGS = ("", "s", "ed", "ing", "er", "ly", "ers", "ation")
#: How many of a hundred bases have one form, two, …
_FORMS = (30, 25, 20, 10, 8, 4, 2, 1)


@dataclass(frozen=True)
class Vocabulary:
    """All words by id: the content words by rank, then the function words, then the numbers.

    `strings` is id → word. `common` is the cumulative share of function words and numbers among themselves.
    `partner` is content word → the content word that follows it more often than chance would have it.
    """

    strings: Strings
    common: npt.NDArray[np.float64]
    partner: Ids

    @property
    def common_share(self) -> float:
        """The share of function words and numbers among all words."""
        return sum(FREQUENCIES) + NUMBERS


def zipf(uniform: npt.NDArray[np.float64], size: int, slope: float = SLOPE, shift: float = SHIFT) -> Ids:
    """Ranks from 0 by the Zipf–Mandelbrot law over `size` ranks, one for each number of [0, 1)."""
    power = 1.0 - slope
    low, high = (1.0 + shift) ** power, (size + 1.0 + shift) ** power
    ranks = (low + uniform * (high - low)) ** (1.0 / power) - shift
    return np.asarray(np.minimum(ranks.astype(np.int64) - 1, size - 1).clip(0))


def syllables(number: int, least: int) -> str:
    """A word-like word, another for each number; `least` syllables or more."""
    parts: list[str] = []
    while number or len(parts) < least:
        number, onset = divmod(number, len(_ONSETS))
        number, vowel = divmod(number, len(_VOWELS))
        parts.append(_ONSETS[onset] + _VOWELS[vowel])
    number, coda = divmod(sum(map(ord, "".join(parts))) * 7, len(_CODAS))
    return "".join(parts) + _CODAS[coda]


@cache
def vocabulary(seed: int) -> Vocabulary:
    """The vocabulary of that seed; the last one made is kept."""
    random = np.random.default_rng([seed, 1])
    bases = CONTENT // 2
    # A one-to-one scramble, so that words of neighbouring ranks look nothing like one another.
    space = (len(_ONSETS) * len(_VOWELS)) ** 2
    step = 2 * int(random.integers(space // 8, space // 4)) + 1
    while np.gcd(step, space) != 1:
        step += 2
    forms = random.choice(len(_FORMS), bases, p=np.array(_FORMS) / sum(_FORMS)) + 1
    ranks = np.arange(1, bases + 1)
    known = set(FUNCTION)
    words: list[str] = []
    weights: list[float] = []
    spread = random.random((bases, len(_ENDINGS)))
    short = len(_ONSETS) * len(_VOWELS)
    for index, count in enumerate(forms.tolist()):
        # The most frequent are the shortest, as in every language.
        early = index < short
        base = syllables(index * 7919 % short if early else int(index * step % space), 1 if early else 2)
        for form, ending in enumerate(_ENDINGS[:count]):
            word = base + ending
            if word not in known:
                known.add(word)
                words.append(word)
                weights.append(float(ranks[index]) * (1 + form) * (0.5 + spread[index, form]))
    number = 0
    while len(words) < CONTENT:
        word = syllables(space + number * step % (space * 40), 3)
        number += 1
        if word not in known:
            known.add(word)
            words.append(word)
            weights.append(float(len(words)))
    order = np.argsort(np.array(weights))[:CONTENT]
    content = np.array(words, object)[order]
    numbers = [str(year) for year in range(1990, 2021)]
    numbers += [str(n) for n in range(1, 800)]
    numbers += [f"{n / 10:.1f}" for n in range(1, 400) if n % 10]
    numbers += [f"{n},000" for n in range(1, 1000)]
    strings = np.concatenate([content, np.array([*FUNCTION, *numbers[:DIFFERENT_NUMBERS]], object)])
    falling = 1.0 / np.arange(3, DIFFERENT_NUMBERS + 3)
    shares = np.concatenate([np.array(FREQUENCIES), NUMBERS * falling / falling.sum()])
    # From one word to another of about its own rank: a pair is as rare as its words.
    partner = (np.arange(CONTENT) * np.exp(random.normal(0.0, 0.7, CONTENT))).astype(np.int64)
    partner = (partner + random.integers(0, 40, CONTENT)) % CONTENT
    return Vocabulary(strings, np.cumsum(shares) / shares.sum(), partner)
