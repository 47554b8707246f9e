"""The language of an article: the page's own word, unless the text denies it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.articles import extract_article
from crawler.articles.language import language_of, tag_of
from crawler.items import Article

TEXTS = {
    "en": "The foreign ministers met on Monday and said that the talks would go on for some days, as none of them "
    "had expected a quick agreement. They will meet again in the capital at the end of the week.",
    "ru": "Министр иностранных дел заявил в понедельник, что переговоры продолжатся ещё несколько дней, так как "
    "никто не ожидал быстрого соглашения. По его словам, стороны обсудили вопросы безопасности и торговли.",
    "ar": "قال وزير الخارجية يوم الاثنين إن المحادثات ستستمر لعدة أيام أخرى لأن أحدا لم يتوقع اتفاقا سريعا وأضاف "
    "أن الجانبين ناقشا قضايا الأمن والتجارة في العاصمة مع ممثلي الأمم المتحدة",
    "es": "El ministro de Exteriores dijo el lunes que las conversaciones seguirán durante algunos días, porque "
    "nadie esperaba un acuerdo rápido. Según él, las partes hablaron de la seguridad y del comercio en la "
    "capital.",
    "fr": "Le ministre des Affaires étrangères a déclaré lundi que les pourparlers se poursuivraient pendant "
    "quelques jours, car personne ne s'attendait à un accord rapide. Selon lui, les parties ont parlé de la "
    "sécurité.",
    "it": "Il ministro degli Esteri ha detto lunedì che i colloqui andranno avanti per alcuni giorni, perché "
    "nessuno si aspettava un accordo rapido. Secondo lui, le parti hanno parlato della sicurezza e del "
    "commercio.",
    "tr": "Dışişleri Bakanı pazartesi günü yaptığı açıklamada görüşmelerin birkaç gün daha süreceğini, çünkü "
    "kimsenin hızlı bir anlaşma beklemediğini söyledi. Taraflar güvenlik ve ticaret konularını ele aldı.",
    "pt": "O ministro das Relações Exteriores disse na segunda-feira que as conversas continuarão por alguns dias, "
    "pois ninguém esperava um acordo rápido. Segundo ele, as partes falaram da segurança e do comércio.",
    "de": "Der Außenminister sagte am Montag, dass die Gespräche noch einige Tage weitergehen werden, weil niemand "
    "mit einer schnellen Einigung gerechnet hat. Die Seiten haben über Fragen der Sicherheit gesprochen.",
    "uk": "Міністр закордонних справ заявив у понеділок, що переговори триватимуть ще кілька днів, бо ніхто не "
    "очікував швидкої угоди. За його словами, сторони обговорили питання безпеки та торгівлі.",
    "fa": "وزیر خارجه روز دوشنبه گفت که گفتگوها برای چند روز دیگر ادامه خواهد داشت، زیرا هیچ کس انتظار یک توافق "
    "سریع را نداشت. به گفته او طرفین درباره مسائل امنیتی و تجاری در پایتخت گفتگو کردند",
    "ja": "外相は月曜日、協議はさらに数日続くと述べた。迅速な合意を予想していた者はいなかったためである。双方は安全保障"
    "と貿易の問題について首都で話し合い、週末に再び会談する予定だという。",
    "zh": "外交部长星期一表示，会谈将再持续几天，因为没有人预料会很快达成协议。他说，双方讨论了安全和贸易问题，并将于本"
    "周末在首都再次会晤，届时将有更多代表参加讨论。",
    "ko": "외무장관은 월요일 누구도 빠른 합의를 예상하지 않았기 때문에 회담이 며칠 더 계속될 것이라고 "
    "말했다. 그는 양측이 안보와 무역 문제를 논의했으며 이번 주말 수도에서 다시 만날 것이라고 "
    "덧붙였다. 다음 회담은 더 길 것이다.",
    "el": "Ο υπουργός Εξωτερικών δήλωσε τη Δευτέρα ότι οι συνομιλίες θα συνεχιστούν για λίγες ακόμη ημέρες, καθώς "
    "κανείς δεν περίμενε γρήγορη συμφωνία. Οι δύο πλευρές συζήτησαν θέματα ασφάλειας και εμπορίου.",
    "hi": "विदेश मंत्री ने सोमवार को कहा कि वार्ता कुछ और दिनों तक चलेगी क्योंकि किसी को भी जल्दी समझौते की उम्मीद "
    "नहीं थी और दोनों पक्षों ने राजधानी में सुरक्षा के मुद्दों पर बात की है",
}
EDITIONS = {
    "en": "https://sputnikglobe.com",
    "ar": "https://arabic.sputniknews.com",
    "es": "https://mundo.sputniknews.com",
    "fr": "https://fr.sputniknews.com",
    "it": "https://it.sputniknews.com",
    "tr": "https://tr.sputniknews.com",
}


def article(text: str, html: str = "", head: str = "", base: str = "https://sputnikglobe.com") -> Article:
    page = (
        f"<html {html}><head>{head}</head><body><h1 class='article__title'>T</h1>"
        f"<div class='article__body'><p>{text}</p></div></body></html>"
    )
    return extract_article(page, f"{base}/20260502/x-1121000003.html")


@pytest.mark.parametrize("code", TEXTS)
def test_a_text_shows_its_language_to_those_who_know_nothing(code: str) -> None:
    assert language_of(TEXTS[code])[0] == code


@pytest.mark.parametrize("code", TEXTS)
def test_a_page_that_names_its_language_truly_is_believed(code: str) -> None:
    found = article(TEXTS[code], html=f'lang="{code}"')
    assert (found.language, found.provenance["language"], found.flags) == (code, "html:lang", ("no_date",))


@pytest.mark.parametrize(
    ("code", "told"),
    [(code, told) for code in TEXTS for told in ("en", "ru", "es", "tr", "zh") if code not in (told, "en")],
)
def test_a_text_that_denies_what_its_page_says_wins_and_is_flagged(code: str, told: str) -> None:
    found = article(TEXTS[code], html=f'lang="{told}"')
    assert found.language == code
    assert "language_mismatch" in found.flags
    assert found.provenance["language"].startswith("text:")


@pytest.mark.parametrize("code", EDITIONS)
def test_an_edition_of_the_site_has_its_language_without_a_word_on_the_page(code: str) -> None:
    found = article(TEXTS[code], base=EDITIONS[code])
    assert (found.language, found.provenance["language"]) == (code, "site")
    assert "language_mismatch" not in found.flags


@pytest.mark.parametrize(
    ("head", "source"),
    [
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","inLanguage":"fr-FR"}</script>',
            "json-ld:inLanguage",
        ),
        ('<meta property="og:locale" content="fr_FR">', "meta:og:locale"),
        ('<meta http-equiv="Content-Language" content="fr">', "meta:content-language"),
    ],
)
def test_of_the_words_of_a_page_the_first_that_its_text_agrees_with_counts(head: str, source: str) -> None:
    found = article(TEXTS["fr"], html='lang="en"', head=head)
    assert found.language is not None
    assert found.language.startswith("fr")
    assert found.provenance["language"] == source
    assert "language_mismatch" not in found.flags


def test_a_short_text_is_never_judged() -> None:
    short = " ".join(TEXTS["ru"].split()[:19])
    assert language_of(short) == ("", "")
    assert article(short, html='lang="en"').language == "en"


@pytest.mark.parametrize(
    ("text", "told"), [("nb", "no"), ("no", "da"), ("sr", "hr"), ("pt-BR", "pt"), ("zh-TW", "zh"), ("id", "ms")]
)
def test_a_page_is_not_wrong_about_languages_that_are_alike(text: str, told: str) -> None:
    norwegian = (
        "Utenriksministeren sa på mandag at samtalene vil fortsette i noen dager til, og at det ikke er ventet en "
    )
    texts = {
        "nb": norwegian + "rask avtale. Partene har snakket om sikkerhet og handel i hovedstaden.",
        "no": norwegian + "rask avtale. Partene har snakket om sikkerhet og handel i hovedstaden.",
        "sr": "Ministar je u ponedeljak rekao da će se razgovori nastaviti još nekoliko dana, jer niko nije očekivao "
        "brz dogovor. Strane su razgovarale o bezbednosti i o trgovini u glavnom gradu.",
        "pt-BR": TEXTS["pt"],
        "zh-TW": TEXTS["zh"],
        "id": "Menteri luar negeri mengatakan pada hari Senin bahwa pembicaraan akan berlanjut selama beberapa hari "
        "lagi karena tidak ada yang mengharapkan kesepakatan cepat di ibu kota.",
    }
    found = article(texts[text], html=f'lang="{told}"')
    assert (found.language, "language_mismatch" in found.flags) == (told, False)


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("en_US", "en-US"),
        ("EN", "en"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("ca-ES-valencia", "ca-ES"),
        (" fr ", "fr"),
        ("x-default", ""),
        ("und", ""),
        ("English", ""),
        ("", ""),
        ("en; DROP", ""),
    ],
)
def test_a_language_is_written_as_bcp_47_has_it(written: str, tag: str) -> None:
    assert tag_of(written) == tag


def test_the_language_of_names_and_numbers_is_what_the_page_says() -> None:
    table = " ".join(f"Smith {number} Jones {number + 1}" for number in range(40))
    assert article(table, html='lang="en"').language == "en"


@settings(deadline=None)  # the detector is read once
@given(text=st.text(max_size=300), told=st.lists(st.sampled_from(["en", "ru", "ar", "xx", "sr"]), max_size=3))
def test_any_text_gives_the_same_answer_always(text: str, told: list[str]) -> None:
    assert language_of(text, told) == language_of(text, told)
