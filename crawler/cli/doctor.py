"""`doctor`: everything that a scheduled run needs, one line for each."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict, replace
from urllib.parse import urlsplit

from crawler.archive.spool import Spool
from crawler.cli.output import Context
from crawler.errors import ConfigurationError, ExitCode
from crawler.sites import get_site
from crawler.sites.checks import check_site
from crawler.state.diagnosis import Finding, Status, check_contact, check_limits, failed, not_checked, well, worst
from crawler.state.robots_check import check_robots
from crawler.state.spool_checks import check_aside, check_crashed, check_disk, check_space, check_spool
from crawler.state.store_checks import StoreChecks
from crawler.storage.store import ObjectStore

SUMMARY = "Check everything that a scheduled run needs, and say what to do"
EXAMPLE = "scrapy doctor -s ARCHIVE_STORE=s3://bucket/news"

_PATIENCE = 10.0
"""Seconds that a store which does not answer is asked again: somebody waits for the diagnosis."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--site", default="sputnik-international", metavar="NAME", help="site that is crawled")
    parser.add_argument("--base", metavar="URL", help="scheme and host of the site, as in -a base= of a crawl")
    parser.add_argument("--section", default="world", metavar="NAME", help="section that is crawled")
    parser.add_argument("--offline", action="store_true", help="do not ask the site for its robots.txt")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(arguments: argparse.Namespace, context: Context) -> ExitCode:
    """Check. Raises `ConfigurationError` for a site or section that there is not, or that cannot be used."""
    site = get_site(arguments.site)
    check_site(site)
    page = site.section_url(_checked(arguments.base or site.base), arguments.section)
    findings = []
    for finding in _findings(None if arguments.offline else page, context):
        findings.append(finding)
        if not arguments.json:
            context.say(str(finding))
    code = worst(findings)
    if arguments.json:
        context.say_json({"checks": [asdict(finding) for finding in findings], "exit_code": code})
    else:
        counts = [sum(finding.status is status for finding in findings) for status in (Status.PROBLEM, Status.WARNING)]
        context.say(f"{len(findings)} checks: {counts[0]} problems, {counts[1]} warnings")
    return code


def _findings(page: str | None, context: Context) -> Iterator[Finding]:
    options = context.options
    yield check_contact(options)
    yield check_limits(options)
    try:
        access = replace(context.access, patience=min(context.access.patience, _PATIENCE))
        store = replace(context, access=access).store()
    except ConfigurationError as error:
        yield failed("settings", error)
        yield from (not_checked(check, "settings") for check in ("spool", "store"))
    else:
        yield well("settings", f"collection {options.collection}, store {store.uri}")
        yield from _of_archive(store, context)
    if page is not None:
        yield check_robots(page, context.user_agent)


def _of_archive(store: ObjectStore, context: Context) -> Iterator[Finding]:
    spool = Spool(context.project / context.options.spool, store.uri)
    there = check_spool(spool)
    yield there
    is_well = there.status is Status.OK
    if is_well:
        yield check_disk(spool)
        yield check_space(spool, context.options)
        yield check_crashed(spool)
        yield check_aside(spool)
    else:
        yield from (not_checked(check, "spool") for check in ("disk", "space", "crashed runs", "set aside"))
    yield from StoreChecks(store, spool, context.options, spool_is_well=is_well).all()


def _checked(base: str) -> str:
    try:
        parts = urlsplit(base)
        good = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and not parts.query
    except ValueError:
        good = False
    if not good:
        raise ConfigurationError(f"--base {base!r} is no address of a site: write it like https://sputnikglobe.com")
    return base.rstrip("/")
