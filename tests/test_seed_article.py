"""The reference article: its lines in generation-2 markup give the expected article, field by field."""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.archive.jsonl import article_line
from crawler.articles.clean import clean
from crawler.articles.extract import extract_article
from tests.reference import REFERENCE, needs_reference
from tests.running import Project
from tests.seed_page import SEED_PATH, build_listing_page, build_seed_page

pytestmark = needs_reference


def expected() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((REFERENCE / "seed-article.expected.json").read_text(encoding="utf-8"))
    return loaded


def seed_text() -> str:
    return (REFERENCE / "seed-article.txt").read_text(encoding="utf-8")


def without_no_break_spaces(value: Any) -> Any:  # noqa: ANN401  any JSON
    return json.loads(json.dumps(value, ensure_ascii=False).replace("\u00a0", " "))


def agrees(line: dict[str, Any]) -> None:
    """Every field that the reference names is as it says; in objects every key that it names."""
    wanted = without_no_break_spaces(expected())
    never = wanted.pop("never_in_text")
    for name, value in wanted.items():
        found = line[name]
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found = [{key: item[key] for key in want} for item, want in zip(found, value, strict=True)]
        assert found == value, name
    text = line["text"].splitlines()
    assert not [
        phrase
        for phrase in never
        if phrase.replace("\u00a0", " ") in text or (len(phrase) > 40 and phrase in line["text"])
    ]


def test_extraction_gives_the_expected_article() -> None:
    base = "https://sputnikglobe.com"
    page = build_seed_page(seed_text(), base).decode()
    agrees(json.loads(article_line(clean(extract_article(page, base + SEED_PATH)))))


@pytest.fixture
def seed_site() -> Iterator[str]:
    """A server of the section page and the article."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = f"http://{self.headers['Host']}"
            pages = {"/world/": build_listing_page(), SEED_PATH: build_seed_page(seed_text(), base)}
            body = pages.get(self.path, b"")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_the_main_job_gives_it_through_capture_snapshot_verify_and_restore(project: Project, seed_site: str) -> None:
    done = project.crawl(seed_site)
    assert done.code == 0, done
    (line,) = project.lines()
    agrees(line)
    assert line["published_at"] == "2019-04-11T00:01:00Z"
    assert line["provenance"]["published_at"].startswith("site:")
    (entry,) = project.entries()
    assert project.scrapy("verify", entry.snapshot_id, "--deep").code == 0
    assert project.scrapy("restore", entry.snapshot_id, "--to", "restored").code == 0
