"""A third-party WebSocket peer (the `websockets` library), for tests of our client and server.

read URL COUNT          reads COUNT frames, pings, closes; prints them in hexadecimal, then the close code
serve FILE FRAME...     serves the frames, in hexadecimal, to one client after another, in
                        fragments, with a ping before each; writes its port to FILE
"""

import asyncio
import os
import sys

from websockets.asyncio.client import connect
from websockets.asyncio.server import serve


async def read(url: str, count: int) -> None:
    async with connect(url, open_timeout=20, compression=None) as socket:
        for _ in range(count):
            message = await asyncio.wait_for(socket.recv(), 20)
            assert isinstance(message, bytes), "not a binary frame"
            print(message.hex())
        await asyncio.wait_for(await socket.ping(), 20)
        await socket.close(1000)
        print(socket.close_code)


async def offer(path: str, frames: list[bytes]) -> None:
    async def give(socket) -> None:
        for frame in frames:
            await asyncio.wait_for(await socket.ping(), 20)
            middle = len(frame) // 2
            await socket.send([frame[:middle], frame[middle:]])

    async with serve(give, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        # A reader that waits for the file sees it complete.
        with open(path + ".new", "w") as file:
            file.write(str(port))
        os.rename(path + ".new", path)
        await asyncio.sleep(100)


command, first, *rest = sys.argv[1:]
if command == "read":
    asyncio.run(read(first, int(rest[0])))
else:
    asyncio.run(offer(first, [bytes.fromhex(frame) for frame in rest]))
