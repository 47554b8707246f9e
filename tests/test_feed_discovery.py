"""A feed gives its own articles, whatever else its entries carry, and says so when it is cut."""

import gzip
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.feed import moment, read_feed
from crawler.discovery.reading import SourceReading
from crawler.errors import NotAnArticleError
from crawler.sites.sputnik import SPUTNIK_INTERNATIONAL as SITE

BASE = "https://sputnikglobe.com"
FEED = f"{BASE}/export/rss2/archive/index.xml"
SAMPLE = f"""<?xml version="1.0" encoding="utf-8"?>
<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" version="2.0"><channel>
<title>Sputnik International</title><link>{BASE}/</link>
<atom:link href="{FEED}" rel="self" type="application/rss+xml"/>
<image><url>{BASE}/i/logo.png</url><title>Sputnik</title><link>{BASE}/</link></image>
<item><title>Talks &amp; Terms: What&#8217;s Next</title><link>{BASE}/20260502/talks-1121000001.html?rss=1</link>
<guid isPermaLink="true">{BASE}/20260502/talks-1121000001.html</guid><pubDate>Sat, 02 May 2026 12:20:00 +0300</pubDate>
<category>World</category><category>diplomacy</category>
<enclosure url="https://cdn1.img.sputnikglobe.com/1.jpg" length="0" type="image/jpeg"/>
<media:content url="https://cdn1.img.sputnikglobe.com/1.jpg"><media:title>A photograph</media:title></media:content>
<atom:link rel="related" href="{BASE}/20260501/older-1121000009.html"/></item>
<item><title><![CDATA[Prices <b>Rise</b> & Fall]]></title><link>{BASE}/economy/202005021079170000-prices/</link>
<pubDate>Sat, 02 May 2020 09:00:00 GMT</pubDate><category>prices</category><category>Economy</category></item>
<item><title>Podcast</title><link>{BASE}/podcasts/</link></item>
</channel></rss>
"""


def read(data: str | bytes) -> SourceReading:
    return read_feed(data.encode() if isinstance(data, str) else data, FEED, SITE, None)


def one(fields: str, namespaces: str = "") -> SourceReading:
    return read(f'<rss version="2.0" {namespaces}><channel><item>{fields}</item></channel></rss>')


def link(number: int = 1) -> str:
    return f"{BASE}/20260502/story-{1121000000 + number}.html"


def test_a_feed_as_publishers_write_it_is_read_whole() -> None:
    reading = read(SAMPLE)
    first, second = reading.links
    assert (first.url, first.title) == (f"{BASE}/20260502/talks-1121000001.html", "Talks & Terms: What’s Next")
    assert (first.section, first.published_at) == ("World", datetime(2026, 5, 2, 9, 20, tzinfo=UTC))
    assert (second.article_id, second.section) == ("sputnik-international:1079170000", "Economy")
    assert second.title == "Prices <b>Rise</b> & Fall"
    assert (reading.skipped, reading.note) == (1, None)


def test_title_and_link_of_media_are_not_those_of_the_article() -> None:
    media = '<m:group><m:title>Photo</m:title><m:link>x</m:link></m:group><m:title>Photo</m:title><a:link href="/"/>'
    (found,) = one(f"<title>Story</title><link>{link()}</link>{media}", 'xmlns:m="urn:m" xmlns:a="urn:a"').links
    assert (found.url, found.title) == (link(), "Story")


