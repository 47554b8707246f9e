"""Keys of the index are those that the reference implementation of SURT gives, which plain URLs do not go through."""

import surt
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.archive.cdxj import surt_key

HOSTS = st.from_regex(r"(www[0-9]?\.|WWW\.)?[a-zA-Z0-9_.-]{1,12}(:[0-9]{1,4})?", fullmatch=True)
PATHS = st.lists(st.text("aZ09-_.%;()=&+ ?é", min_size=1, max_size=8), max_size=4).map("/".join)


@given(scheme=st.sampled_from(["http", "https"]), host=HOSTS, path=PATHS)
@example("https", "www.news.example", "20260401/Some-Story-1100000001.html")
@example("http", "127.0.0.1:8080", "a/../b")
@example("https", "news.example", "a;jsessionid=0123456789abcdef0123456789abcdef")
def test_a_key_is_what_the_reference_gives(scheme: str, host: str, path: str) -> None:
    url = f"{scheme}://{host}/{path}"
    assert surt_key(url) == str(surt.surt(url)).replace(" ", "%20")
