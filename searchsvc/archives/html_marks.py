"""Which marks and lines of a page say that something is none of its article? The words of class, id, role and line.

Only what publishers commonly write; what such a mark is worth is decided where the page is seen as a whole.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bs4.element import Tag

from searchsvc.archives.markup import UNREAD

_SELDOM = frozenset(("aside", "footer", "header", "noscript", "form", "figure", "address"))
_SELDOM_ROLES = frozenset(("navigation", "complementary", "banner", "contentinfo", "search", "dialog"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
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
    " metadata meta postmeta infos kicker dachzeile ticker marginal marginalia outline toc anzeige werbung"
    " verwandte recommend readnext upnext slideshow carousel embed newsticker author authors autor vcard hentry-meta"
    " emailsignup callout followus follow banner topbar bottombar skip screenreader visuallyhidden sr".split()
)
_ASIDE_PAIRS = re.compile(
    r"(?:more|other|latest|recent|similar|next|prev|previous|further|also|weitere|mehr|top|popular|trending"
    r"|most)[-_ ]?"
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
    r"|^(?:body|content|maincontent|storytext|bodytext|copy|fulltext|textbody|article|story|post|entry"
    r"|meteredcontent)$"
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
    r"|getty images|(?:reuters|ap|afp|epa|getty images)(?:/[\w .]+)?|(?:view|show|hide) (?:all|more"
    r"|comments)\b.{0,30}"
    r"|(?:please )?(?:sign up|subscribe|log in|sign in|register)\b.{0,120}|follow (?:us\b|me\b|@).{0,80}"
    r"|follow .{1,40} on (?:twitter|facebook|instagram).{0,80}"
    r"|(?:©|\(c\)|copyright)\s.{0,160}|all rights reserved\.?.{0,80}"
    r"|(?:filed under|posted in|tagged(?: with)?|tags?|topics?|categor(?:y|ies)|labels?|schlagworte|stichworte)"
    r"(?:\s*:.{0,200})?"
    r"|captions?|text size|(?:image|photo|slide)?\s?\d+(?:\s?-\s?\d+)? (?:of|/) \d+"
    r"|\[/?[a-z_-]{3,20}\b[^\]]*\].{0,200}\[/[a-z_-]{3,20}\]"
    r"|iklan|reklama?|pubblicità|publicidade|annons|annonce|(?:open|close|view|launch) (?:image )?(?:gallery|slideshow)"
    r"|don.t miss(?: out| it)?|loading\W*|play(?: video)?|close|menu|search|home"
    r"|back to top|top stories|skip (?:to|ad)\b.{0,40}"
    r"|click here\b.{0,100}|this (?:video|content|image) (?:is|was|has|cannot)\b.{0,80})\W*$",
    re.IGNORECASE,
)
# Headings and lines after which other articles, the author or the site speak.
_TAIL = re.compile(
    r"^\W*(?:(?:you (?:may|might|could) (?:also )?(?:like|enjoy|be interested in)|related|more (?:from|on|in"
    r"|about|stories)"
    r"|recommended|read (?:more|next|also)|further reading|also (?:on|in|read)|about the authors?|around the web"
    r"|more (?:\w+ ){0,3}(?:stories|articles|news|coverage)|latest (?:news|stories|articles)|trending"
    r"|popular (?:posts|stories|articles|now)"
    r"|most (?:read|popular|viewed)|(?:top|other|partner) (?:stories|news)|breaking news"
    r"|leave a (?:reply|comment)|join the (?:conversation|discussion)"
    r"|das könnte (?:sie|dich|euch) (?:auch|ebenfalls)|auch interessant|weitere (?:informationen|artikel"
    r"|beiträge|themen"
    r"|meldungen|nachrichten|links|infos|news|inhalte)|weiterführende[rns]?|mehr (?:zum thema|zu|von|aus|über"
    r"|artikel)"
    r"|neueste|(?:noch )?mehr infos|ähnliche[rn]?|verwandte[rns]?|passend zum thema|zum weiterlesen|weiterlesen"
    r"|schon gelesen|lesen sie (?:auch|mehr)"
    r"|lies auch|über (?:den autor|die autor|uns)|zur person|pressekontakt|ansprechpartner|kontakt|kategorien"
    r"|schlagwörter"
    r"|beitrag teilen|artikel teilen|möchten sie den artikel|vorheriger|nächster|vorschau auf|empfehlungen"
    r"|unsere empfehlung"
    r"|interessiert an|kommentar(?:e|ieren)?\b|schreibe einen kommentar|entdecken sie"
    r"|te puede interesar|te podría interesar|también te|notas? relacionad[ao]s?|noticias relacionad[ao]s?"
    r"|relacionad[ao]s?|lee también"
    r"|lea también|lee además|más (?:sobre|noticias|en|de)|artículos? relacionados?|veja também|leia (?:também|mais)"
    r"|mais (?:lidas|sobre)|você pode gostar|relacionadas?|à lire aussi|lire aussi|sur le même|vous aimerez"
    r"|articles? liés"
    r"|voir aussi|pour aller plus loin|leggi anche|potrebbe interessarti|articoli correlati|ti potrebbe"
    r"|lees ook|meer over"
    r"|zobacz (?:też|także|również)|czytaj (?:też|także|również|więcej)|polecamy|powiązane|читайте также"
    r"|самые популярные"
    r"|по теме|похожие)\b.{0,60})\W*$",
    re.IGNORECASE,
)
# Those after which somebody speaks, and not a list.
_SPEAKER = re.compile(
    r"about|über|zur person|presse|ansprech|kontakt|kommentar|leave|join|schreibe|further"
    r"|weiter|mehr|noch|more (?:info|about)",
    re.IGNORECASE,
)
# Who took the picture, when the page was made, who typed it: short lines between the paragraphs.
_CREDIT = re.compile(
    r"^\W*(?:(?:fotos?|photos?|bild(?:er|quelle|nachweis)?|images?|pictures?|crédits?(?: photos?)?"
    r"|quellen?(?:angaben?)?|sources?"
    r"|źródło|fot\.|fuentes?|fonte|beitragsbild|titelbild|screenshot|grafik|abb(?:ildung|\.)?\s*\d+|abbildung"
    r"|figure \d+"
    r"|video|foto de|imagen|infografik|credit|via)\s*(?:[:©]|\bby\b|\bcredit).{0,200}"
    r"|(?:first |last )?(?:published|updated|posted|modified)(?: on| at|:)?\s.{0,30}(?:\d{4}|\d:\d\d).{0,40}"
    r"|(?:publiziert|erschienen|veröffentlicht|letzte (?:änderung|aktualisierung)|aktualisiert|zuletzt|erstellt"
    r"|stand)"
    r"\b.{0,30}\d{4}.{0,40}|\(?(?:additional )?reporting by\b.{0,300}|\(?(?:writing|editing) by\b.{0,200}"
    r"|.{0,80}\b(?:impressum|datenschutz)\b.{0,60}\b(?:impressum|datenschutz|agb|copyright|kontakt)\b.{0,60}"
    r"|.{0,100}\bunter (?:einer )?(?:creative commons|cc[ -]by).{0,40}|permalien.{0,60}|permalink.{0,60}"
    r"|erschienen in:?|\(?alle angaben ohne gewähr.{0,20}|rezept drucken.{0,40}"
    r"|.{0,20}beitrag enthält werbung.{0,60})$"
    r"|.{0,240}[\s|(](?:©|\(c\)|(?:foto|photo|bild|credit|crédit|quelle|image)s?\s?[:/])\s*[^.!?]{2,60}\)?\W*$"
    r"|.{0,160}(?:getty images|via getty|picture alliance|/afp|/reuters|/dpa|shutterstock|istock(?:photo)?"
    r"|unsplash|pixabay)\)?\W*$",
    re.IGNORECASE,
)
# Calls to subscribe and to follow: they begin with a verb and name a channel.
_CALL = re.compile(
    r"^\W*(?:(?:sign up|subscribe|never miss|follow|join|get (?:access|the|our)|if you (?:enjoyed|like)|support"
    r"|become a|don.t miss|click here|download|like us)\b|s[ií]gue|únete|suscríbe|hazte|descarga|recibe"
    r"|puedes? (?:escribir|seguir|suscribir|recibir)|werden? (?:sie|jetzt|du"
    r"|mitglied)|jetzt|abonnier"
    r"|zum newsletter|newsletter|melde[nt]? |gefällt|folge?[nt]? |lesen sie|lies |hol dir|mehr "
    r"|dieser (?:artikel|beitrag|text)"
    r"|abonnez|inscrivez|suivez|retrouvez|téléchargez|iscriviti|seguici|abbonati|assine|siga|receba|inscreva|entre no"
    r"|zapisz|subskrybuj|dołącz|obserwuj|подпис|¿ya )",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"newsletter|e-?mail|inbox|telegram|twitter|facebook|instagram|whatsapp|youtube|\bapp\b|member|mitglied"
    r"|miembro|\babo\b"
    r"|abonn|subscri|suscri|heft|ausgabe|magazin|premium|exklusiv|kiosk|podcast|rss|google news|соцсет|телеграм",
    re.IGNORECASE,
)
# What is shown only to who points at a word, or to none who sees the page.
_UNSEEN = re.compile(
    r"(?:rollover|hover|popover|flyout|tooltip)[\w-]*[_-](?:block|box|card|content|panel|text)|visually-?hidden|sr-only"
    r"|screen-?reader(?:-text)?\b",
    re.IGNORECASE,
)
_INLINE = frozenset("span em i b strong small sup sub font".split())
# The same at the beginning of any sentence.
_CALL_WITHIN = re.compile(
    r"(?:^|[.!?…]\s+)(?:click here (?:for|to)\b"
    r"|(?:sign up|subscribe)\b[^.!?]{0,100}\b(?:newsletters?|e-?mails?|inbox)\b)",
    re.IGNORECASE,
)
_MOST_MARKS = 300
# What a blog says of the post, a system of the label, a layout of the screen and of what else it has room for.
_NO_MARKS = re.compile(
    r"(?<!\S)(?:category|tag|hentry|postid|term)-\S+|\S*label-(?:hidden|inline|above|visually)\S*"
    r"|(?<!\S)(?:hidden|visible)-(?:xs|sm|md|lg|xl|print|mobile|desktop)\S*|\S*?(?<![^\W_])(?:has|with|no)-\S+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"lead|intro|teaser|excerpt|summary|standfirst|sub-?(?:title|line|head)|\bdek\b|\bdeck|chapo|sommario|vorspann"
    r"|abstract|description|bajada|entradilla|copete|prolog|hook",
    re.IGNORECASE,
)
_NO_LEAD = re.compile(r"caption|image|quote|related|author|bio|highlight|newsletter", re.IGNORECASE)
_OPEN = re.compile(r"comments?[-_]?(?:open|closed|enabled|allowed|on|off)|(?:has|no|with)[-_]?comments?", re.IGNORECASE)
#: Elements that never are the article and are not even walked; `noscript` is, since some blogs serve the post in it.
SKIPPED = (UNREAD - {"noscript"}) | frozenset(
    "nav button select textarea input dialog menu map figcaption rt rp datalist progress meter".split()
)


def words_of(tag: Tag) -> str:
    """The classes and the id of an element, as they stand; of a heading only the classes."""
    classes = tag.get("class") or ()
    # The id of a heading is an anchor, made of its words: "share-of-the-market".
    name = "" if tag.name in HEADINGS else tag.get("id") or ""
    return f"{' '.join(classes) if isinstance(classes, list) else classes} {name}".strip()[:_MOST_MARKS]


def drop_of(tag: Tag) -> int:
    """How an element is marked: 0 as nothing, 1 as something beside the article, 2 as what readers wrote."""
    name = tag.name
    if name in _NOT_DROPPED:
        return 0
    attributes = tag.attrs
    if attributes:
        if attributes.get("aria-hidden") == "true" or "hidden" in attributes:
            return 1
        if (style := attributes.get("style")) and _HIDDEN.search(str(style)):
            return 1
        if (marks := words_of(tag)) and (drop := _drop_of_marks(name, marks)):
            return drop
    return int(name in _SELDOM or attributes.get("role") in _SELDOM_ROLES)


@lru_cache(maxsize=8_192)
def _drop_of_marks(name: str, marks: str) -> int:
    """The same by an element's name and marks alone; a page has the same ones over and over."""
    marks = _NO_MARKS.sub(" ", marks)
    words = {word.lower() for word in _WORD.findall(marks)}
    if words & _READERS_WORDS and name != "article" and "elementor" not in words:
        return 2 if name in ("section", "ol", "ul", "li", "div", "aside") and not _OPEN.search(marks) else 1
    if _ELSEWHERE.search(marks) and name not in ("article", "section"):
        return 2
    return int(bool(words & _ASIDE_WORDS or _ASIDE_PAIRS.search(marks)) and "elementor" not in words)


