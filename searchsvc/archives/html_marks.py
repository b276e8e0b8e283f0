"""Which marks and lines of a page say that something is none of its article? The words of class, id, role and line.

Only what publishers commonly write; what such a mark is worth is decided where the page is seen as a whole.
"""

from __future__ import annotations

import re

from bs4.element import Tag

from searchsvc.archives.markup import UNREAD

_SELDOM = frozenset(("aside", "footer", "header", "noscript", "form", "figure", "address"))
_SELDOM_ROLES = frozenset(("navigation", "complementary", "banner", "contentinfo", "search", "dialog"))
_NOT_DROPPED = frozenset(("html", "body", "main"))

# Words of class and id, which are split at "-", "_" and capitals: "post-share_buttons" has "share".
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_READERS_WORDS = frozenset("comment comments commentlist disqus respond replies kommentare kommentar".split())
_ASIDE_WORDS = frozenset(
    "share sharing shares sharedaddy social socials addthis sharethis related relateds recirc recommended"
    " recommendations newsletter newsletters signup subscribe subscription promo promos promotion advert adverts"
    " advertisement advertising ad ads adsense adslot sponsor sponsored taboola outbrain sidebar breadcrumb breadcrumbs"
    " pagination pager nav navbar navigation menu submenu masthead footer cookie cookies consent gdpr popup modal"
    " overlay lightbox tooltip caption captions wp-caption-text credit credits byline bylines bio tags taglist toolbar"
    " tools print disqus rating ratings poll quiz trending popular mostread toplists readmore hidden noprint paywall"
    " login register search copyright disclaimer feedback donate donation crosslink teaserlist jumplink skiplink"
    " metadata meta postmeta infos kicker dachzeile breaking ticker marginal marginalia outline toc anzeige werbung"
    " verwandte recommend readnext upnext slideshow carousel embed newsticker author authors autor vcard hentry-meta"
    " emailsignup callout followus follow banner topbar bottombar skip screenreader visuallyhidden sr".split()
)
_ASIDE_PAIRS = re.compile(
    r"(?:more|other|latest|recent|similar|next|prev|previous|further|also|weitere|mehr|top|popular|trending|most)[-_ ]?"
    r"(?:stories|articles|posts?|news|links?|reading|read|from|artikel|viewed|like|coverage|videos)"
    r"|read[-_]?(?:more|next|also)|most[-_]?read|author[-_]?(?:box|bio|info|card)|about[-_]?(?:the[-_]?)?author"
    r"|screen-reader|visually-hidden|sr-only|print-only|tag-?(?:list|cloud|links)|entry-(?:meta|footer|utility)"
    r"|post-(?:meta|footer|info|tags)|article-?(?:meta|info|tags|footer|tools)|cat-?links|jp-relatedposts",
    re.IGNORECASE,
)
# What leads to other articles, and may be longer than a short article itself.
_ELSEWHERE = re.compile(
    r"(?:next|prev|previous)[-_]?(?:posts?|articles?|story)\b|(?:^|[\s_-])more[-_]?(?:stories|articles|posts)\b"
    r"|related[-_]?(?:posts|articles|stories|news|content)\b|(?:outbrain|taboola)",
    re.IGNORECASE,
)
_BODY_MARK = re.compile(
    r"(?:article|story|post|entry|news|blog|content|page|main|text|single|artikel|beitrag|node|field-name)[-_ ]*"
    r"(?:-?_?(?:article|story|post|page|main|item))?[-_]*(?:body|content|text|inhalt|copy|fulltext|maincontent)\b"
    r"|^(?:body|content|maincontent|storytext|bodytext|copy|fulltext|textbody|article|story|post|entry|meteredcontent)$"
    r"|rich-?text|prose|instapaper_body|content__article|td-post-content|theme-post-content|wysiwyg|ce_text",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# Lines that stand in the middle of an article and are none of it.
_NOISE = re.compile(
    r"^\W*(?:advert(?:isement|isment|ising)?|anzeige|werbung|sponsored(?: content)?|publicidad|publicité"
    r"|(?:story|article) continues (?:below|after)\b.{0,40}|continue reading\b.{0,80}"
    r"|scroll (?:down )?(?:for|to)\b.{0,60}|read (?:more|next|also|the full)\b.{0,200}|also read\b.{0,200}"
    r"|see also\b.{0,160}|lesen sie (?:auch|mehr)\b.{0,200}|mehr zum thema\b.{0,120}"
    r"|related(?: (?:stories|articles|posts|links|content|topics|coverage))?\s*:?.{0,10}"
    r"|(?:related|watch|listen|more|recommended|video|photos?|gallery)\s*:\s.{0,160}"
    r"|more from\b.{0,80}|recommended(?: for you)?|you (?:may|might) also (?:like|be interested in)\b.{0,40}"
    r"|share(?: (?:this|on|via|with)\b.{0,60})?|tweet(?: this)?|pin it|print(?: this)?|e-?mail(?: this)?"
    r"|(?:\d+ )?comments?(?: \(\d+\))?"
    r"|facebook|twitter|linkedin|whatsapp|pinterest|reddit|instagram|copy link|link copied.{0,20}"
    r"|(?:image|photo|media|picture|foto|bild|photograph)\s*(?:copyright|caption|credit|source|quelle|by|:).{0,200}"
    r"|getty images|(?:reuters|ap|afp|epa|getty images)(?:/[\w .]+)?|(?:view|show|hide) (?:all|more|comments)\b.{0,30}"
    r"|(?:please )?(?:sign up|subscribe|log in|sign in|register)\b.{0,120}|follow (?:us\b|me\b|@).{0,80}"
    r"|follow .{1,40} on (?:twitter|facebook|instagram).{0,80}"
    r"|(?:©|\(c\)|copyright)\s.{0,160}|all rights reserved\.?.{0,80}"
    r"|(?:filed under|posted in|tagged(?: with)?|tags?|topics?|categor(?:y|ies)|labels?|schlagworte|stichworte)"
    r"(?:\s*:.{0,200})?"
    r"|loading\W*|play(?: video)?|close|menu|search|home|back to top|top stories|skip (?:to|ad)\b.{0,40}"
    r"|click here\b.{0,100}|this (?:video|content|image) (?:is|was|has|cannot)\b.{0,80})\W*$",
    re.IGNORECASE,
)
_MOST_MARKS = 300
_OPEN = re.compile(r"comments?[-_]?(?:open|closed|enabled|allowed|on|off)|(?:has|no|with)[-_]?comments?", re.IGNORECASE)
#: Elements that never are the article and are not even walked; `noscript` is, since some blogs serve the post in it.
SKIPPED = (UNREAD - {"noscript"}) | frozenset(
    "nav button select textarea input dialog menu map figcaption rt rp datalist progress meter".split()
)


def words_of(tag: Tag) -> str:
    """The classes and the id of an element, as they stand."""
    classes = tag.get("class") or ()
    return f"{' '.join(classes) if isinstance(classes, list) else classes} {tag.get('id') or ''}".strip()[:_MOST_MARKS]


def drop_of(tag: Tag) -> int:
    """How an element is marked: 0 as nothing, 1 as something beside the article, 2 as what readers wrote."""
    name = tag.name
    if name in _NOT_DROPPED:
        return 0
    if tag.get("aria-hidden") == "true" or tag.has_attr("hidden"):
        return 1
    if (style := tag.get("style")) and _HIDDEN.search(str(style)):
        return 1
    marks = words_of(tag)
    if marks:
        words = {word.lower() for word in _WORD.findall(marks)}
        if words & _READERS_WORDS and name != "article" and "elementor" not in words:
            return 2 if tag.name in ("section", "ol", "ul", "li", "div", "aside") and not _OPEN.search(marks) else 1
        if _ELSEWHERE.search(marks) and name not in ("article", "section"):
            return 2
        if (words & _ASIDE_WORDS or _ASIDE_PAIRS.search(marks)) and "elementor" not in words:
            return 1
    return int(name in _SELDOM or tag.get("role") in _SELDOM_ROLES)


def is_body(tag: Tag) -> bool:
    """Whether an element is marked as the article's text."""
    return tag.name not in _NOT_DROPPED and bool(_BODY_MARK.search(words_of(tag)))


def is_noise(line: str) -> bool:
    """Whether a line is one of those that stand in the middle of articles: "Advertisement", "Read more: …"."""
    return len(line) < 250 and bool(_NOISE.match(line))
