"""Texts that were decoded wrongly before they reached us are repaired; good texts never change."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.articles.clean import MOJIBAKE_REPAIRED, clean, clean_text
from crawler.articles.mojibake import unscrambled
from crawler.items import Article, Block, Image
from tests.test_clean import ARTICLE

GOOD = (
    "SÃO PAULO – A Câmara disse “não” à proposta: «IRMÃ” e MAÇÃ» custam £5, ou 5 °C.",
    "NÃO, A AVIÃO” da TAM – À noite… CORAÇÃO’S",
    "Le CAFÉ» est fermé – l’été, à « Genève », coûte 20 € ; ÂGÉ’s, ÎLE… Œuvre™",
    "Thủ tướng đến Đà Nẵng: “Ðây là một ngày đẹp” – ở Huế, cà phê Ðà Lạt, LÂM ĐỒNG»",
    "Die Straße „KÖRÖS“ in Österreich – ÄÖÜ“ und ÄRGER’s »GRÜSSE«",
    "El AÑO’s más frío: «NIÑOS Y NIÑAS», ¿qué? – ¡Ñandú! Nº 5, 3ª y 4º…",
    "Türkiye’nin BAŞKANI “İstanbul” dedi – ÇOCUK’lar, ÖĞRENCİ…",
    "Príliš žluťoučký kůň – ŠKODA™ ČR® „Î“ Ď’s",
    "ОРГАНИЗАЦИЯ «РОССИЯ» – США’s № 5, в “РФ”; С° и Р°",
    "Ελλάδα «ΑΘΗΝΑ» – “Η ΧΩΡΑ’S”",
    "قال الوزير: «نعم» – “لا”",
    "中国“说”——日本「語」、한국어 ‘말’",
    "ŽALGIRIS» ÅLAND’s “Ø” Æ– ÐÞ ïslenska – naïve Zoë’s “façade”",
    "L'”Â” est une lettre; Ã… aussi.",
)
WORDS = sorted({word for text in GOOD for word in text.split()})


@pytest.mark.parametrize(
    ("scrambled", "meant"),
    [
        ("cafÃ©", "café"),
        ("itâ€™s", "it’s"),
        ("he said â€œnoâ€\x9d", "he said “no”"),
        ("le maÃ®tre d'Ã©cole", "le maître d'école"),
        ("DÃ¼sseldorf und KÃ¶ln", "Düsseldorf und Köln"),
        ("Ã–sterreich", "Österreich"),
        ("el paÃ\xads", "el país"),
        ("cafÃƒÂ©", "café"),
        ("РџСЂРёРІРµС‚, мир", "Привет, мир"),
        ("Ñ‡Ñ‚Ð¾ Ñ\x81ÐºÐ°Ð·Ð°Ð»", "что сказал"),
        ("Ø§Ù„Ø¹Ø±Ø¨", "العرب"),
        ("ä¸\xadå›½", "中国"),
        ("ðŸ˜€", "😀"),
        ("Â£5 and 20Â°C", "£5 and 20°C"),
    ],
)
def test_a_scrambled_text_is_read_as_it_was_meant(scrambled: str, meant: str) -> None:
    assert clean_text(scrambled) == meant


@pytest.mark.parametrize("text", GOOD)
def test_a_good_text_never_changes(text: str) -> None:
    assert unscrambled(text) == text


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
def test_no_mixture_of_good_words_changes(words: list[str]) -> None:
    text = " ".join(words)
    assert unscrambled(text) == text


@settings(deadline=None)  # the first repair imports ftfy
@given(words=st.lists(st.sampled_from(WORDS), min_size=5, max_size=30))
def test_what_is_repaired_is_not_repaired_again(words: list[str]) -> None:
    once = clean_text(" ".join(words).encode().decode("cp1252", "ignore"))
    assert clean_text(once) == once


@pytest.mark.parametrize(
    "article",
    [
        replace(ARTICLE, title="CafÃ©"),
        replace(ARTICLE, blocks=(Block("paragraph", "Good."), Block("quote", "cafÃ©"))),
        replace(ARTICLE, images=(Image(None, "Le cafÃ©", None),)),
        replace(ARTICLE, authors=("JosÃ© Doe",)),
    ],
)
def test_an_article_tells_that_a_text_was_repaired(article: Article) -> None:
    once = clean(article)
    assert once.flags == (MOJIBAKE_REPAIRED, "no_date")
    assert clean(once) == once


def test_an_article_of_good_texts_has_no_flag() -> None:
    assert clean(replace(ARTICLE, title=GOOD[0], authors=("José Doe",))).flags == ("no_date",)
