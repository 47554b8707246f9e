"""The words of the sample site. Written for this project; no event in it took place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """A thing that happened, with everything said about it."""

    headline: str
    corrected: str
    lead: str
    opening: str
    facts: tuple[str, ...]
    quote: str
    caption: str
    tags: tuple[str, ...]


TOPICS = (
    Topic(
        "Ferry Line Between {city} and the Islands to Reopen After Eleven Years",
        "Ferry Line Between {city} and the Islands Reopens This Week After Eleven Years",
        "The first ship is to leave at dawn; tickets for the opening week sold out within an hour.",
        "The ferry line that linked {city} with the outer islands until eleven years ago is to reopen this week, the port said.",
        (
            "Two refitted ships will make the crossing of six hours, one in each direction every day.",
            "The harbour basin was dredged twice last year, because silt had closed the old berth to anything larger than a trawler.",
            "Islanders had petitioned for the line since the airfield lost its night lights; “we were a postcard”, the mayor wrote.",
            "Freight rates will be set by a council on which both coasts have three seats.",
        ),
        '"We counted the days on the wall of the ticket office," harbour master Ánna Lindqvist said.',
        "A refitted ferry lies at the quay in {city} on the eve of its first crossing",
        ("Ferry", "Islands"),
    ),
    Topic(
        "Museum in {city} Returns Bronze Bell to Mountain Monastery",
        "Museum in {city} to Return Bronze Bell to Mountain Monastery",
        "",
        "A bronze bell that had stood in the museum of {city} for ninety years is on its way back to the monastery that cast it.",
        (
            "The bell weighs 840 kilograms and carries the names of four donors, one of them a baker.",
            "Curators & engineers spent a month on a cradle that keeps it from ringing on the road.",
            "The abbot wrote that the tower had been mended in hope, and that the rope was new.",
            "A cast made of resin will stand in its place; visitors may strike it.",
        ),
        '"It was a guest here, and guests go home," director Tomás Ferreira told reporters.',
        "The bell leaves the museum in {city} on a cradle of larch wood",
        ("Museum", "Heritage"),
    ),
    Topic(
        "Wheat Harvest Around {city} Smaller Than Expected, Ministry Says",
        "Wheat Harvest Around {city} Larger Than Expected, Ministry Says",
        "Late frost took a tenth of the winter wheat, but barley did well.",
        "Farmers around {city} have brought in less wheat than was forecast in spring, the agriculture ministry said on Thursday.",
        (
            "The yield fell to 3.1 tonnes a hectare; 3.5 had been expected, & 3.4 was the mean of ten years.",
            "Prices at the regional exchange rose by less than 2 %, because stores are full from the year before.",
            "Barley, sown later, escaped the frost of early May.",
            "Seed growers advise to sow a fortnight later if the forecast for March holds.",
        ),
        '"A field keeps its own calendar," agronomist Nguyễn Thị Hạnh said.',
        "Combine harvesters work into the evening near {city}",
        ("Agriculture", "Economy"),
    ),
    Topic(
        "Research Ship Leaves {city} to Map Unknown Sea Mounts",
        "Research Ship Leaves {city} to Map 40 Unknown Sea Mounts",
        "The voyage of seventy days is to close the largest gap in the chart of the southern basin.",
        "A research ship with forty scientists on board has left {city} to map sea mounts that no chart shows.",
        (
            "Satellites hint at them: the sea stands a few centimetres higher over a mountain than beside it.",
            "The ship tows a sonar that sees a strip of eight kilometres, at the speed of a bicycle.",
            "Water samples will be taken at <4,000 metres wherever the slope is steep.",
            "All data are to be open to everyone within a year.",
        ),
        '"We know the far side of the Moon better than this basin," chief scientist Paul O’Connor said.',
        "The research ship passes the mole of {city} at noon",
        ("Science", "Ocean"),
    ),
    Topic(
        "{city} and Its Neighbours Agree on Water of the Shared River",
        "{city} and Its Neighbours Sign Agreement on Water of the Shared River",
        "",
        "Delegations of three countries have agreed in {city} on how to share the water of their river in dry summers.",
        (
            "Gauges at nine points will be read by all sides and published every morning.",
            "If the level falls below a mark, reservoirs upstream release water by a formula, not by a telephone call.",
            "A treaty of 1968 had named no numbers, & every drought since had begun with a quarrel.",
            "Parliaments are to ratify the text before the snow melts.",
        ),
        '"The river did not ask us for our passports," mediator Amina Diallo said after the last session.',
        "Delegates shake hands on the bridge of {city} after the last session",
        ("Water", "Diplomacy"),
    ),
    Topic(
        "Night Trains Return to {city} After Renewal of Mountain Line",
        "Night Trains to Return to {city} After Renewal of Mountain Line",
        "Sleeping cars built in the eighties got new bogies and old lamps.",
        "Night trains run to {city} again: the line across the mountains has been renewed over its whole length of 212 kilometres.",
        (
            "Fourteen tunnels were widened, and a viaduct of 1911 got a second set of piers.",
            "The journey takes nine hours, forty minutes less than before.",
            "Fares begin at the price of a good meal, the railway said, and bicycles travel free in winter.",
            "Passengers of the first train were woken by a brass band at half past five.",
        ),
        '"I had forgotten how dark it is up there," passenger Søren Ødegård said.',
        "The first night train stands in the station of {city}",
        ("Railways", "Travel"),
    ),
)

CITIES = (
    "Valparaíso", "Tromsø", "Gdańsk", "Mombasa", "Da Nang", "Izmir", "Galway", "Recife", "Kochi", "Split", "Riga", "Halifax",
)  # fmt: skip
PHOTOGRAPHERS = ("Ana Petrović", "Joel Mwangi", "Li Na", "Marta Søgaard", "Rui Costa", "Ivan Horvat")
AGENCIES = ("AP Photo", "AFP 2026", "Sputnik", "REUTERS")
SUBHEADS = ("What Comes Next", "How It Began", "Background")
LIST_ITEMS = (
    "The first step is a survey.",
    "The second step is a public hearing.",
    "The third step is a decision in autumn.",
)
DISTANT = "Officials in {city} recalled that a similar plan, number {number}, had been shelved for want of money."
LETTER = "Letters to the editor came from {letters}."
LETTERS = 24
EDITED = (
    "The text was amended on the following day, when a spokesman named a further date and apologised for the first one."
)
