"""What blogs export: WordPress's WXR and Blogger's Atom, each published post an article.

An export holds the whole of a site. Pages, attachments, menus, comments, settings, templates and revisions are no
articles, nor is what a theme or plugin made a post type of its own for ("product", "event", "news"): posts are taken
and nothing else. Drafts, scheduled, private and password-protected posts were not published. All of these are passed
over, not read, and the report counts them by kind. An export without a published post is rejected, and the reason says
what it holds. Pages, drafts (with what is scheduled or waits for review) and comments that were let through are taken
where `Options.include` asks for them; a comment is an article without a title.

WordPress's text is what its editor stores, not HTML: blank lines divide paragraphs, block comments and [shortcodes]
steer the theme. It is read as the theme would print it, and shortcodes are dropped. Square brackets that writers use
("[sic]", "[the president]") stay.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from searchsvc.archives.bylines import names
from searchsvc.archives.dates import published
from searchsvc.archives.feeds import Feeds
from searchsvc.archives.fieldnames import language_code
from searchsvc.archives.files import PassedOver
from searchsvc.archives.markup import folded_space, plain, written
from searchsvc.archives.paragraphs import joined
from searchsvc.archives.records import Options, Record, Rejection
from searchsvc.archives.xml_items import XmlItems, as_text, root_of
from searchsvc.archives.xmltree import tree_of
from searchsvc.article import UNKNOWN, Article, Location, Published
from searchsvc.errors import BadRecord

_WXR = re.compile(rb"https?://(?:www\.)?wordpress\.org/export/\d")
# What of an item may hold anything, a text on WXR too.
_FREE = re.compile(r"<(content:encoded|excerpt:encoded|description|title|wp:postmeta|wp:comment)>")
_FREE_BUT_COMMENTS = re.compile(_FREE.pattern.replace("|wp:comment", ""))
_COMMENTS = re.compile(r"<(wp:comment)>")
_DRAFTS = frozenset(("draft", "pending", "future", "scheduled"))
_AUTHOR = re.compile(r"<(wp:author)>")
_NO_CATEGORY = frozenset(("uncategorized", "allgemein", "uncategorised", "unkategorisiert", "sin categoría"))

_SHORTCODE = re.compile(
    r"\[(?P<open>\[?)(?P<close>/?)(?P<name>[a-z][\w-]{0,40})(?P<given>(?:\s[^\[\]]{0,2000}|=[^\[\]]{0,200})?)\]"
    r"(?P<end>\]?)",
    re.IGNORECASE,
)
_LONGEST_TAG, _LONGEST_VALUE = 300, 5_000
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>|([^<]+)", re.DOTALL)
# What stands within these is an address or a list of numbers, nothing to read.
_UNREAD_CODES = re.compile(
    r"\[(embed|audio|video|playlist|gallery|youtube|vimeo|soundcloud|googlemaps)\b[^\[\]]*\][^\[\]]{0,2000}\[/\1\]",
    re.IGNORECASE,
)
_KNOWN_CODES = frozenset(
    "audio caption wp_caption embed gallery playlist video youtube vimeo soundcloud dropcap contact_form contact-form"
    " contact-form-7 contact-field jetpack_subscription_form tweet twitter instagram slideshow blip ted archives"
    " googlemaps recaptcha polldaddy portfolio recent-posts googleapps kickstarter scribd slideshare wufoo".split()
)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_TAG_OR_BREAK = re.compile(r"(<(pre|script|style)\b.*?(?:</\2\s*>|$)|<[^<>]*>)|\n", re.I | re.S)
_ADDRESS_ALONE = re.compile(r"https?://\S+")


class WordPress:
    """The reader of WXR; see the module."""

    name = "WordPress export"
    suffixes = (".wxr",)

    def recognises(self, head: bytes) -> bool:
        return root_of(head) == "rss" and bool(_WXR.search(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection | PassedOver]:
        items = XmlItems(stream, path)
        opening = items.opening()
        if isinstance(opening, Rejection):
            yield opening
            return
        authors = {_value("wp:author_login", one): one for one in _elements(_AUTHOR, opening.text)[0]}
        site = opening.text.split("<wp:author>", 1)[0].split("<image>", 1)[0]
        about = folded_space(plain(_value("title", site))), _value("language", site)
        kinds: Counter[str] = Counter()
        ordinal = 0
        for item in items.items():
            if isinstance(item, tuple):
                where, raw = item
                item_text = as_text(raw, opening.encoding)
                fields = _elements(_FREE, item_text)[1]
                if kind := _not_published(fields, options.include):
                    kinds[kind] += 1
                    yield PassedOver(f"{path}, at byte {where.offset}", f"WordPress {kind}"[:100])
                    continue
                login = _value("dc:creator", fields)
                author = _value("wp:author_display_name", authors.get(login, "")) or login
                ordinal += 1
                yield Record(Location(path, where.offset, ordinal), raw, (opening.encoding, *about, author))
                for comment in _comments(item_text) if "comments" in options.include else ():
                    ordinal += 1
                    of = _value("guid", fields)
                    yield Record(Location(path, where.offset, ordinal), comment, ("utf-8", *about, "", of))
            elif item.code != "no_entries":
                ordinal += 1
                yield Rejection(Location(path, item.location.offset, ordinal), item.code, item.reason)
        if not ordinal:
            yield _no_posts(path, kinds)

    def article(self, record: Record, options: Options) -> Article:
        """The article of a post. Raises BadRecord: `bad_xml`, `too_deep`, `too_large`, `no_article`."""
        encoding, site, language, author, *of = record.context
        if of:
            return _comment(record, site or options.source, of[0])
        values: dict[str, str] = {}
        categories: list[tuple[str, str]] = []
        text = as_text(record.raw, encoding).encode("utf-8")
        for element in tree_of(Record(record.location, text, ("utf-8",))):
            said = "".join(str(piece) for piece in element.itertext())
            if element.tag == "category":
                categories.append((element.get("domain") or "", folded_space(html.unescape(said))))
            elif isinstance(element.tag, str):
                values.setdefault(element.tag, said)
        title = folded_space(plain(values.get("title", "")))
        story = _printed(values.get("content:encoded", "")) or _printed(
            values.get("excerpt:encoded", "") or values.get("description", "")
        )
        if not title and not story:
            raise BadRecord("the post has neither a title nor a text", code="no_article")
        sections = [name for domain, name in categories if domain == "category" and name.lower() not in _NO_CATEGORY]
        tags = [name for domain, name in categories if domain in ("", "category", "post_tag", "tag")]
        url = values.get("link", "").strip()
        return Article(
            title=title,
            text=joined(story, title),
            url=url if url.startswith(("http://", "https://")) else "",
            archive_id=values.get("guid", "").strip() or values.get("wp:post_id", "").strip(),
            source=site or options.source,
            section=sections[0] if sections else "",
            language=language_code(language),
            byline=names(author),
            tags=_each_once(tags, frozenset((*_NO_CATEGORY, *(name.lower() for name in sections[:1]), ""))),
            published=_date(values),
            location=record.location,
        )


def _comment(record: Record, source: str, of: str) -> Article:
    """The article of a reader's comment on the post with this guid."""
    values = {str(one.tag): "".join(map(str, one.itertext())) for one in tree_of(record)}
    story = _printed(values.get("wp:comment_content", ""))
    if not story:
        raise BadRecord("the comment has no text", code="no_article")
    date = values.get("wp:comment_date_gmt", "").strip()
    return Article(
        title="",
        text=joined(story, ""),
        # Not the address: up to what stands after its # it is the post's.
        archive_id=f"{of}#comment-{values.get('wp:comment_id', '').strip()}",
        source=source,
        byline=names(folded_space(html.unescape(values.get("wp:comment_author", "")))),
        published=published(f"{date}Z", "archive") if date and not date.startswith("0000") else UNKNOWN,
        location=record.location,
    )


