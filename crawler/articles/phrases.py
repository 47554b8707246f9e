"""The set phrases of news pages: READ MORE lines, calls to subscribe, suffixes."""

import re

_LABELS = {
    "en": (
        r"(?:read|see)\s+(?:more|also)|also\s+(?:read|see|on\s+this)|related(?:\s+(?:articles?|stor(?:y|ies)|news|coverage"
        r"|reading|content|topics?|links?))?|more\s+(?:on\s+this(?:\s+(?:story|topic))?|coverage|stories)|further\s+reading"
        r"|don['’]?t\s+miss|recommended\s+(?:reading|stories)|you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested\s+in)"
    ),
    "ru": (
        r"читайте\s+(?:также|ещ[её]|подробнее|больше)|читать\s+(?:также|далее|ещ[её]|подробнее|полностью)|см(?:\.|отрите)\s+также"
        r"|смотрите\s+ещ[её]|(?:ещ[её]\s+)?по\s+теме|материалы\s+по\s+теме|другие\s+материалы"
    ),
    "es": (
        r"l[ée]a(?:n)?\s+(?:también|más)|lee\s+(?:también|más)|leer\s+(?:también|más)|v(?:ea|er)\s+también|más\s+información"
        r"|(?:también\s+)?(?:te|le)\s+puede\s+interesar|noticias?\s+relacionadas?|no\s+te\s+pierdas"
    ),
    "fr": (
        r"(?:à\s+)?(?:re)?lire\s+(?:aussi|également|la\s+suite|plus)|lisez\s+(?:aussi|également)|(?:à\s+)?voir\s+aussi"
        r"|sur\s+le\s+même\s+(?:sujet|thème)|en\s+savoir\s+plus|pour\s+aller\s+plus\s+loin"
    ),
    "it": (
        r"legg[ie](?:te)?\s+(?:anche|tutto|di\s+più)|(?:vedi|guarda)\s+anche|per\s+approfondire|articoli\s+correlati"
        r"|(?:ti\s+)?potrebbe\s+(?:anche\s+)?interessar(?:e|ti)"
    ),
    "pt": r"leia\s+(?:também|mais)|(?:veja|saiba)\s+(?:também|mais)|notícias\s+relacionadas|não\s+perca",
    "de": (
        r"lesen\s+sie\s+(?:auch|mehr|dazu)(?:\s+dazu)?|lies\s+auch|mehr\s+(?:dazu|zum\s+thema)|siehe\s+auch|auch\s+interessant"
        r"|das\s+könnte\s+(?:sie|dich)\s+(?:auch\s+)?interessieren|weiterlesen"
    ),
    "tr": (
        r"ayrıca\s+(?:okuyun|bkz\.?)|bunu\s+da\s+okuyun|okumaya\s+devam\s+(?:et|edin)|devamını\s+oku|(?:bunlar\s+da\s+)?ilginizi"
        r"\s+çekebilir|ilgili\s+haber(?:ler)?|daha\s+fazla\s+oku"
    ),
    "ar": (
        r"[اإأ]قر[أا](?:وا)?\s+(?:أيض[اً]+|ايضا|المزيد)|شاهد\s+أيض[اً]+|للمزيد|مواضيع\s+ذات\s+صلة|قد\s+يهمك(?:\s+أيض[اً]+)?"
    ),
}
_READ_MORE = re.compile(rf"(?:{'|'.join(_LABELS.values())})\s*(?:[:：]|\|)\s*(?P<title>.{{0,400}})", re.IGNORECASE)
_LABEL_ALONE = re.compile(rf"(?:{'|'.join(_LABELS.values())})\s*[.…»›>→]*", re.IGNORECASE)
_LABEL_LENGTH = 60
_SUFFIX_LENGTH = 100
"""Characters that stand around a site's name in a suffix, at most."""
_MARK = r"\s*[-–—|,.]\s*"

