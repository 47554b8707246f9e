"""What a site cannot do: lead a crawl into the operator's network, have it read what is not on record, hold it."""

import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest

from crawler.archive.stored import StoredAttempt, StoredCapture, read_stored
from crawler.archive.warc import read_records
from crawler.politeness.addresses import is_public, private_hosts
from tests.running import Finished, Project
from tests.site.articles import SampleSite
from tests.site.server import HTML, Response, SampleServer, running

PATIENCE = 60
NOISE = random.Random(1).randbytes(300_000).hex().encode()  # noqa: S311  bytes that no compression makes much smaller


@pytest.fixture
def site() -> Iterator[SampleServer]:
    with running(SampleSite(articles=3, oddities=False)) as server:
        yield server


@pytest.fixture
def inside() -> Iterator[SampleServer]:
    """A server that only the operator's own machine reaches."""
    with running(SampleSite(articles=1, oddities=False)) as server:
        server.pages["/secret.png"] = Response(200, {"Content-Type": "image/png"}, b"AKIA")
        yield server


def stored(project: Project) -> list[StoredCapture | StoredAttempt]:
    found: list[StoredCapture | StoredAttempt] = []
    for entry in project.entries():
        for listed in entry.of("warc"):
            with project.repository.open(listed) as stream:
                records = read_stored(read_records(stream, listed.key), listed.key)
                found += [part for part in records if isinstance(part, StoredCapture | StoredAttempt)]
    return found


def reasons(project: Project) -> dict[str, str]:
    """Why requests failed, by URL."""
    return {part.url: part.reason for part in stored(project) if isinstance(part, StoredAttempt)}


def crawled(project: Project, site: SampleServer, *more: str) -> Finished:
    done = project.crawl(site.base_url, "-s", "ARCHIVE_GATE_SHARE=0.3", *more)
    assert project.problems() == []
    return done


def article_with(site: SampleServer, markup: str) -> None:
    """Put markup into the first article."""
    path = site.site.listed[0].path
    body = site.answer(path, 1).body.replace(b"</body>", markup.encode() + b"</body>")
    site.pages[path] = Response(200, HTML, body)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::6810:84e5", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  an address to be refused
        ("::10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::808:808", True),
        ("64:ff9b:1::808:808", False),
        ("::ffff:0:7f00:1", False),
        ("fec0::1", False),
        ("::ffff:224.0.0.1", False),
        ("no address", False),
    ],
)
def test_s10_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_the_operator_names_hosts_in_any_spelling() -> None:
    named = private_hosts("http://Intranet:8080/x", "localhost , [::1]:90,, other:443")
    assert named == {("intranet", 8080), ("localhost", None), ("::1", 90), ("other", 443)}
    assert private_hosts("https://Intranet", "bad:port") == {("intranet", 443)}
    assert private_hosts("", "") == frozenset()


def test_a_base_in_another_spelling_is_crawled(project: Project, site: SampleServer) -> None:
    assert project.crawl(site.base_url.replace("127.0.0.1", "LOCALHOST")).code == 0


def test_s09_an_image_of_the_operators_own_network_is_not_asked_for(
    project: Project, site: SampleServer, inside: SampleServer
) -> None:
    article_with(site, f'<img src="{inside.base_url}/secret.png">')
    assert crawled(project, site, "-s", "ARCHIVE_REQUISITES=1").code == 0
    assert not inside.requests
    assert reasons(project)[f"{inside.base_url}/robots.txt"] == "private_address"
    assert f"{inside.base_url}/secret.png" not in {
        part.url for part in stored(project) if isinstance(part, StoredCapture)
    }


def test_a_redirect_into_the_operators_own_network_is_not_followed(
    project: Project, site: SampleServer, inside: SampleServer
) -> None:
    site.pages[site.site.listed[0].path] = Response(302, {"Location": f"{inside.base_url}/secret.png"}, b"")
    assert crawled(project, site).code == 0
    assert not inside.requests


def test_a_private_host_that_the_operator_names_is_asked(
    project: Project, site: SampleServer, inside: SampleServer
) -> None:
    article_with(site, f'<img src="{inside.base_url}/secret.png">')
    named = inside.base_url.removeprefix("http://")
    done = crawled(project, site, "-s", "ARCHIVE_REQUISITES=1", "-s", f"ARCHIVE_PRIVATE_HOSTS=other:1, {named}")
    assert done.code == 0
    assert [request.path for request in inside.requests] == ["/robots.txt", "/secret.png"]


