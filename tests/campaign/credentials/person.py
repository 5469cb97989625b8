"""The owner of an account: goes to the network's page, says yes or no, is sent back.

Real HTTP, and nothing of ours: what a browser would do.
"""

import requests

TIMEOUT = 10


def say(address: str, handle: str, word: str = "allow") -> str:
    """Say yes (`allow`) or no (`deny`) on the network's page; return where one is sent back to."""
    page = requests.get(address, timeout=TIMEOUT)
    assert page.status_code == 200, page.text
    assert handle in page.text
    answer = requests.post(
        address, data={"account": handle, "decision": word}, allow_redirects=False, timeout=TIMEOUT
    )
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def go(address: str, handle: str, word: str = "allow") -> requests.Response:
    """Say it, and let the browser follow."""
    return requests.get(say(address, handle, word), timeout=TIMEOUT)
