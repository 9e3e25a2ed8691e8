"""The atproto SDK from PyPI as a client of `atproto mock serve`.

usage: mock_peer.py ATPROTO      (prints a line for each check, and a JSON object with their counts)
"""

import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../PDSTests/Peers"))

from atproto import Client  # noqa: E402
from atproto_client.exceptions import AtProtocolError  # noqa: E402
from checks import Checks  # noqa: E402
from served import UNTIL_END_OF_INPUT, Process  # noqa: E402

check = Checks()
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../..")
folder = tempfile.TemporaryDirectory(prefix="mock-peer-")
server = Process(
    UNTIL_END_OF_INPUT
    + [sys.argv[1], "mock", "serve", os.path.join(root, "Lexicons", "app"), "--port", "0"],
    os.path.join(folder.name, "log"),
)
client = Client(server.first["address"])


def log_in():
    profile = client.login("mara.test", "anything")
    check.equal("the profile is that of the session", profile.handle, "mara.test")
    check.equal("the session has the same DID", profile.did, client.me.did)
    resolved = client.resolve_handle("mara.test")
    check.equal("the handle has one DID", resolved.did, profile.did)


def read():
    timeline = client.get_timeline(limit=10)
    check.equal("the timeline has a page", len(timeline.feed), 10)
    check("there is a cursor", timeline.cursor is not None)
    rest = client.get_timeline(limit=100, cursor=timeline.cursor)
    check.equal("the rest follows", len(rest.feed), 15)
    check("the last page has no cursor", rest.cursor is None)
    feed = client.get_author_feed("mara.test", limit=3)
    check.equal("an author's feed has a page", len(feed.feed), 3)
    uri = timeline.feed[0].post.uri
    thread = client.get_post_thread(uri)
    check.equal("the thread is about the post", thread.thread.post.uri, uri)
    check("there are followers", len(client.get_followers("mara.test").followers) > 0)
    check("there are likes", len(client.get_likes(uri).likes) > 0)
    check("there are notifications", client.app.bsky.notification.list_notifications() is not None)
    check("there are suggestions", client.app.bsky.actor.get_suggestions() is not None)
    check("there are labels", client.com.atproto.label.query_labels({"uri_patterns": ["*"]}) is not None)


def write():
    post = client.send_post("Hello from the SDK")
    found = client.get_post(post.uri.split("/")[-1])
    check.equal("a post is read again", found.value.text, "Hello from the SDK")
    check("a post is deleted", client.delete_post(post.uri))
    blob = client.upload_blob(b"bytes").blob
    check.equal("a blob has its size", blob.size, 5)


def refuse():
    try:
        client.app.bsky.actor.get_profile({"actor": "not an identifier"})
        check("an invalid identifier is refused", False)
    except AtProtocolError as error:
        check.equal("the refusal has its name", error.response.content.error, "InvalidRequest")


try:
    check.run(log_in, read, write, refuse)
finally:
    server.stop()
    folder.cleanup()
check.finish()
