"""APScheduler 3 alone: a date job for every post in a SQLite job store."""

from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks.engines.task import Task, deliver, run_engine, thread_session


def send(server: str, headers: dict[str, str], body: bytes) -> None:
    """Make one post; named in the store, so it has to be a function of a module."""
    deliver(server, headers, body, thread_session())


def main(task: Task) -> None:
    """Schedule every post, then let the clock run; late ones are not skipped."""
    store = SQLAlchemyJobStore(f"sqlite:///{task.folder}/jobs.db")
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        executors={"default": ThreadPoolExecutor(task.threads)},
        job_defaults={"misfire_grace_time": None},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    due = datetime.fromtimestamp(task.due, UTC)
    for post in task.posts:
        args = (task.server, post.headers, post.body)
        scheduler.add_job("benchmarks.engines.apscheduler_alone:send", "date", args, run_date=due)
    scheduler.resume()


if __name__ == "__main__":
    run_engine(main)
