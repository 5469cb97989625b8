"""DBOS alone: a durable workflow with one step for every post, kept in SQLite.

Its queue takes all that is due at once: with a limit on what one worker runs, it would take so many
and no more at each look, once a second. The file is put in write-ahead mode, which DBOS leaves out.
"""

import sqlite3
import threading
import time

from dbos import DBOS, SetEnqueueOptions

from benchmarks.engines.task import Task, deliver, run_engine, thread_session

QUEUE = "benchmark"


def main(task: Task) -> None:
    """Start DBOS and enqueue every post with a delay until it is due."""
    path = f"{task.folder}/dbos.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    url = f"sqlite:///{path}"
    DBOS(config={"name": "benchmark", "system_database_url": url, "log_level": "ERROR"})
    at_once = threading.BoundedSemaphore(task.threads)

    def send(headers: dict[str, str], body: bytes) -> None:
        with at_once:
            deliver(task.server, headers, body, thread_session())

    def publish(headers: dict[str, str], body: bytes) -> None:
        DBOS.run_step({"name": "send"}, send, headers, body)

    publishing = DBOS.workflow(name="publish")(publish)
    DBOS.launch()
    DBOS.register_queue(QUEUE)
    for post in task.posts:
        with SetEnqueueOptions(delay_seconds=max(0.0, task.due - time.time())):
            DBOS.enqueue_workflow(QUEUE, publishing, post.headers, post.body)


if __name__ == "__main__":
    run_engine(main)
