"""Celery alone, with Redis as its broker, on threads and losing nothing on a crash (late ack)."""

import threading
from datetime import UTC, datetime

from celery import Celery

from benchmarks.engines.task import Task, deliver, run_engine, thread_session


def main(task: Task) -> None:
    """Start a worker in this process and schedule every post."""
    app = Celery("benchmark", broker=f"redis+socket{task.service.removeprefix('unix')}")
    app.conf.update(task_ignore_result=True, task_acks_late=True, worker_hijack_root_logger=False)

    def send(headers: dict[str, str], body: str) -> None:
        deliver(task.server, headers, body.encode(), thread_session())

    sending = app.task(name="send")(send)
    due = datetime.fromtimestamp(task.due, UTC)
    for post in task.posts:
        sending.apply_async((post.headers, post.body.decode()), eta=due)
    worker = app.Worker(pool="threads", concurrency=task.threads, loglevel="ERROR")
    threading.Thread(target=worker.start, daemon=True).start()


if __name__ == "__main__":
    run_engine(main)