def test_urls_of_absurd_length_are_not_followed_and_the_next_run_goes_on(project: Project, site: SampleServer) -> None:
    first = site.site.listed[0].path
    folds = b"".join(b" %s\r\n" % (b"x" * 8_000) for _ in range(20))
    site.raw[first] = [b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /world/?\r\n" + folds + b"\r\n"]
    for _ in range(2):
        assert crawled(project, site).code == 0
    assert "url_too_long" in reasons(project).values()


def test_a_page_of_which_another_body_was_delivered_than_is_on_record_gives_no_line(
    project: Project, site: SampleServer
) -> None:
    """Twisted obeys the first of two transfer codings, other readers the last: two pages in one answer."""
    path = site.site.listed[0].path
    pages = [f'<h1 class="article__title">{name}</h1><div class="article__body"><p>{name}</p></div>' for name in "AB"]
    shown, hidden = (page.encode() for page in pages)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"
    )
    chunk = b'%x;x="%s"\r\n%s\r\n0\r\n\r\n' % (len(shown), hidden, shown)
    site.raw[path] = [head + b"Connection: close\r\n\r\n" + chunk]
    done = crawled(project, site)
    assert "1 body_mismatch" in done.err
    assert not [line for line in project.lines() if line["url"].endswith(path)]


def test_requisites_that_name_others_without_end_do_not_hold_the_run(project: Project, site: SampleServer) -> None:
    article_with(site, '<link rel="stylesheet" href="/endless0.css">')
    for number in range(4):
        body = "".join(f'@import "/endless{number + 1}.css?{part}";' for part in range(400))
        site.pages[f"/endless{number}.css"] = Response(200, {"Content-Type": "text/css"}, body.encode())
    done = crawled(project, site, "-s", "ARCHIVE_REQUISITES=1")
    assert done.code == 0
    entry = project.entries()[0]
    assert entry.counts["requisites"] <= 300, "a hundred for each of the three articles"
    assert "not fetched" in done.err


def test_a_requisite_that_was_cut_is_asked_for_again(project: Project, site: SampleServer) -> None:
    article_with(site, '<img src="/cut.png">')
    site.raw["/cut.png"] = [b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 99\r\n\r\nhalf"]
    for _ in range(2):
        crawled(project, site, "-s", "ARCHIVE_REQUISITES=1", "-s", "RETRY_ENABLED=0")
    assert [request.path for request in site.requests].count("/cut.png") == 2


def test_a_requisite_that_is_gone_or_has_moved_is_not_asked_for_again(project: Project, site: SampleServer) -> None:
    article_with(site, '<img src="/gone.png"><img src="/moved.png">')
    site.pages["/gone.png"] = Response(404, HTML, b"gone")
    site.pages["/moved.png"] = Response(301, {"Location": "/img/new.png"}, b"")
    for _ in range(2):
        crawled(project, site, "-s", "ARCHIVE_REQUISITES=1")
    asked = [request.path for request in site.requests]
    assert (asked.count("/gone.png"), asked.count("/moved.png")) == (1, 1)


@pytest.mark.parametrize("path", ["/robots.txt", "/world/"])
def test_a_disk_that_is_full_at_once_ends_the_run_and_does_not_hang_it(
    project: Project, site: SampleServer, path: str
) -> None:
    site.pages[path] = Response(200, {"Content-Type": "text/plain", "Content-Encoding": "identity"}, NOISE)
    limited = ["sh", "-c", 'trap "" XFSZ; ulimit -f 200; exec "$@"', "sh"]
    process = subprocess.Popen(
        [*limited, *project.command(*project.crawl_arguments(site.base_url))],
        cwd=project.path,
        env=project.environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _, err = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=5)
        pytest.fail("the run hangs")
    assert process.returncode == 8, err
    assert "free space" in err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("-a", "base=http://user:hunter2@127.0.0.1:9"), "password"),
        (("-a", "base=http://127.0.0.1:9", "-s", "HTTPCACHE_ENABLED=1"), "HTTPCACHE_ENABLED"),
    ],
)
def test_what_would_publish_secrets_or_pages_without_evidence_is_refused_at_once(
    project: Project, arguments: tuple[str, ...], named: str
) -> None:
    done = project.scrapy("crawl", "world", *arguments)
    assert done.code == 2, done
    assert named in done.err
    assert "hunter2" not in done.err + done.out
    assert "Traceback" not in done.err
