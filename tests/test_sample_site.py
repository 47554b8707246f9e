"""The sample site is what the tests and the demo take it for."""

import gzip
import http.client
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.running import ROOT
from tests.site import pages
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running

NOISE = (
    " - Sputnik International",
    "Get the latest news from around the world, live coverage, off-beat stories, features and analysis.",
    "Subscribe",
    "READ MORE: ",
    "Newsfeed",
    "<div>0</div>",
    "To participate in the discussion",
    "log in or register",
    "loader",
    "Chats",
    "Заголовок открываемого материала",
    "(Sputnik) - ",
    "© ",
)


def get(server: SampleServer, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.base_url).netloc, timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_the_same_arguments_give_the_same_bytes() -> None:
    first, second = (SampleSite(seed=3, articles=20, edition=2) for _ in range(2))
    assert first.listed == second.listed
    for one, other in zip(first.listed, second.listed, strict=True):
        assert pages.article_page(one, "http://x", 2) == pages.article_page(other, "http://x", 2)


def test_another_seed_is_another_site() -> None:
    assert SampleSite(seed=1).listed != SampleSite(seed=2).listed


def test_any_size_has_no_doubles() -> None:
    listed = SampleSite(articles=2000).listed
    assert len({article.id for article in listed}) == len({article.path for article in listed}) == 2000


@pytest.mark.parametrize("phrase", NOISE)
def test_every_line_of_noise_is_on_the_pages(phrase: str) -> None:
    article = next(article for article in SampleSite().listed if article.place)
    assert phrase in pages.article_page(article, "http://x", 1).decode()


def test_an_edition_changes_what_it_says_and_adds_one() -> None:
    before = {article.id: article for article in SampleSite(edition=1).listed}
    site = SampleSite(edition=2)
    after = {article.id: article for article in site.listed}
    assert len(after) == len(before) + 1
    changed = {number for number in before if before[number] != after[number]}
    assert changed == set(site.changed_since_previous)
    assert len(changed) == 2


def test_the_noise_changes_where_the_text_does_not() -> None:
    article = SampleSite().listed[0]
    assert pages.article_page(article, "http://x", 1) != pages.article_page(article, "http://x", 2)


def test_it_answers_as_sites_do() -> None:
    with running(SampleSite()) as server:
        assert get(server, "/world")[0].status == 301
        packed, body = get(server, "/world/", **{"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(body) == get(server, "/world/")[1]
        moved = next(article for article in server.site.listed if article.id in server.site.moved)
        assert get(server, f"/{moved.path.split('/')[1]}/earlier-{moved.id}.html")[0].status == 302
        flaky = next(article for article in server.site.listed if article.id in server.site.flaky)
        assert [get(server, flaky.path)[0].status for _ in range(2)] == [503, 200]
        withdrawn = next(article for article in server.site.listed if article.id in server.site.withdrawn)
        assert [get(server, withdrawn.path)[0].status for _ in range(2)] == [404, 404]
        chunked = next(article for article in server.site.listed if article.id % 3 == 0)
        assert get(server, chunked.path)[0].headers["Transfer-Encoding"] == "chunked"
        assert get(server, "/img/1.png")[1].startswith(b"\x89PNG")
        assert server.requests[0].path == "/world"


def test_any_page_can_be_put_over_it_while_it_runs() -> None:
    with running(SampleSite()) as server:
        server.pages["/world/"] = Response(200, HTML, b"empty")
        assert get(server, "/world/")[1] == b"empty"
        server.pages.clear()
        server.site = SampleSite(edition=2)
        assert b'data-edition="2"' in get(server, "/world/")[1]


def test_it_runs_as_a_command_and_stops_when_asked(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.site", "--port-file", str(tmp_path / "port")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "http://127.0.0.1:" in process.stdout.readline()
        assert int((tmp_path / "port").read_text()) > 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
