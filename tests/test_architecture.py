"""Imports run one way; knowledge is pure; only the modules that may know a library know it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = [
    {"forms"},
    {"errors", "items", "ritual"},
    {"evidence", "options"},
    {"sites"},
    {"discovery", "articles", "politeness", "storage"},
    {"archive"},
    {"state"},
    {"cli", "exporters"},
    {"capture"},
    {"extensions"},
    {"middlewares", "pipelines", "command"},
    {"addon", "commands", "settings"},
]
PURE = {"forms", "errors", "evidence", "items", "ritual", "sites", "discovery", "articles", "politeness", "options"}
WITHOUT_SCRAPY = PURE | {"storage", "archive", "state", "cli"}
DOING_IO = {
    "os",
    "socket",
    "sqlite3",
    "subprocess",
    "pathlib",
    "shutil",
    "tempfile",
    "asyncio",
    "threading",
    "requests",
}
LIBRARIES = {
    "warcio": {"archive/records.py"},
    "boto3": {"storage/s3_client.py"},
    "botocore": {"storage/s3_client.py", "storage/s3_errors.py"},
    "urllib3": {"storage/s3_errors.py"},
    "selectolax": None,
    "lxml": {"discovery/xml_source.py"},
    "rensa": {"articles/similarity.py"},
    "tinycss2": {"discovery/stylesheet.py"},
    "charset_normalizer": {"articles/charsets.py"},
    "ftfy": {"articles/mojibake.py"},
    "py3langid": {"articles/language.py"},
    "dateutil": {"articles/times.py"},
    "htmldate": {"articles/generic/dates.py"},
    "trafilatura": {"articles/generic/peer.py"},
}


def modules() -> list[Path]:
    """All modules of the package but its own docstring module."""
    return [path for path in sorted((ROOT / "crawler").rglob("*.py")) if path != ROOT / "crawler" / "__init__.py"]


def package_of(path: Path) -> str:
    return path.relative_to(ROOT / "crawler").parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; name the module whole"
            yield node.module or ""
            if node.module in ("crawler", "crawler.cli"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rank(package: str) -> int:
    (found,) = [number for number, layer in enumerate(LAYERS) if package in layer]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_its_own_layer_and_those_below(path: Path) -> None:
    package = package_of(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "spiders":
            pytest.fail(f"{path} imports a spider")
        if parts[0] == "crawler" and len(parts) > 1 and parts[1] != package:
            assert rank(parts[1]) < rank(package), f"{path} imports {name}, which stands above it or beside it"


@pytest.mark.parametrize("path", [path for path in modules() if package_of(path) in WITHOUT_SCRAPY], ids=str)
def test_what_reads_an_archive_needs_no_scrapy(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & {"scrapy", "twisted"}


@pytest.mark.parametrize("path", [path for path in modules() if package_of(path) in PURE], ids=str)
def test_knowledge_does_no_io(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & DOING_IO
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert not [call.id for call in calls if isinstance(call, ast.Name) and call.id in ("open", "print", "input")]


def test_only_the_modules_named_know_a_library() -> None:
    for library, allowed in LIBRARIES.items():
        users = {
            str(path.relative_to(ROOT / "crawler"))
            for path in modules()
            if any(name.split(".")[0] == library for name in imports(path))
        }
        if allowed is not None:
            assert users <= allowed, f"{library} is known to {users - allowed}"


def test_every_package_has_its_layer() -> None:
    packages = {package_of(path) for path in modules()}
    assert packages == set().union(*LAYERS), "name a new package in LAYERS, in its place"
