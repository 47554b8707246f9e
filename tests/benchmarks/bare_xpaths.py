"""The peer of the site rules: precompiled XPaths over one lxml parse, as a spider of few lines would have them.

It reads the same fields, knows no other layers and believes whatever it finds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from lxml import etree, html


@dataclass(frozen=True, slots=True)
class BarePage:
    """Compiled XPaths by field: `texts` gives one text for each element, `values` attributes, `json_ld` scripts."""

    texts: Mapping[str, etree.XPath]
    values: Mapping[str, etree.XPath]

    def read(self, page: str) -> dict[str, Any]:
        """All fields of a page."""
        root = html.document_fromstring(page)
        found: dict[str, Any] = {
            name: [" ".join(node.text_content().split()) for node in xpath(root)] for name, xpath in self.texts.items()
        }
        found |= {name: [str(value).strip() for value in xpath(root)] for name, xpath in self.values.items()}
        found["json_ld"] = [orjson.loads(script.text or "null") for script in _JSON_LD(root)]
        return found


def _compiled(**paths: str) -> dict[str, etree.XPath]:
    return {name: etree.XPath(path) for name, path in paths.items()}


def _of_class(name: str) -> str:
    """The cheapest test there is; it takes other classes that hold the word as well."""
    return f"contains(@class, '{name}')"


_JSON_LD = etree.XPath("//script[@type='application/ld+json']")

_HEAD = _compiled(
    canonical="//link[@rel='canonical']/@href",
    language="/html/@lang",
    og_title="//meta[@property='og:title']/@content",
    robots="//meta[@name='robots']/@content",
    keywords="//meta[@name='keywords']/@content",
)

CURRENT = BarePage(
    texts=_compiled(
        title=f"//h1[{_of_class('article__title')}]",
        lead=f"//div[{_of_class('article__announce-text')}]",
        modified_shown=f"//span[{_of_class('article__info-date-modified')}]",
        authors="//*[@itemprop='author']",
        section=f"//div[{_of_class('article__supertag-header-title')}]",
        tags=f"//li[{_of_class('tag')}]//*[{_of_class('tag__text')}]",
        paragraphs=f"//div[{_of_class('article__body')}]//*[{_of_class('article__text')} or "
        f"{_of_class('article__quote-text')} or self::h2 or self::li]",
        captions=f"//div[{_of_class('article__header')}]//div[{_of_class('media__description')}]",
        credits=f"//div[{_of_class('article__header')}]//div[{_of_class('m-copyright')}]",
        related=f"//div[{_of_class('article__body')}]//a[{_of_class('article__article-title')}]",
    ),
    values=_HEAD
    | _compiled(
        published=f"//div[{_of_class('article__info-date')}]//@data-unixtime",
        published_machine="//meta[@property='article:published_time']/@content",
        images=f"//div[{_of_class('article__header')}]//img/@src",
        related_urls=f"//div[{_of_class('article__body')}]//a[{_of_class('article__article-title')}]/@href",
    ),
)
"""Of the current generation."""

FIRST = BarePage(
    texts=_compiled(
        title=f"//div[{_of_class('b-article__header')}]//h1",
        lead=f"//div[{_of_class('b-article__lead')}]",
        authors=f"//div[{_of_class('b-article__refs-author')}]//a[@rel='author']",
        section=f"//a[{_of_class('b-article__refs-rubric')}]",
        tags=f"//div[{_of_class('b-article__refs-tags')}]//a",
        paragraphs=f"//div[{_of_class('b-article__text')}]/*[self::p or self::blockquote or self::h2 or self::ul]",
        credits=f"//div[{_of_class('b-article__header-copy')}]",
        related=f"//div[{_of_class('b-article__text')}]//div[{_of_class('b-inject__content')}]//a",
    ),
    values=_HEAD
    | _compiled(
        published="//meta[@name='analytics:p_ts']/@content",
        published_machine="//meta[@itemprop='datePublished']/@content",
        modified="//meta[@itemprop='dateModified']/@content",
        images=f"//div[{_of_class('b-article__header')}]//img/@src",
        captions=f"//div[{_of_class('b-article__header')}]//img/@alt",
        related_urls=f"//div[{_of_class('b-article__text')}]//div[{_of_class('b-inject__content')}]//a/@href",
    ),
)
"""Of the first generation."""