def is_unseen(tag: Tag) -> bool:
    """Whether words in the middle of a line are hidden from who reads it."""
    if tag.name not in _INLINE or not tag.attrs:
        return False
    if tag.has_attr("hidden") or ((style := tag.get("style")) and _HIDDEN.search(str(style))):
        return True
    return bool(tag.get("class")) and bool(_UNSEEN.search(words_of(tag)))


def is_body(tag: Tag) -> bool:
    """Whether an element is marked as the article's text."""
    return tag.name not in _NOT_DROPPED and bool(_BODY_MARK.search(words_of(tag)))


def is_lead(tag: Tag) -> bool:
    """Whether an element is marked as what stands between headline and story."""
    marks = words_of(tag)
    return bool(_LEAD.search(marks)) and not _NO_LEAD.search(marks)


@lru_cache(maxsize=1_024)
def is_noise(line: str) -> bool:
    """Whether a line is one of those that stand in the middle of articles: "Advertisement", "Read more: …"."""
    if len(line) >= 320:
        return False
    return (
        bool(_CREDIT.match(line))
        or (len(line) < 250 and bool(_NOISE.match(line)))
        or bool(_CALL.match(line) and _CHANNEL.search(line))
        or bool(_CALL_WITHIN.search(line))
    )


def is_tail(line: str) -> bool:
    """Whether after this line it is no longer the article that speaks: "You may also like", "Weitere Meldungen"."""
    return len(line) < 80 and _is_tail(line)


@lru_cache(maxsize=1_024)
def _is_tail(line: str) -> bool:
    return bool(_TAIL.match(line))


def is_list_head(line: str) -> bool:
    """Whether a line that `is_tail` announces a list of other stories, and so is out of place before a paragraph."""
    return not _SPEAKER.match(line.lstrip(" \t-–—•*»:"))
