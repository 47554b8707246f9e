"""What classes and identifiers of elements say of their text: the words that pages of news sites share."""

import re
from functools import lru_cache
from itertools import pairwise

BODY, PART, LEAD, RELATED, CARD, CAPTION, CREDIT, MEDIA, SUBSCRIBE = (1 << n for n in range(9))
COMMENT, SHARE, FRAME, BYLINE, META, TAG, ADVERT, LEGAL, HEAD, QUOTE, HIDDEN, SIDE, MODULE = (
    1 << n for n in range(9, 22)
)

KINDS = (
    BODY, PART, LEAD, RELATED, CARD, CAPTION, CREDIT, MEDIA, SUBSCRIBE,
    COMMENT, SHARE, FRAME, BYLINE, META, TAG, ADVERT, LEGAL, HEAD, QUOTE, HIDDEN, SIDE, MODULE,
)  # fmt: skip
"""All kinds, each a bit."""

_STEMS = {  # words, stems of words, and pairs of words
    BODY: "articlebody|articlecontent|articletext|storybody|storycontent|storytext|entrycontent|postcontent"
    "|postbody|posttext|bodycopy|bodytext|bodycontent|richtext|newstext|newsbody|newscontent"
    "|contentbody|maintext|textbody|articlemain|storymain|articleinner|textcontent|articledetail"
    "|newsdetail|detailcontent|detailtext|singlecontent|wysiwyg|prose|fulltext|articlecopy"
    "|blogcontent|blogbody|entrybody|entrytext|artikeltext|articlecontents|articlebox|bodyarticle"
    "|storydetail|readcontent|contentarticle|articulo|cuerpo|corps|testo",
    PART: "article|story|entry|post|content|text|body|paragraph|artikel|news",
    LEAD: "lead|intro|standfirst|summary|deck|subtitle|subhead|excerpt|abstract|chapo|sapo|perex|vorspann"
    "|subline|entradilla",
    RELATED: "relat|recommend|recirc|outbrain|taboola|similar|suggest|popular|trending|latest|more|also|most"
    "|further|next|prev|mehr|weiter|verwandt|readnext",
    CARD: "teaser|card|promo|tile|carousel|slider|swiper|item|list|grid|thumb|feed|stream",
    CAPTION: "caption|legend|cutline|bildunter|bildtext|pie",
    CREDIT: "credit|copyright|source|rights|fotograf|photograph",
    MEDIA: "photo|image|img|picture|media|gallery|foto|bild|video|player|figure|slideshow|audio|podcast|embed|lightbox",
    SUBSCRIBE: "newsletter|subscri|signup|signin|paywall|premium|register|registration|login|abo|offer|donat"
    "|membership|piano|regwall|cta|checkout|purchase|alert|optin",
    COMMENT: "comment|disqus|discuss|reply|respond|kommentar|coment|livefyre|forum",
    SHARE: "share|social|facebook|twitter|whatsapp|follow|sharing|print|tool|button|btn|icon|instagram|bookmark",
    FRAME: "nav|menu|breadcrumb|header|footer|masthead|topbar|banner|toolbar|skip|pagination|pager|logo|search|bottom",
    BYLINE: "byline|author|autor|writer|reporter|contributor|bio|profile|avatar|signature|creator",
    META: "date|time|meta|published|posted|updated|info|timestamp|datum|stamp|details",
    TAG: "tag|topic|categor|keyword|label|rubric|section|kicker|hashtag",
    ADVERT: "ad|ads|adv|advert|advertisement|sponsor|dfp|anzeige|werbung|affiliate|gpt|commercial|deals|shop"
    "|product|amazon",
    LEGAL: "disclaim|legal|cookie|consent|gdpr|privacy|terms|modal|popup|overlay|notice|correction|dialog",
    HEAD: "headline|title|heading|head|titel|headlines",
    QUOTE: "quote|pullquote|zitat|quotation",
    HIDDEN: "hidden|visually|screenreader|assistive|hide|invisible|offscreen|sr",
    SIDE: "sidebar|aside|rail|side|infobox|box|right|left|factbox|secondary",
    MODULE: "widget|module|component|block|plugin|element",
}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_EXACT = {stem: kind for kind, stems in _STEMS.items() for stem in stems.split("|")}
_SHORTEST, _LONGEST = 4, max(map(len, _EXACT))
_MAX_NAMES = 300
"""Characters of an element's names that are read."""


def kinds_of(names: str) -> int:
    """The kinds of text that the names of an element tell, as bits: every word, and every pair of neighbours as one."""
    return _kinds_of(names[:_MAX_NAMES])


@lru_cache(maxsize=4096)
def _kinds_of(names: str) -> int:
    words = [word.lower() for word in _WORD.findall(names)]
    told = 0
    for word in words:
        told |= _kind(word)
    for first, second in pairwise(words):
        told |= _EXACT.get(first + second, 0)
    return told


@lru_cache(maxsize=4096)
def _kind(word: str) -> int:
    """The word itself, else the longest stem that it begins with, else one that it ends with."""
    if word in _EXACT:
        return _EXACT[word]
    for size in range(min(len(word), _LONGEST), _SHORTEST - 1, -1):
        if kind := _EXACT.get(word[:size]) or _EXACT.get(word[-size:]):
            return kind
    return 0
