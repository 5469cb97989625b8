"""Procrastinate alone: a job for every post in PostgreSQL, asked for once a second."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector
from procrastinate.types import JSONValue

from benchmarks.engines.task import Task, deliver, run_engine, thread_session

POLL_S = 1.0
QUEUE = "benchmark"


def main(task: Task) -> None:
    """Schedule every post and start a worker."""
    ready = threading.Event()
    threading.Thread(target=lambda: asyncio.run(_work(task, ready)), daemon=True).start()
    ready.wait()


async def _work(task: Task, ready: threading.Event) -> None:
    pool = ThreadPoolExecutor(task.threads)
    asyncio.get_running_loop().set_default_executor(pool)
    app = App(connector=PsycopgConnector(conninfo=task.service, max_size=task.threads + 4))

    def send(headers: dict[str, str], body: str) -> None:
        deliver(task.server, headers, body.encode(), thread_session())

    sending = app.task(name="send", queue=QUEUE)(send)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        at_due = sending.configure(schedule_at=datetime.fromtimestamp(task.due, UTC))
        args: list[dict[str, JSONValue]] = [
            {"headers": dict[str, JSONValue](one.headers), "body": one.body.decode()}
            for one in task.posts
        ]
        await at_due.batch_defer_async(*args)
        working = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=task.threads,
                fetch_job_polling_interval=POLL_S,
                install_signal_handlers=False,
            )
        )
        ready.set()
        await working


if __name__ == "__main__":
    run_engine(main)
