"""As `bare`, with a new connection for every post, as the connectors of Campaign Desk do it.

A kept connection may have died unnoticed, and then nobody can say whether the post arrived. The
distance between the two rows is the price of knowing.
"""

import threading
import time
from queue import Empty, SimpleQueue

import requests

from benchmarks.engines.task import Task, deliver, run_engine
from benchmarks.work import Post


def main(task: Task) -> None:
    """Wait for the second and post everything."""
    waiting: SimpleQueue[Post] = SimpleQueue()
    for post in task.posts:
        waiting.put(post)
    for _ in range(task.threads):
        threading.Thread(target=_send, args=(task, waiting), daemon=True).start()


def _send(task: Task, waiting: SimpleQueue[Post]) -> None:
    time.sleep(max(0.0, task.due - time.time()))
    while True:
        try:
            post = waiting.get_nowait()
        except Empty:
            return
        with requests.Session() as session:
            deliver(task.server, post.headers, post.body, session)


if __name__ == "__main__":
    run_engine(main)
