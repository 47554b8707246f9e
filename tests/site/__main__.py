"""`python -m tests.site`: serve the sample site until SIGTERM or Ctrl-C."""

import argparse
import signal
import threading
from pathlib import Path

from tests.site.articles import SampleSite
from tests.site.server import running


def main() -> None:
    """Serve, and say where."""
    options = argparse.ArgumentParser(prog="python -m tests.site", description=__doc__)
    options.add_argument("--port", type=int, default=0, help="port on loopback (default: a free one)")
    options.add_argument("--articles", type=int, default=12, help="how many articles (default: 12)")
    options.add_argument("--edition", type=int, default=1, help="edition of the site; each edits some articles")
    options.add_argument("--seed", type=int, default=1, help="another seed, another site")
    options.add_argument("--port-file", type=Path, help="file that the port is written to when the site is ready")
    chosen = options.parse_args()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    site = SampleSite(seed=chosen.seed, articles=chosen.articles, edition=chosen.edition)
    with running(site, chosen.port) as server:
        if chosen.port_file:
            ready = chosen.port_file.with_suffix(".new")
            ready.write_text(f"{server.server_port}\n")
            ready.rename(chosen.port_file)
        print(f"The sample site is at {server.base_url}/world/", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
