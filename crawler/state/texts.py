"""Which article had a text first, and which had nearly the same one. A projection, kept in the history's file.

Committed texts come from the lines of the snapshots; those of the run in progress are pending and die with it.
"""

from dataclasses import dataclass

from crawler.articles.similarity import THRESHOLD, Fingerprint, bands, similarity
from crawler.items import Article, NearDuplicate
from crawler.state.history_file import HistoryFile

PENDING_TEXTS = ("pending_texts", "pending_signatures", "pending_bands")
"""Tables of the run in progress."""
COMMITTED_TEXTS = ("texts", "signatures", "bands")
"""Tables of what is committed."""

_MOST_CANDIDATES = 200
"""Texts that are compared with a new one, the oldest first: more share a band only where pages share a frame."""
_ONE_PAGE = 0.9
"""Score of near duplicates that may be one page: a wall against robots names another request each time."""


@dataclass(frozen=True, slots=True)
class Original:
    """What another article had first."""

    duplicate_of: str | None = None
    """`article_id` of the article that had the very same text."""
    near_duplicate_of: NearDuplicate | None = None
    """The article that had nearly the same text, where none had the same."""


class Texts:
    """Texts by their fingerprints. One that is another's, or nearly so, is not looked for: all name one original."""

    def __init__(self, file: HistoryFile) -> None:
        self._run = file.run

    def original(self, article_id: str, text: Fingerprint | None) -> Original:
        """Where a text was first, committed ones before pending ones. The article's own versions are no originals."""
        if text is None:
            return Original()
        for table in ("texts", "pending_texts"):
            row = self._run(f"SELECT article_id FROM {table} WHERE text_digest = ?", (text.digest,)).fetchone()  # noqa: S608  two constants
            if row and row[0] != article_id:
                return Original(duplicate_of=row[0])
            if row:
                break
        return Original(near_duplicate_of=self._near(article_id, text))

    def remember(self, tables: str, article_id: str, text: Fingerprint | None, *, is_copy: bool) -> None:
        """Remember the text of a version in the tables of that prefix; it belongs to the article that had it first."""
        if text is None:
            return
        sql = f"INSERT OR IGNORE INTO {tables}texts VALUES (?, ?)"  # noqa: S608  two constants
        is_new = self._run(sql, (text.digest, article_id)).rowcount > 0
        if is_copy or not is_new:
            return
        sql = f"INSERT INTO {tables}signatures (article_id, signature) VALUES (?, ?)"  # noqa: S608  two constants
        number = self._run(sql, (article_id, text.signature)).lastrowid
        keys = bands(text.signature)
        sql = f"INSERT OR IGNORE INTO {tables}bands VALUES {', '.join(['(?, ?)'] * len(keys))}"  # noqa: S608  constants
        self._run(sql, tuple(value for key in keys for value in (key, number)))

    def keep_pending_of_articles(self, articles: str) -> None:
        """Forget pending texts but those of the articles that this SELECT names."""
        for table in ("pending_texts", "pending_signatures"):
            self._run(f"DELETE FROM {table} WHERE article_id NOT IN ({articles})")  # noqa: S608  constants
        self._run("DELETE FROM pending_bands WHERE number NOT IN (SELECT number FROM pending_signatures)")

    def _near(self, article_id: str, text: Fingerprint) -> NearDuplicate | None:
        """The oldest that is similar enough."""
        keys = bands(text.signature)
        for tables in ("", "pending_"):
            sql = (
                f"SELECT article_id, signature FROM {tables}signatures WHERE article_id != ? AND number IN "  # noqa: S608  constants
                f"(SELECT number FROM {tables}bands WHERE band IN ({', '.join('?' * len(keys))})) "
                "ORDER BY number LIMIT ?"
            )
            for other, signature in self._run(sql, (article_id, *keys, _MOST_CANDIDATES)).fetchall():
                score = similarity(text.signature, signature)
                if score >= THRESHOLD:
                    return NearDuplicate(other, round(score, 2))
        return None


def repeats_another(event: Article) -> bool:
    """True for an article whose text another one had first, but for a few words."""
    near = event.near_duplicate_of
    return event.duplicate_of is not None or (near is not None and near.score >= _ONE_PAGE)
