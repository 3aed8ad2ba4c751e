"""A program full of the places where order leaks from memory addresses; run as a process, it prints what happened."""

import asyncio
import hashlib
import sys

from starfoundry.drill.virtual_time.loop import run


async def main() -> str:
    """A history of everything that asyncio might order by address, and of races between equals."""
    heard: list[str] = []

    async def ship(number: int) -> None:
        try:
            await asyncio.sleep(1 + number % 3)
            heard.append(f"arrived {number} at {asyncio.get_running_loop().time()}")
            await asyncio.get_running_loop().run_in_executor(None, heard.append, f"stored {number}")
            heard.append(f"answered {number} at {asyncio.get_running_loop().time()}")
            await asyncio.sleep(100)
        finally:
            heard.append(f"left {number}")

    async def fail() -> None:
        await asyncio.sleep(2.5)
        raise ValueError

    padding = [object() for _ in range(int(sys.argv[2]))]  # moves every later address
    try:
        async with asyncio.TaskGroup() as group:
            for number in range(30):
                group.create_task(ship(number))
            group.create_task(fail())
    except* ValueError:
        heard.append("aborted")
    tasks = [asyncio.create_task(asyncio.sleep(1, number)) for number in range(30)]
    done, _ = await asyncio.wait(tasks)  # noqa: TID251  (the leak is the point)
    heard.extend(f"done {task.result()}" for task in done)
    leftover.extend(asyncio.create_task(ship(number)) for number in range(100, 130))
    await asyncio.sleep(1.5)
    history.extend([heard])
    return str(len(padding))


leftover: list[asyncio.Task[None]] = []
history: list[list[str]] = []
run(main(), seed=int(sys.argv[1]))
print(hashlib.sha256("\n".join(history[0]).encode()).hexdigest())
