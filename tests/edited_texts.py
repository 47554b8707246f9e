"""One story as many desks print it, and other stories of the same day. Written for this project; nothing in it is true."""

from collections.abc import Callable

STORY = """The council of the valley voted on Tuesday to keep the timber bridge at the old mill, which engineers had wanted to
replace with a span of steel. Nine of the fourteen members were in favour, four against, and one left the hall before the count.

The bridge was built in 1911 by carpenters from two villages who could not agree on a design, so that its eastern half has five
trusses and its western half six. “It leans a little toward whoever is looking at it,” warden Ilse Brandt told the council.

Repairs will cost 2.4 million crowns over three years. The larger part goes into new larch beams, which have to be felled in winter
and dried for eleven months before they carry anything. A third of the sum was given by readers of the local newspaper.

Opponents said that lorries of the dairy would have to go round by the pass for longer, forty minutes each way. “Milk does not wait
for carpenters,” said Pavel Novak, who drives one of them. The dairy has asked for a ferry in the meantime.

Work is to begin in May, when the river is low enough for scaffolding, and will stop every August while swallows nest under the deck.
The minister of transport said through a spokesman that the state would neither pay nor object."""

RUSSIAN = """Совет долины во вторник проголосовал за сохранение деревянного моста у старой мельницы, который инженеры хотели
заменить стальным. За решение высказались девять из четырнадцати членов совета, четверо были против, один покинул зал до подсчёта.

Мост построили в 1911 году плотники из двух деревень, которые не смогли договориться о проекте, поэтому в восточной половине пять
ферм, а в западной шесть. Ремонт обойдётся в два с половиной миллиона крон и продлится три года. Работы начнутся в мае, когда вода
спадёт, и будут прерываться каждый август, пока под настилом гнездятся ласточки."""

ARABIC = """صوت مجلس الوادي يوم الثلاثاء لصالح الإبقاء على الجسر الخشبي عند الطاحونة القديمة الذي أراد المهندسون استبداله بجسر من
الفولاذ. وأيد القرار تسعة من أعضاء المجلس الأربعة عشر وعارضه أربعة وغادر عضو واحد القاعة قبل فرز الأصوات.

وكان نجارون من قريتين قد بنوا الجسر عام 1911 ولم يتفقوا على تصميم واحد، فجاء نصفه الشرقي بخمسة جمالونات والغربي بستة. وستكلف
أعمال الإصلاح مليونين ونصف المليون كرونة على مدى ثلاث سنوات، ويبدأ العمل في مايو حين ينخفض منسوب النهر."""

CHINESE = """山谷议会星期二投票决定保留老磨坊旁的木桥，工程师们原本希望以钢桥取而代之。十四名议员中九人赞成，四人反对，一人在计票前离开会场。

这座桥由两个村庄的木匠于一九一一年建成，因为双方对设计意见不一，东半部有五个桁架，西半部有六个。维修费用为二百四十万克朗，工期三年。
工程将于五月河水低落时开始，每年八月燕子在桥面下筑巢时暂停。交通部长通过发言人表示，国家既不出资也不反对。"""

THE_SAME_DAY = (
    """The council of the valley on Tuesday put off its vote on the timber bridge at the old mill until the engineers have finished a
report on the ice of last winter. Members of three parties asked for the delay, because the figures that they had were two years old.
The warden of the bridge said she had waited thirty years and could wait a month more. The report is due before the end of April.""",
    """Engineers who examined the timber bridge at the old mill have advised the council of the valley to close it to lorries at once.
Two of the larch beams on the western side have split along the grain, and a third has been hollowed out by wasps. Cars and people on
foot may still cross. The dairy said its drivers had been told on Monday evening and were already going round by the pass.""",
    """A steel bridge that was to replace the timber one at the old mill will be offered to the harbour town instead, its maker said
after the valley's council had decided against it. The span lies finished in a yard by the lake. It is eleven metres too long for the
harbour, but could be cut. The maker has not been paid for it, and said it would rather not speak of that.""",
    """Swallows that nest under the timber bridge at the old mill came back on Tuesday, nine days earlier than last year, the warden of the
bridge told the council of the valley. She counted fourteen pairs. Under the concrete bridge downstream, which was opened twelve years
ago with boxes for them, there has never been one. Work on the deck has to stop while there are young birds in the nests.""",
)
"""Other news of the same bridge."""

Edit = Callable[[str], str]


def _without(sentence: str) -> Edit:
    return lambda text: text.replace(sentence, "")


def _with_names(text: str) -> str:
    return text.replace("Ilse Brandt", "Ilse Brand").replace("Pavel Novak", "Pawel Nowak").replace("crowns", "kroner")


def _on_one_day(text: str) -> str:
    return (
        text.replace("on Tuesday", "on Tuesday evening")
        .replace("Nine of the fourteen", "9 of 14")
        .replace("May", "early May")
    )


EDITS: dict[str, Edit] = {
    "a sentence dropped": _without("The dairy has asked for a ferry in the meantime."),
    "the last sentence dropped": _without(
        "The minister of transport said through a spokesman that the state would neither pay nor object."
    ),
    "names written otherwise": _with_names,
    "words changed": _on_one_day,
    "straight quotes": lambda text: text.replace("“", '"').replace("”", '"'),
    "capitals": str.upper,
    "an intro added": lambda text: f"The old bridge stays where it has been for a century and more.\n\n{text}",
    "a dateline kept": lambda text: f"MILL VALLEY, April 2 (Agency) - {text}",
    "an agency named behind": lambda text: (
        f"{text}\n\nThis report was published by the agency and has not been edited by our staff."
    ),
    "a paragraph added": lambda text: (
        f"{text}\n\nThe next session of the council is on the ninth of April, and is open to the public."
    ),
    "paragraphs joined": lambda text: " ".join(text.split()),
    "two of these": lambda text: _with_names(f"{text}\n\nThe agency contributed to this report."),
}
"""What desks do to a story of the wire. Each leaves it nearly the same."""

REWRITTEN: dict[str, Edit] = {
    "the half of it": lambda text: "\n\n".join(text.split("\n\n")[:3]),
    "a longer story around it": lambda text: "\n\n".join((*THE_SAME_DAY, text)),
}
"""What leaves a story that is its own."""
