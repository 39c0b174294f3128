"""What is asynchronous, done to its end in a thread of its own: a browser may have a loop in this one."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor


def finished(work: Coroutine[object, object, None]) -> None:
    """Do a work to its end; what it raises is raised here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