def _comments(item: str) -> Iterator[bytes]:
    """The comments on a post that were let through, each as an element; no pingbacks."""
    for comment in _elements(_COMMENTS, _elements(_FREE_BUT_COMMENTS, item)[1])[0]:
        kind = _value("wp:comment_type", comment) or "comment"
        if kind == "comment" and _value("wp:comment_approved", comment) == "1":
            yield f"<wp:comment>{comment}</wp:comment>".encode()


def _each_once(tags: list[str], but: frozenset[str]) -> tuple[str, ...]:
    """The tags in order, whatever their case once, without those of these lower-case names."""
    return tuple({tag.lower(): tag for tag in reversed(tags) if tag.lower() not in but}.values())[::-1]


class Blogger(Feeds):
    """The reader of Blogger's backups, the older one of one feed and the `feed.atom` of Google Takeout."""

    name = "Blogger export"
    suffixes = ()
    dated = "archive"

    _KIND = re.compile(r"<(?:\w+:)?category\b[^>]*#kind['\"][^>]*>")
    _TYPE = re.compile(r"<blogger:type>\s*(\w+)\s*</blogger:type>")
    _STATUS = re.compile(r"<blogger:status>\s*(\w+)\s*</blogger:status>")
    _DRAFT = re.compile(r"<(?:\w+:)?draft>\s*yes\s*</")
    _EXPORT = re.compile(rb"#kind['\"]|<blogger:type>")

    def recognises(self, head: bytes) -> bool:
        return root_of(head) == "feed" and b"blogger" in head and bool(self._EXPORT.search(head))

    def records(self, stream: BinaryIO, path: str, options: Options) -> Iterator[Record | Rejection | PassedOver]:
        kinds: Counter[str] = Counter()
        ordinal = 0
        for item in super().records(stream, path, options):
            if isinstance(item, Record):
                if kind := self._not_published(as_text(item.raw, item.context[0]), options.include):
                    kinds[kind] += 1
                    yield PassedOver(f"{path}, at byte {item.location.offset}", f"Blogger {kind}"[:100])
                    continue
                ordinal += 1
                yield Record(Location(path, item.location.offset, ordinal), item.raw, item.context)
            elif isinstance(item, Rejection) and item.code != "no_entries":
                ordinal += 1
                yield Rejection(Location(path, item.location.offset, ordinal), item.code, item.reason)
        if not ordinal:
            yield _no_posts(path, kinds)

    def _not_published(self, entry: str, include: frozenset[str]) -> str:
        """What an entry is that is not taken; "" for a published post and what is asked for."""
        kind = "post"
        if given := self._TYPE.search(entry):
            kind = given[1].lower()
        elif category := self._KIND.search(entry):
            kind = category[0].rpartition("#")[2].split("'")[0].split('"')[0]
        if kind != "post" and f"{kind}s" not in include:
            return kind
        found = self._STATUS.search(entry)
        status = found[1].lower() if found else "live"
        if self._DRAFT.search(entry):
            status = "draft"
        return "" if status == "live" or (status in _DRAFTS and "drafts" in include) else status