def test_of_an_atom_entry_the_alternate_link_is_the_article() -> None:
    links = f'<link rel="self" href="{link(2)}"/><link rel="alternate" href="{link()}?a=1&amp;b=2"/>'
    links += '<link rel="enclosure" href="https://cdn.example/a.mp3"/>'
    title = '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>bold</b> story</div></title>'
    more = '<published>2026-05-02T09:20:00z</published><updated>2026-05-03T00:00:00Z</updated><category term="World"/>'
    entry = f"<entry>{links}{title}{more}<source><title>Other feed</title></source></entry>"
    (found,) = read(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>').links
    assert (found.url, found.title, found.section) == (link(), "A bold story", "World")
    assert found.published_at == datetime(2026, 5, 2, 9, 20, tzinfo=UTC)


def test_where_the_link_counts_clicks_elsewhere_the_guid_is_the_article() -> None:
    (found,) = one(f"<link>https://clicks.example/1</link><guid>{link()}</guid>").links
    assert found.url == link()


def test_an_undeclared_entity_loses_itself_and_not_the_rest_of_the_title() -> None:
    (found,) = one(f"<title>One&nbsp;and &mdash; two</title><link>{link()}</link>").links
    assert found.title == "Oneand two"


@pytest.mark.parametrize("end", ["</item>", "</link>", "</title>", "<item>", "story-11210"])
def test_a_feed_that_is_cut_says_so_even_where_the_cut_is_clean(end: str) -> None:
    whole = "<rss><channel>" + "".join(
        f"<item><title>{n}</title><link>{link(n)}</link></item>" for n in range(1000, 1050)
    )
    reading = read(whole[: whole.index(end, 2000) + len(end)])
    assert 0 < len(reading.links) < 50
    assert "cut" in (reading.note or "")


def test_xml_that_breaks_in_the_middle_is_told_from_a_whole_feed() -> None:
    item = "<item><title>{}</title><link>{}</link></item>"
    reading = read(f"<rss>{item.format(1, link(1))}{item.format('1 < 2', link(2))}{item.format(3, link(3))}</rss>")
    assert reading.links[0].url == link(1)
    assert "broken" in (reading.note or "")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("Sat, 02 May 2026 09:20:00 GMT", 9),
        ("Sat, 02 May 2026 09:20:00 EST", 14),
        ("02 May 26 09:20 -0000", 9),
        ("2026-05-02T09:20:00.123456789+03:00", 6),
        ("2026-05-02t09:20:00z", 9),
    ],
)
def test_a_time_is_read_in_the_zone_that_it_names(text: str, hour: int) -> None:
    found = moment(text)
    assert found is not None
    assert found.replace(second=0, microsecond=0) == datetime(2026, 5, 2, hour, 20, tzinfo=UTC)


@pytest.mark.parametrize("text", ["Sat, 02 May 2026 09:20:00", "Sat, 02 May 2026 09:20:00 MSK", "2026-05-02T09:20:00"])
def test_t08_a_time_without_a_known_zone_is_no_time(text: str) -> None:
    assert moment(text) is None


ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    "head",
    [
        ENTITIES,
        "\n\n<?xml version='1.0'?>\n<!-- hello -->" + ENTITIES,
        ENTITIES.replace("ENTITY", "EN\0TITY"),
        "<!--" + "x" * 200_000 + "-->" + ENTITIES,
        "<?xml version='1.0' encoding='utf-7'?>" + ENTITIES,
    ],
    ids=["plain", "behind a comment", "with NUL", "behind a long comment", "in another encoding"],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_t01_declared_entities_are_refused_however_they_are_hidden(head: str, codec: str) -> None:
    body = f'<rss><item><link href="&b;">&c;</link><guid>{link()}</guid></item></rss>'
    with pytest.raises(NotAnArticleError, match=r"not XML|entities"):
        read((head + body).encode(codec))


def test_a_document_type_that_declares_nothing_is_passed_over() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/publish/rss-0.91.dtd">'
    assert len(read(f"{doctype}<rss><item><link>{link()}</link></item></rss>").links) == 1


@pytest.mark.parametrize(
    ("declared", "codec"), [("windows-1251", "cp1251"), ("utf-16", "utf-16"), ("utf-16", "utf-8"), ("bogus", "utf-8")]
)
def test_the_encoding_is_what_the_bytes_say_then_what_is_declared_then_utf8(declared: str, codec: str) -> None:
    data = f'<?xml version="1.0" encoding="{declared}"?><rss><item><title>Мир</title><link>{link()}</link></item></rss>'
    (found,) = read(data.encode(codec)).links
    assert found.title == "Мир"


def test_bytes_of_another_encoding_spoil_a_letter_and_nothing_else() -> None:
    (found,) = read(f"<rss><item><title>Caf\xe9 Z</title><link>{link()}</link></item></rss>".encode("latin-1")).links
    assert found.title == "Caf\ufffd Z"


@given(cut=st.integers(0, len(SAMPLE)), noise=st.binary(max_size=20), pack=st.booleans())
def test_a_feed_cut_anywhere_and_followed_by_anything_gives_only_its_articles(
    cut: int, noise: bytes, pack: bool
) -> None:
    data = SAMPLE.encode()[:cut] + noise
    with suppress(NotAnArticleError):
        reading = read(gzip.compress(data) if pack else data)
        assert {found.article_id[-10:] for found in reading.links} <= {"1121000001", "1079170000"}
        assert len(reading.links) == 2 or reading.note


@given(text=st.text(max_size=80))
def test_any_text_is_a_time_or_none(text: str) -> None:
    assert moment(text) is None or isinstance(moment(text), datetime)
