"""Set phrases of news pages are told from text: datelines, credits, links to read more, calls to subscribe."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.articles.credits import credit_of, split_credit
from crawler.articles.datelines import split_dateline
from crawler.articles.phrases import is_noise, read_more_title, without_suffix
from crawler.articles.tags import MAX_LENGTH, MAX_TAGS, split_tags
from crawler.items import Dateline


@pytest.mark.parametrize(
    ("head", "place", "agency"),
    [
        ("WASHINGTON (Sputnik) - ", "WASHINGTON", "Sputnik"),
        ("MOSCOW/KIEV (Sputnik) — ", "MOSCOW/KIEV", "Sputnik"),
        ("NEW DELHI, April 3 (Sputnik) – ", "NEW DELHI", "Sputnik"),
        ("DA NANG (Sputnik International) -- ", "DA NANG", "Sputnik International"),
        ("MOSCOW, (Sputnik) – ", "MOSCOW", "Sputnik"),
        ("LONDON, March 3 (Reuters) - ", "LONDON", "Reuters"),
        ("LONDON, 3 March 2024 (Reuters) - ", "LONDON", "Reuters"),
        ("PARIS (AP) — ", "PARIS", "AP"),
        ("KYIV, Ukraine (AP) — ", "KYIV, Ukraine", "AP"),
        ("BEIJING, May 31 (Xinhua) -- ", "BEIJING", "Xinhua"),
        ("GAZA (Local Wire) - ", "GAZA", "Local Wire"),
        ("Berlin (dpa) - ", "Berlin", "dpa"),
        ("Rio de Janeiro (AFP) – ", "Rio de Janeiro", "AFP"),
        ("Madrid, 3 mar (EFE).- ", "Madrid", "EFE"),
        ("PARIS, 3 mars 2024 (Reuters) - ", "PARIS", "Reuters"),
        ("(ANSA) - ROMA, 03 MAR - ", "ROMA", "ANSA"),
        ("МОСКВА, 31 мая — РИА Новости. ", "МОСКВА", "РИА Новости"),
        ("МОСКВА, 31 мая - РИА Новости. ", "МОСКВА", "РИА Новости"),
        ("МИНСК, 31 мая — Sputnik. ", "МИНСК", "Sputnik"),
        ("МОСКВА, 31 мая. /ТАСС/. ", "МОСКВА", "ТАСС"),
        ("MOSCOW, May 31. /TASS/. ", "MOSCOW", "TASS"),
        ("موسكو – سبوتنيك. ", "موسكو", "سبوتنيك"),
        ("موسكو (سبوتنيك) - ", "موسكو", "سبوتنيك"),
        ("WASHINGTON — ", "WASHINGTON", None),
        ("WASHINGTON, D.C. — ", "WASHINGTON, D.C.", None),
        ("ATLANTA, Ga. — ", "ATLANTA, Ga.", None),
        ("SAN FRANCISCO - ", "SAN FRANCISCO", None),
    ],
)
def test_a_dateline_is_split_off_in_each_form_of_the_agencies(head: str, place: str, agency: str | None) -> None:
    for rest in ("The talks go on.", "Переговоры (и не только) — впереди."):
        assert split_dateline(head + rest) == (Dateline(place, agency), rest)


@pytest.mark.parametrize("line", ["WASHINGTON (Sputnik) -", "МОСКВА, 31 мая — РИА Новости."])
def test_a_dateline_may_stand_alone(line: str) -> None:
    dateline, rest = split_dateline(line)
    assert dateline is not None
    assert rest == ""


@pytest.mark.parametrize(
    "paragraph",
    [
        "The company (Gazprom) - the largest - said",
        "NATO (the alliance) - which was founded in 1949",
        "IAEA (International Atomic Energy Agency) - The agency was founded in 1957",
        "JOHN SMITH (Conservative) - the member for Dover - said",
        "Minister of Defence (Reuters) - said on Monday",
        "No dateline here.",
        "NATO — The alliance was founded in 1949",
        "UPDATE — The alliance was founded in 1949",
        "BREAKING NEWS — The talks are over",
        "OPEC — the cartel — met",
        "WASHINGTON — the capital — was quiet",
        "The talks — Russia and Ukraine — go on",
        "A — The first of three",
        "Los Angeles - The city",
        "US-led forces — The coalition",
        "In Moscow – Sputnik. The agency",
        "Президент сообщил — РИА Новости. Об этом",
        "Он работал в Москве - ТАСС. Нет",
        "الشركة (غازبروم) - الأكبر - قالت",
        "COVID-19 — The virus",
        "(ANSA) is an agency - ROMA",
        "MOSCOW said it (Sputnik) agreed",
        "",
        "-",
    ],
)
def test_what_merely_looks_like_a_dateline_is_text(paragraph: str) -> None:
    assert split_dateline(paragraph) == (None, paragraph)


@given(text=st.text(st.sampled_from("ABab (),.-—/ ТАСС(AP)"), max_size=80))
def test_a_dateline_never_eats_text_behind_it(text: str) -> None:
    _, rest = split_dateline(text)
    assert text.endswith(rest)


@pytest.mark.parametrize(
    ("line", "caption", "credit"),
    [
        ("© AP Photo / Jane Doe", "", "AP Photo / Jane Doe"),
        ("© AFP 2023 / JANE DOE", "", "AFP 2023 / JANE DOE"),
        ("© REUTERS / POOL", "", "REUTERS / POOL"),
        ("© РИА Новости / Иван Иванов", "", "РИА Новости / Иван Иванов"),
        ("Photo: Jane Doe", "", "Jane Doe"),
        ("Photo by Jane Doe", "", "Jane Doe"),
        ("Photo credit: © Jane Doe", "", "Jane Doe"),
        ("A ship at sea (AP Photo/Jane Doe)", "A ship at sea", "AP Photo/Jane Doe"),
        ("A ship. (AP Photo/Jane Doe, File)", "A ship.", "AP Photo/Jane Doe, File"),
        ("A ship. (Photo by Jane Doe/AFP via Getty Images)", "A ship.", "Jane Doe/AFP via Getty Images"),
        ("A ship at sea [Jane Doe/Reuters]", "A ship at sea", "Jane Doe/Reuters"),
        ("A ship at sea. Photo: Jane Doe/Reuters", "A ship at sea.", "Jane Doe/Reuters"),
        ("A ship at sea. Credit: Jane Doe", "A ship at sea.", "Jane Doe"),
        ("A ship at sea | Photo: Jane Doe", "A ship at sea", "Jane Doe"),
        ("A ship at sea. Jane Doe/Getty Images", "A ship at sea.", "Jane Doe/Getty Images"),
        ("A ship at sea. Jane Doe via Reuters", "A ship at sea.", "Jane Doe via Reuters"),
        ("A ship at sea. REUTERS/Jane Doe", "A ship at sea.", "REUTERS/Jane Doe"),
        ("A ship at sea. Getty Images", "A ship at sea.", "Getty Images"),
        ("A ship at sea © Jane Doe", "A ship at sea", "Jane Doe"),
        ("Корабль в море. Фото: Иван Иванов", "Корабль в море.", "Иван Иванов"),
        ("Un barco. Foto: EFE", "Un barco.", "EFE"),
    ],
)
def test_credit_and_caption_are_separated(line: str, caption: str, credit: str) -> None:
    assert split_credit(line, "") == (credit, caption)


@pytest.mark.parametrize(
    "caption",
    [
        "A ship at sea (left) and a boat (right)",
        "The Reuters building (1998)",
        "The minister speaks to Reuters.",
        "He spoke to the press. The AP was there",
        "A photo: the ship at sea",
        "He met journalists (Reuters and AFP were there)",
        "The chart shows credit: it grew fast",
        "President Biden (D)",
        "Image of the day",
        "Foto de familia",
        "A photo (2019): the ship. It rained.",
    ],
)
def test_a_caption_without_a_credit_stays_whole(caption: str) -> None:
    assert split_credit(caption, "") == (None, caption)


def test_the_alternative_text_of_an_image_tells_where_its_caption_begins() -> None:
    assert split_credit("© REUTERS / POOL A ship at sea", "A ship at sea") == ("REUTERS / POOL", "A ship at sea")
    assert split_credit("A ship at sea © REUTERS / POOL", "A ship at sea") == ("REUTERS / POOL", "A ship at sea")


def test_a_credit_without_words_is_none() -> None:
    assert credit_of("©") is None
    assert credit_of(" Photo: ") is None
    assert credit_of("Jane Doe") == "Jane Doe"


@pytest.mark.parametrize(
    "label",
    [
        "READ MORE", "Read more", "READ ALSO", "Also read", "SEE ALSO", "RELATED", "Related article", "Don't miss",
        "Читайте также", "Читать далее", "ЧИТАЙТЕ ЕЩЁ", "По теме", "Lea también", "LEE TAMBIÉN", "Te puede interesar",
        "Lire aussi", "À lire aussi", "Voir aussi", "اقرأ أيضا", "اقرأ أيضاً", "إقرأ المزيد", "Ayrıca okuyun",
        "İLGİNİZİ ÇEKEBİLİR", "Leggi anche", "Per approfondire", "Lesen Sie auch", "Mehr zum Thema", "Leia também",
        "Saiba mais",
    ],
)  # fmt: skip
def test_a_link_to_read_more_is_told_by_its_label(label: str) -> None:
    assert read_more_title(f"{label}: A Title") == "A Title"
    assert read_more_title(f"{label} :A Title: More") == "A Title: More"
    assert read_more_title(f"{label} | A Title") == "A Title"
    assert read_more_title(f"{label}:") == ""
    assert is_noise(label, "")


@pytest.mark.parametrize(
    "text",
    [
        "Officials want to read more: books, letters.",
        "More than ten: that was the answer.",
        "Related parties: the firm said nothing",
        "Recommended: eight hours of sleep",
        "Reading more: it helps",
        "He asked who would see: also nobody.",
        "Share prices: they fell",
        "",
    ],
)
def test_text_is_no_link_to_read_more(text: str) -> None:
    assert read_more_title(text) is None


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe", "Subscribe now!", "Advertisement", "ADVERTISEMENT", "Share this article", "Реклама", "Поделиться",
        "Sign up for our daily newsletter", "Click here to subscribe to our newsletter.", "Publicidad", "Abone ol",
        "Follow us on Twitter, Facebook and Telegram.", "Подписывайтесь на наш канал в Telegram", "Partager", "إعلان",
        "A ship at sea - Some Site",
    ],
)  # fmt: skip
def test_lines_around_an_article_are_no_part_of_it(line: str) -> None:
    assert is_noise(line, "Some Site")


@pytest.mark.parametrize(
    "line",
    [
        "Shares fell.",
        "Share the news, the minister said.",
        "Subscribe to a theory, and it will haunt you.",
        "He urged readers to subscribe.",
        "Follow us on the way to school",
        "The advertisement ran for years.",
        "Реклама в интернете подорожала.",
        "Comments by the minister follow.",
        "Yes.",
    ],
)
def test_sentences_are_no_noise(line: str) -> None:
    assert not is_noise(line, "Some Site")


@pytest.mark.parametrize("name", ["Sputnik International", "РИА Новости"])
def test_suffixes_are_cut_only_at_the_end(name: str) -> None:
    assert without_suffix(f"Talks - {name}", name) == "Talks"
    assert without_suffix(f"Talks - {name}, 1920", name) == "Talks"
    assert without_suffix(f"Talks - {name}, 1920, 02.05.2026", name) == "Talks"
    assert without_suffix(f"Talks, 02.05.2026, {name}", name) == "Talks"
    assert without_suffix(f"Talks - 02.05.2026, {name}", name) == "Talks"
    assert without_suffix(f"Talks - {name} - {name}", name) == "Talks"
    assert without_suffix(f"{name} Turns Ten", name) == f"{name} Turns Ten"
    assert without_suffix(f"The editor, {name}, said so", name) == f"The editor, {name}, said so"


@pytest.mark.parametrize(
    ("texts", "tags"),
    [
        (["a, b; c"], ("a", "b", "c")),
        (["#war #peace"], ("war", "peace")),
        (["Washington, D.C."], ("Washington, D.C.",)),
        (["World", "world", "WORLD", "Russia"], ("World", "Russia")),
        (["C#", "#", " , ", ""], ("C#", "#")),
        (["x" * (MAX_LENGTH + 1), "y"], ("y",)),
        (["мир، حرب"], ("мир", "حرب")),
    ],
)
def test_tags_are_split_and_stand_once(texts: list[str], tags: tuple[str, ...]) -> None:
    assert split_tags(texts) == tags


@given(texts=st.lists(st.text(st.sampled_from("ab#,;| "), max_size=20), max_size=10))
def test_split_tags_are_not_split_again(texts: list[str]) -> None:
    once = split_tags(texts)
    assert split_tags(once) == once


def test_tags_are_bounded() -> None:
    assert len(split_tags(str(number) for number in range(1000))) == MAX_TAGS


@pytest.mark.parametrize(
    "piece", ["© ", "Photo: ", "(AP) ", "a/", "WASHINGTON, ", "read more ", "- S, 1920 ", "follow us on a", ". A/"]
)
@pytest.mark.parametrize(
    "reads",
    [
        lambda text: split_credit(text, ""),
        credit_of,
        split_dateline,
        read_more_title,
        lambda text: is_noise(text, "S"),
        lambda text: without_suffix(text, "S"),
        lambda text: split_tags([text]),
    ],
)
def test_a_line_without_end_takes_time_in_proportion(reads: Callable[[str], object], piece: str) -> None:
    begun = time.process_time()
    reads(piece * 10_000)
    reads(piece * 10_000 + "!")
    assert time.process_time() - begun < 2


def test_brackets_around_a_whole_credit_are_no_part_of_it() -> None:
    assert credit_of("(Noor Haddad/for The Paper)") == "Noor Haddad/for The Paper"
    assert credit_of("(Photo: Noor Haddad)") == "Noor Haddad"
    assert credit_of("AP Photo (File)") == "AP Photo (File)"


@pytest.mark.parametrize(
    "line",
    [
        "This article is for subscribers only",
        "Already a subscriber? Log in to read the full article",
        "Sign up for our newsletter to get the best of the Paper in your inbox every morning.",
    ],
)
def test_what_a_paywall_says_is_no_text(line: str) -> None:
    assert is_noise(line, "")
