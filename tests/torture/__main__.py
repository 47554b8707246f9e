"""`python -m tests.torture`: kills, power cuts, lost caches and much data, in their long form.

The exit code is 1 where anything is not well.
"""

import argparse
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.services.environments import CannotFetchError
from tests.torture.kills import Kills, at_any_instant, at_arrows, in_parts, without_projections
from tests.torture.memory import stays_flat
from tests.torture.places import STORES, Place, place
from tests.torture.suites import power_cuts, projections

ON_STORES: dict[str, Callable[[Place, argparse.Namespace], bool]] = {
    "arrows": lambda where, _: at_arrows(where),
    "kills": lambda where, chosen: at_any_instant(where, Kills(chosen.kills, chosen.seed)),
    "parts": lambda where, chosen: in_parts(where, Kills(chosen.kills_in_parts, chosen.seed)),
    "caches": lambda where, chosen: without_projections(where, Kills(chosen.kills_in_parts, chosen.seed + 1000)),
    "memory": lambda where, chosen: stays_flat(where, chosen.gib),
}
"""What is done on every store, by the name of the part."""
ANYWHERE: dict[str, Callable[[argparse.Namespace], bool]] = {
    "projections": lambda _: projections(),
    "power": lambda chosen: power_cuts(chosen.cuts),
}
"""What knows its store itself."""


def main() -> int:
    """Run what is chosen; what is not well does not keep the rest from being run."""
    chosen = _options().parse_args()
    print(f"The random instants are those of --seed {chosen.seed}.", flush=True)
    path = Path(tempfile.mkdtemp(prefix="newswarc-torture-"))
    try:
        well = all(
            [*_on_stores(chosen, path), *(check(chosen) for name, check in ANYWHERE.items() if name in chosen.only)]
        )
    except CannotFetchError as error:
        print(f"make torture: {error}", file=sys.stderr)
        well = False
    if well:
        shutil.rmtree(path)
    print("\nAll is well." if well else f"\nNot all is well; what is not was left in {path}.")
    return 0 if well else 1


def _on_stores(chosen: argparse.Namespace, path: Path) -> list[bool]:
    wanted = [check for name, check in ON_STORES.items() if name in chosen.only]
    found = []
    for store in chosen.stores if wanted else ():
        with place(store, path / store) as where:
            found += [check(where, chosen) for check in wanted]
    return found


def _options() -> argparse.ArgumentParser:
    parts = (*ON_STORES, *ANYWHERE)
    options = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    options.add_argument("--only", nargs="+", choices=parts, default=parts, help="parts (default: all)")
    options.add_argument("--stores", nargs="+", choices=STORES, default=STORES, help="default: all")
    options.add_argument("--kills", type=int, default=60, help="random instants on each store (default: 60)")
    options.add_argument("--kills-in-parts", type=int, default=20, help="those of runs in parts (default: 20)")
    options.add_argument("--cuts", type=int, default=400, help="power cuts (default: 400)")
    options.add_argument("--gib", type=float, default=5.0, help="what goes through one crawl (default: 5)")
    options.add_argument("--seed", type=int, default=secrets.randbelow(1 << 20), help="default: another every time")
    return options


if __name__ == "__main__":
    sys.exit(main())