_BOILERPLATE = frozenset(
    {
        "Subscribe",
        "Newsfeed",
        "0",
        "To participate in the discussion",
        "log in or register",
        "loader",
        "Chats",
        "Заголовок открываемого материала",
    }
)
"""Lines that pages of the site show around every article."""
_CALLS = frozenset(
    {
        "subscribe", "subscribe now", "subscribe here", "sign up", "sign up now", "log in", "sign in",
        "advertisement", "advertising", "sponsored", "sponsored content", "story continues below",
        "story continues below advertisement", "article continues below", "article continues after ad",
        "advertisement - scroll to continue", "share", "share this", "share this article", "share this story",
        "copy link", "link copied", "print this article", "loading", "skip to content", "back to top", "comments",
        "leave a comment", "add a comment", "read full story", "full story", "реклама", "подписаться",
        "подписывайтесь", "поделиться", "комментарии", "обсудить", "загрузка", "publicidad", "suscríbete",
        "suscribirse", "compartir", "comentarios", "publicité", "s'abonner", "abonnez-vous", "partager",
        "commentaires", "pubblicità", "abbonati", "iscriviti", "condividi", "commenti", "anzeige", "werbung",
        "abonnieren", "teilen", "kommentare", "publicidade", "assine", "compartilhar", "compartilhe", "comentários",
        "reklam", "abone ol", "paylaş", "yorumlar", "إعلان", "اشترك", "مشاركة", "شارك", "تعليقات",
    }
)  # fmt: skip
"""Whole lines, in small letters, that no news text has."""
_INVITATION = re.compile(
    r"(?:please\s+)?(?:click\s+here\s+to\s+)?(?:subscribe|sign\s+up)\s+(?:now\s+)?(?:to|for)\s"
    r"(?:our|the|[\w’' ]{1,30}['’]s)\s[\w’' -]{0,40}(?:newsletters?|channel|podcast|alerts?)"
    r"(?:\s+(?:here|to\s+get\s.{1,70}))?"
    r"|(?:already\s+(?:a|an|have\s+an?)\s+(?:subscriber|member|account)\b.{0,60})"
    r"|this\s+(?:article|story|content)\s+is\s+(?:only\s+)?(?:for|available\s+to)\s+(?:\w+\s+)?"
    r"(?:subscribers|members)(?:\s+only)?"
    r"|subscribe\s+to\s+(?:continue|keep)\s+reading"
    r"|(?:like|follow|join|find)\s+us\s+on\s+\w+(?:\s+news)?(?:(?:,\s+(?:and\s+)?|\s+and\s+)\w+(?:\s+news)?){0,5}"
    r"|(?:подписывайтесь|подпишитесь)\s+на\s+(?:наш|нас|наши|канал)\b.{0,60}"
    r"|(?:suscríb[ae](?:te|se)|inscrivez-vous|abonnez-vous|iscriviti|assine|abonnieren\s+sie)\s"
    r"(?:a|à|alla|au|o|unseren)\s.{0,30}(?:newsletter|boletín|canal|canale|lettre\s+d['’]information).{0,20}",
    re.IGNORECASE,
)
_INVITATION_LENGTH = 120


def read_more_title(text: str) -> str | None:
    """Headline behind ``READ MORE:``, possibly empty; None where the line is an ordinary one."""
    head = text[:_LABEL_LENGTH]
    if not (":" in head or "|" in head or "：" in head):
        return None
    match = _READ_MORE.fullmatch(text)
    return match["title"].strip() if match else None


def is_noise(text: str, name: str) -> bool:
    """True for a line that stands around articles, never in them: boilerplate, calls, alternative texts of images."""
    if text in _BOILERPLATE or (name and text.endswith(name) and re.search(rf"\s[-–—]\s*{re.escape(name)}$", text)):
        return True
    if len(text) > _INVITATION_LENGTH:
        return False
    line = text.rstrip(" .!:…»›>→").casefold()
    if line in _CALLS or _INVITATION.fullmatch(line):
        return True
    return len(text) <= _LABEL_LENGTH and _LABEL_ALONE.fullmatch(text) is not None


def without_suffix(text: str, name: str) -> str:
    """The text without the site's name as pages append it to titles, captions and authors, with what is behind it.

    `` - Sputnik International``, ``, 04.12.2023, Sputnik International``, ``. Sputnik International, 1920``.
    """
    if not name or name not in text:
        return text
    behind = rf"{re.escape(name)}(?:,[\s\d.,]*)?$"
    suffix = re.compile(rf"(?:{_MARK}\d\d\.\d\d\.\d{{4}})?{_MARK}{behind}")
    end = len(text)
    while found := suffix.search(text, max(end - len(name) - _SUFFIX_LENGTH, 0), end):
        end = found.start()
    return text[:end].strip() if end < len(text) else text
