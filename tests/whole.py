"""What must be true of an archive after everything that can befall a run, and another run."""

from collections import Counter

from tests.running import Project
from tests.site.server import SampleServer


def all_is_there_once(project: Project, site: SampleServer) -> None:
    """Each listed article has exactly one first version and nothing else, and the archive proves itself."""
    found = Counter((line["article_id"], line["event"]) for line in project.lines())
    assert found == {(f"sputnik-international:{article.id}", "article"): 1 for article in site.site.listed}
    assert project.problems() == []
    assert not list(project.spool.glob("*/2*")), "the spool is empty when all is published"
