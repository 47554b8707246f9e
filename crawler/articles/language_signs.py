"""By what languages are told apart: the scripts that they are written in, and their commonest words."""

import re

_RANGES = {
    "Cyrl": "\u0400-\u052f",
    "Arab": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff",
    "Kana": "\u3040-\u30ff",
    "Hani": "\u3400-\u9fff\uf900-\ufaff",
    "Hang": "\uac00-\ud7af",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Hebr": "\u0590-\u05ff",
    "Deva": "\u0900-\u097f",
    "Beng": "\u0980-\u09ff",
    "Guru": "\u0a00-\u0a7f",
    "Gujr": "\u0a80-\u0aff",
    "Orya": "\u0b00-\u0b7f",
    "Taml": "\u0b80-\u0bff",
    "Telu": "\u0c00-\u0c7f",
    "Knda": "\u0c80-\u0cff",
    "Mlym": "\u0d00-\u0d7f",
    "Sinh": "\u0d80-\u0dff",
    "Thai": "\u0e00-\u0e7f",
    "Laoo": "\u0e80-\u0eff",
    "Mymr": "\u1000-\u109f",
    "Geor": "\u10a0-\u10ff\u1c90-\u1cbf",
    "Ethi": "\u1200-\u139f",
    "Khmr": "\u1780-\u17ff",
    "Armn": "\u0530-\u058f",
}
SCRIPTS = {script: re.compile(f"[{letters}]+") for script, letters in _RANGES.items()}
"""Letters of the scripts beside Latin, by their names in ISO 15924, the commonest first."""
LATIN = re.compile("[\x00-\u024f\u1e00-\u1eff\u2000-\u214f]+")
"""Latin letters with everything that stands between letters of any script."""
SPACELESS = frozenset({"Hani", "Kana", "Thai", "Laoo", "Mymr", "Khmr"})
"""Scripts without spaces between words."""

ONLY = {
    "Kana": "ja", "Hang": "ko", "Grek": "el", "Hebr": "he", "Guru": "pa", "Gujr": "gu", "Orya": "or", "Taml": "ta",
    "Telu": "te", "Knda": "kn", "Mlym": "ml", "Sinh": "si", "Thai": "th", "Laoo": "lo", "Mymr": "my", "Geor": "ka",
    "Khmr": "km", "Armn": "hy", "Hani": "zh",
}  # fmt: skip
"""Scripts in which news are written in one language."""

_MORE_THAN_LATIN = {
    "Cyrl": "ru uk be bg mk sr kk ky tg mn uz tt ba ab os ce cv az tk bs sah",
    "Arab": "ar fa ur ps ckb ku ug sd az uz ms ks pa",
    "Hani": "zh yue ja ko",
    "Kana": "ja",
    "Hang": "ko",
    "Grek": "el",
    "Hebr": "he yi",
    "Deva": "hi mr ne sa mai bho kok sd ks",
    "Beng": "bn as",
    "Ethi": "am ti",
} | {script: code for script, code in ONLY.items() if script not in ("Kana", "Hang", "Grek", "Hebr", "Hani")}
SCRIPTS_OF = {
    code: frozenset(script for script, codes in _MORE_THAN_LATIN.items() if code in codes.split())
    for code in " ".join(_MORE_THAN_LATIN.values()).split()
}
"""Scripts beside Latin that a language is written in."""
ALSO_LATIN = frozenset({"sr", "kk", "uz", "az", "tk", "tt", "bs", "ku", "ms"})
"""Of these the languages that are written in Latin letters too; those not named here know no other."""

_WORDS = {
    "en": "the of and to in that is for was on with as by at from it his has are be have which",
    "fr": "le la les des et du en est une dans que pour qui sur au par pas il plus ce avec sont ont aux selon cette",
    "es": "el la los las de y en del que por una con para se es al lo su como más pero ha no este sin según",
    "it": "il la di che e in per una del della con non i un è sono dei alla nel ha al gli",
    "pt": "o a os as de e do da em que um uma para com não no na por dos das ao é",
    "de": "der die und das den von mit ist für nicht ein eine des im sich auf dem zu auch wird",
    "tr": "ve bir bu için ile olarak da de olan en çok daha olduğunu sonra kadar ise gibi ancak söyledi",
    "nl": "de het een van en in is dat op te voor met zijn niet aan die er om bij",
    "pl": "w i na z się że do nie jest o to po od za przez jak dla który są",
    "ro": "și de în la a cu pe că din nu este care pentru o mai au fi al ale",
    "cs": "a v na se že je z o k do za s by pro jako ve však podle po",
    "sk": "a v na sa že je z o k do za s by pre ako vo však podľa po",
    "hu": "a az és hogy nem is egy van meg volt ez azt de csak szerint már",
    "sv": "och att det i som en på är av för med den till har inte om ett de",
    "da": "og at det i som en på er af for med den til har ikke om et de",
    "no": "og at det i som en på er av for med den til har ikke om et de",
    "fi": "ja on että ei se oli hän mutta myös kun ovat mukaan joka ole tai",
    "ca": "el la els les de i a en del que per una amb és al no van seva més",
    "hr": "i je u na se da za su od koji s će nije kako što a o iz",
    "vi": "và của là có trong được cho các một không với người này đã những",
    "id": "yang dan di dengan untuk dari pada ini itu tidak dalam akan oleh kepada",
    "ru": "и в не на что с по как это он к из за от для его также был",
    "uk": "і в не на що з та як це він до у від для його також був за",
    "bg": "и в не на че с по като това той за от да се са е",
    "sr": "и у не на да је се за од су са који што као ће о",
    "be": "і ў не на што з як гэта ён да для яго таксама быў па",
    "mk": "и во не на дека со како тоа од за да се е ќе ги",
    "kk": "және бұл мен бар деп үшін да де бір ол болып туралы",
    "ar": "في من على أن إلى عن التي الذي مع هذا هذه بعد ما لا كما إن قال",
    "fa": "در به از که را این با است و برای آن تا بر می شد",
    "ur": "کے میں کی ہے کا اور سے کو نے پر یہ کہ نہیں",
    "hi": "के में की है और को से का ने पर यह कि नहीं",
    "mr": "आहे आणि या ते की व तर हे होते नाही",
    "ne": "छ र को मा लाई गरेको भने पनि यो हो",
}
WORDS: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, words in _WORDS.items() if word in words.split())
    for word in dict.fromkeys(" ".join(_WORDS.values()).split())
}
"""For each of the commonest words the languages that have it."""
WITH_WORDS = frozenset(_WORDS)
"""Languages whose commonest words are known."""

_ALIKE = ("nb nn no da", "hr bs sr sh cnr", "id ms", "zh yue wuu", "gl pt", "fa prs tg", "cs sk", "az tr")
ALIKE = {code: group for group in _ALIKE for code in group.split()}
"""Languages that are too near to each other to say that a page is wrong about them."""