def _no_posts(path: str, kinds: Counter[str]) -> Rejection:
    held = ", ".join(f"{count} of {kind}" for kind, count in kinds.most_common(5))
    return Rejection(Location(path), "no_entries", f"no published post in the export; it holds {held or 'nothing'}")


def _elements(start: re.Pattern[str], text: str) -> tuple[list[str], str]:
    """What the elements say that begin with this tag, its name the first group; and the text without them."""
    found, kept, at = [], [], 0
    unclosed: set[str] = set()
    for tag in start.finditer(text):
        if tag.start() < at or tag[1] in unclosed:
            continue
        end = text.find(f"</{tag[1]}>", tag.end())
        if end < 0:
            unclosed.add(tag[1])
            continue
        found.append(text[tag.end() : end])
        kept.append(text[at : tag.start()])
        at = end
    return found, "".join((*kept, text[at:]))


def _value(name: str, fields: str) -> str:
    """What the first element of this name says; "" for none, and for more than anybody means by it."""
    start = re.search(rf"<{name}(?:\s[^<>]*)?>", fields)
    end = fields.find(f"</{name}>", start.end()) if start else -1
    if start is None or end < 0 or end - start.end() > _LONGEST_VALUE:
        return ""
    inner = fields[start.end() : end]
    return _CDATA.sub(lambda part: part[1] or html.unescape(part[2] or ""), inner).strip()


def _not_published(fields: str, include: frozenset[str]) -> str:
    """What an item is that is not taken; "" for a published post and what is asked for."""
    kind = _value("wp:post_type", fields) or "post"
    status = _value("wp:status", fields) or "publish"
    if kind != "post" and not (kind == "page" and "pages" in include):
        return kind
    if status != "publish" and not (status in _DRAFTS and "drafts" in include):
        return f"{status} post"
    return "protected post" if _value("wp:post_password", fields) else ""


def _date(values: dict[str, str]) -> Published:
    """UTC where the export has it; WordPress writes zeros into what it does not know."""
    if (gmt := values.get("wp:post_date_gmt", "").strip()) and not gmt.startswith("0000"):
        return published(f"{gmt}Z", "archive")
    for name in ("pubDate", "wp:post_date"):
        if date := published(values.get(name, "").strip(), "archive"):
            return date
    return UNKNOWN


def _printed(stored: str) -> list[str]:
    """The paragraphs that a theme would print of a stored text."""
    blocks = "<!-- wp:" in stored
    text = _without_shortcodes(_COMMENT.sub("", stored.replace("\r\n", "\n").replace("\r", "\n")))
    if not blocks:
        # As wpautop: a blank line ends a paragraph, any other line end breaks the line.
        text = _TAG_OR_BREAK.sub(lambda match: match[1] or "<br>", text)
    return [line for line in written(text) if not _ADDRESS_ALONE.fullmatch(line)]


def _without_shortcodes(text: str) -> str:
    if "[" not in text:
        return text
    text = _UNREAD_CODES.sub("", text)
    closed = {match["name"].lower() for match in _SHORTCODE.finditer(text) if match["close"]}

    def kept(match: re.Match[str]) -> str:
        if match["open"] and match["end"]:
            return match[0][1:-1]  # "[[gallery]]" is how one writes about a shortcode
        name, given = match["name"].lower(), match["given"]
        before = text[max(0, match.start() - _LONGEST_TAG) : match.start()].rpartition("\n")[2]
        after = text[match.end() : match.end() + _LONGEST_TAG].partition("\n")[0]
        alone = not re.sub(r"<[^<>]*>", "", before + after).strip()
        if name in closed or name in _KNOWN_CODES or "=" in given or given.endswith("/") or (alone and not given):
            return match["open"] + match["end"]
        return match[0]

    return _SHORTCODE.sub(kept, text)
