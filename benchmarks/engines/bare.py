"""The limit: threads that do nothing but post, each with a `requests.Session` of its own."""

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
    start = threading.Barrier(task.threads)
    for _ in range(task.threads):
        threading.Thread(target=_send, args=(task, waiting, start), daemon=True).start()


def _send(task: Task, waiting: SimpleQueue[Post], start: threading.Barrier) -> None:
    session = requests.Session()
    start.wait()
    time.sleep(max(0.0, task.due - time.time()))
    while True:
        try:
            post = waiting.get_nowait()
        except Empty:
            return
        deliver(task.server, post.headers, post.body, session)


if __name__ == "__main__":
    run_engine(main)
