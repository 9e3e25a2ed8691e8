"""Third-party Jetstream clients, for tests of a relay. Each prints events as JSON, one per line.

legacy PORT COUNT CERTIFICATE KEY PACKAGE [DID]
        the client of PyPI's atproto-jetstream, in the directory PACKAGE
compressed URL COUNT
        a client with a zstd dictionary, as every client of Jetstream v1 has
hello URL COUNT COLLECTION
        a client that sets its filter after connecting
sdk URL COUNT CURSOR
        the client of the atproto SDK, which downloads the dictionary of the server
"""

import asyncio
import json
import os
import re
import socket
import ssl
import sys
import types

import zstandard
from websockets.asyncio.client import connect


def load(path: str) -> types.ModuleType:
    """Loads the module, whose type aliases need a newer Python, with older syntax."""
    with open(path + "/atproto_jetstream/__init__.py") as file:
        source = file.read()
    if sys.version_info < (3, 12):
        source = re.sub(r"^( *)type (\w+) =", r"\1\2 =", source, flags=re.MULTILINE)
    module = types.ModuleType("atproto_jetstream")
    sys.modules[module.__name__] = module
    exec(compile(source, path, "exec"), module.__dict__)
    return module


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def secured(port: int, certificate: str, key: str) -> asyncio.Server:
    """Starts a server that adds TLS, which the client insists on."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copy(reader, inner[1]), copy(inner[0], writer))

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)


def resolve_locally() -> None:
    """The certificate is for alice.test."""
    original = socket.getaddrinfo

    def getaddrinfo(host, *rest, **options):
        local = "127.0.0.1" if host == "alice.test" else host
        return original(local, *rest, **options)

    socket.getaddrinfo = getaddrinfo


def plain(event: object) -> object:
    if hasattr(event, "_asdict"):
        return {name: plain(value) for name, value in event._asdict().items()}
    return event


async def legacy(port, count, certificate, key, package, did=None) -> None:
    # The module reads this when it is imported.
    os.environ["SSL_CERT_FILE"] = certificate
    module = load(package)
    resolve_locally()
    server = await secured(int(port), certificate, key)
    address = f"alice.test:{server.sockets[0].getsockname()[1]}"
    options = module.JetstreamOptions(wanted_dids=[did] if did else [], cursor=0)
    async with module.Jetstream(address, options) as stream:
        left = int(count)
        async for event in stream:
            print(json.dumps({"type": type(event).__name__, **plain(event)}))
            left -= 1
            if left == 0:
                break


async def compressed(url, count) -> None:
    # Samples that have nothing to do with the messages.
    samples = [b"%d bottles of %d, %d times" % (i, i * i, i % 7) for i in range(5000)]
    dictionary = zstandard.train_dictionary(4096, samples)
    decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)
    async with connect(url, open_timeout=20, compression=None) as stream:
        for _ in range(int(count)):
            message = await asyncio.wait_for(stream.recv(), 20)
            assert isinstance(message, bytes), "not a binary frame"
            print(decompressor.decompress(message).decode())


async def hello(url, count, collection) -> None:
    async with connect(url, open_timeout=20) as stream:
        # Messages of other types do not start the stream.
        await stream.send(b"\x00\x01")
        await stream.send(json.dumps({"type": "other", "payload": 0.5}))
        try:
            print(await asyncio.wait_for(stream.recv(), 0.5))
            sys.exit("received a message before the hello")
        except asyncio.TimeoutError:
            pass
        payload = {"wantedCollections": [collection]}
        await stream.send(json.dumps({"type": "options_update", "payload": payload}))
        for _ in range(int(count)):
            message = await asyncio.wait_for(stream.recv(), 20)
            assert isinstance(message, str), "not a text frame"
            print(message)
        # A message that is not JSON closes the connection.
        await stream.send("{")
        await stream.wait_closed()
        assert stream.close_code == 1007, stream.close_code


def sdk(url, count, cursor) -> None:
    from atproto_jetstream import JetstreamClient

    client = JetstreamClient({"cursor": int(cursor)}, base_uri=url)
    left = int(count)

    def show(event) -> None:
        nonlocal left
        print(event.model_dump_json(by_alias=True, exclude_none=True))
        left -= 1
        if left == 0:
            assert client.compressed, "not compressed"
            client.stop()

    client.start(show)


command, *arguments = sys.argv[1:]
if command == "sdk":
    sdk(*arguments)
else:
    run = {"legacy": legacy, "compressed": compressed, "hello": hello}[command]
    asyncio.run(asyncio.wait_for(run(*arguments), 60))
