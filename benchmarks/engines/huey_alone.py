"""Huey alone, with its queue in SQLite, which is safe from a crash of the process."""

from datetime import UTC, datetime

from huey import SqliteHuey

from benchmarks.engines.task import Task, deliver, run_engine, thread_session


def main(task: Task) -> None:
    """Schedule every post, then start the threads that consume."""
    huey = SqliteHuey(filename=f"{task.folder}/huey.db", results=False, utc=True, fsync=True)

    def send(headers: dict[str, str], body: bytes) -> None:
        deliver(task.server, headers, body, thread_session())

    sending = huey.task()(send)
    due = datetime.fromtimestamp(task.due, UTC).replace(tzinfo=None)
    for post in task.posts:
        sending.schedule(args=(post.headers, post.body), eta=due)
    consumer = huey.create_consumer(
        workers=task.threads, worker_type="thread", initial_delay=0.01, max_delay=0.1
    )
    consumer.start()


if __name__ == "__main__":
    run_engine(main)
