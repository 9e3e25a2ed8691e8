"""The atproto SDK from PyPI against an app view, through a PDS that proxies to it, as an app does; and
the package `websockets` and plain HTTP against the app view's own methods.

usage: sdk_peer.py ATPROTO      (the executable)

The last line is a JSON object that counts the checks.
"""

import asyncio
import json
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cbrrr
import websockets
from atproto import Client, models
from atproto_client.exceptions import AtProtocolError

from shared import Checks, Network, until

STREAM = "/xrpc/dev.lexgen.index.subscribeRecords"


class FeedGenerator:
    """A feed generator as a thread: its DID document, and a feed whose posts are set by the test."""

    def __init__(self):
        generator = self
        self.posts = []
        self.authorization = None

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                if url.path == "/.well-known/did.json":
                    answer = generator.document
                elif url.path == "/xrpc/app.bsky.feed.getFeedSkeleton":
                    generator.authorization = self.headers.get("Authorization")
                    answer = {"feed": [{"post": uri} for uri in generator.posts]}
                else:
                    self.send_error(404)
                    return
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.did = f"did:web:localhost%3A{self.port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def document(self):
        return {
            "@context": ["https://www.w3.org/ns/did/v1"],
            "id": self.did,
            "service": [
                {
                    "id": "#bsky_fg",
                    "type": "BskyFeedGenerator",
                    "serviceEndpoint": f"http://localhost:{self.port}",
                }
            ],
        }

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class Scene:
    """A network with its first accounts, and an app for two of them, on different PDSs."""

    def __init__(self, check, network):
        self.check = check
        self.network = network
        self.alice = self.client("alice")
        self.bob = self.client("bob")

    def client(self, name):
        """The SDK after a login, which reads the profile through the PDS."""
        account = self.network.accounts[name]
        client = Client(account["pds"] + "/xrpc")
        client.login(account["handle"], account["password"])
        return client

    def did(self, name):
        return self.network.accounts[name]["did"]

    # Parts

    async def reads_profiles(self):
        check = self.check
        check.equal("the profile of the login", self.alice.me.display_name, "Alice")
        profile = self.alice.get_profile("bob.test")
        check.equal("the DID", profile.did, self.did("bob"))
        check.equal("the handle", profile.handle, "bob.test")
        check.equal("followers", profile.followers_count, 2)
        check.equal("follows", profile.follows_count, 1)
        check("the viewer follows", profile.viewer.following.startswith("at://"))
        check("and is followed", profile.viewer.followed_by.startswith("at://"))
        both = self.alice.get_profiles(["carol.test", "dan.test"]).profiles
        check.equal("in the asked order", [p.handle for p in both], ["carol.test", "dan.test"])
        try:
            self.alice.get_profile("nobody.test")
            check("an unknown account is refused", False)
        except AtProtocolError as error:
            check.equal("an unknown account", error.response.status_code, 400)

    async def posts_and_reads_back(self):
        check = self.check
        made = self.alice.send_post("Swift and SQLite")
        post = until(lambda: self.bob.get_posts([made.uri]).posts)[0]
        check.equal("the text", post.record.text, "Swift and SQLite")
        check.equal("the CID", post.cid, made.cid)
        check.equal("the author", post.author.handle, "alice.test")
        feed = self.bob.get_author_feed("alice.test").feed
        check.equal("first in the author's feed", feed[0].post.uri, made.uri)
        timeline = self.bob.get_timeline().feed
        check.equal("first in a follower's timeline", timeline[0].post.uri, made.uri)
        own = self.alice.get_timeline(limit=1)
        check.equal("a page of one", [item.post.uri for item in own.feed], [made.uri])
        check("more follows", own.cursor is not None)
        rest = self.alice.get_timeline(cursor=own.cursor)
        check("the next page goes on", made.uri not in [item.post.uri for item in rest.feed])

    async def replies_likes_and_reposts(self):
        check = self.check
        root = self.alice.send_post("A thread")
        reference = models.create_strong_ref(root)
        reply = self.bob.send_post(
            "A reply",
            reply_to=models.AppBskyFeedPost.ReplyRef(parent=reference, root=reference),
        )
        like = self.bob.like(root.uri, root.cid)
        self.bob.repost(root.uri, root.cid)

        def whole():
            thread = self.alice.get_post_thread(root.uri).thread
            post = thread.post
            counts = (post.reply_count, post.like_count, post.repost_count)
            return thread if counts == (1, 1, 1) else None

        thread = until(whole)
        check.equal("the reply", [item.post.uri for item in thread.replies], [reply.uri])
        check.equal("its author", thread.replies[0].post.author.handle, "bob.test")
        above = self.bob.get_post_thread(reply.uri).thread
        check.equal("its parent", above.parent.post.uri, root.uri)
        seen = self.bob.get_posts([root.uri]).posts[0]
        check.equal("the viewer's like", seen.viewer.like, like.uri)
        likes = self.alice.get_likes(root.uri).likes
        check.equal("who likes it", [item.actor.handle for item in likes], ["bob.test"])
        reposts = self.alice.get_reposted_by(root.uri).reposted_by
        check.equal("who reposted it", [actor.handle for actor in reposts], ["bob.test"])
        self.bob.unlike(like.uri)
        until(lambda: not self.alice.get_posts([root.uri]).posts[0].like_count)
        check.equal("nobody likes it", self.alice.get_likes(root.uri).likes, [])

    async def follows(self):
        check = self.check
        dan = self.did("dan")
        follow = self.alice.follow(dan)
        until(lambda: "dan.test" in [a.handle for a in self.alice.get_follows("alice.test").follows])
        followers = self.alice.get_followers("dan.test").followers
        check.equal("followers", [actor.handle for actor in followers], ["alice.test"])
        self.alice.unfollow(follow.uri)
        until(lambda: not self.alice.get_followers("dan.test").followers)
        check("the follow is gone", True)

    async def reads_notifications(self):
        check = self.check
        notify = self.alice.app.bsky.notification
        found = notify.list_notifications({}).notifications
        reasons = {(item.reason, item.author.handle) for item in found}
        for reason in [("follow", "bob.test"), ("like", "carol.test"), ("reply", "bob.test")]:
            check(f"a {reason[0]}", reason in reasons, str(reasons))
        check("none are read", all(not item.is_read for item in found))
        check.equal("the unread count", notify.get_unread_count({}).count, len(found))
        notify.update_seen({"seen_at": self.alice.get_current_time_iso()})
        check.equal("all are read", notify.get_unread_count({}).count, 0)

    async def searches(self):
        check = self.check
        posts = self.alice.app.bsky.feed.search_posts({"q": "hello pds"}).posts
        check.equal(
            "posts with both words",
            sorted(post.author.handle for post in posts),
            ["alice.test", "bob.test"],
        )
        actors = self.alice.app.bsky.actor.search_actors({"q": "carol"}).actors
        check.equal("accounts", [actor.handle for actor in actors], ["carol.test"])

    async def shows_labels(self):
        check = self.check
        post = self.bob.get_author_feed("dan.test").feed[0].post
        labels = [(label.src, label.val) for label in post.labels]
        check.equal("the label", labels, [(self.network.line["labeler"]["did"], "spam")])

    async def reads_a_custom_feed(self):
        check = self.check
        generator = FeedGenerator()
        try:
            record = models.AppBskyFeedGenerator.Record(
                did=generator.did,
                display_name="Chosen",
                created_at=self.alice.get_current_time_iso(),
            )
            made = self.alice.app.bsky.feed.generator.create(self.did("alice"), record)
            until(lambda: self.bob.app.bsky.feed.get_feed_generator({"feed": made.uri}))
            own = [item.post.uri for item in self.bob.get_author_feed("alice.test").feed]
            absent = f"at://{self.did('alice')}/app.bsky.feed.post/3aaaaaaaaaaaa"
            generator.posts = [own[1], absent, own[0]]
            page = self.bob.app.bsky.feed.get_feed({"feed": made.uri})
            check.equal(
                "known posts in the order of the feed",
                [item.post.uri for item in page.feed],
                [own[1], own[0]],
            )
            token = generator.authorization or ""
            check("the generator knows the viewer", token.startswith("Bearer "), token)
        finally:
            generator.stop()

    async def queries_over_http(self):
        check = self.check
        query = "?collection=app.bsky.feed.post&where=text:eq:Hello%20from%20PDS%20A"
        found = self.network.get("dev.lexgen.index.queryRecords", query)["records"]
        check.equal("one post", len(found), 1)
        uri = found[0]["uri"]
        links = self.network.get(
            "blue.microcosm.links.getBacklinks",
            f"?subject={urllib.parse.quote(uri)}&source=app.bsky.feed.like:subject.uri",
        )
        check.equal("who likes it", [r["did"] for r in links["records"]], [self.did("carol")])
        check.equal("their number", links["total"], 1)
        status = self.network.get("dev.lexgen.index.getStatus")
        check("the backfill is complete", status["backfillComplete"])
        check("posts are counted", any(
            count["collection"] == "app.bsky.feed.post" and count["records"] >= 3
            for count in status["collections"]
        ), str(status))

    async def follows_the_stream(self):
        check = self.check
        query = f"?collections=app.bsky.feed.post&repos={self.did('alice')}"
        async with websockets.connect(self.network.socket + STREAM + query) as socket:
            made = await asyncio.to_thread(self.alice.send_post, "In the stream")
            message = await asyncio.wait_for(socket.recv(), 30)
            header, event = list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message))
            check.equal("the header", header, {"op": 1, "t": "#record"})
            check.equal("the account", event["did"], self.did("alice"))
            check.equal("the action", event["action"], "create")
            check.equal("the record key", event["rkey"], made.uri.split("/")[-1])
            check.equal("the record", event["record"]["text"], "In the stream")
            check("the number is positive", event["seq"] > 0)
            deleted = await asyncio.to_thread(self.alice.delete_post, made.uri)
            check("the post is deleted", deleted)
            message = await asyncio.wait_for(socket.recv(), 30)
            _, event = list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message))
            check.equal("its deletion", event["action"], "delete")
            check("without a record", "record" not in event)

    async def keeps_preferences_at_home(self):
        preferences = self.alice.app.bsky.actor.get_preferences({}).preferences
        self.check.equal("kept by the PDS", preferences, [])


def main(program):
    check = Checks()
    with Network(program) as network:
        scene = Scene(check, network)
        asyncio.run(
            check.run_async(
                scene.reads_profiles, scene.reads_notifications, scene.shows_labels,
                scene.posts_and_reads_back, scene.replies_likes_and_reposts, scene.follows,
                scene.searches, scene.reads_a_custom_feed, scene.queries_over_http,
                scene.follows_the_stream, scene.keeps_preferences_at_home,
            )
        )
        if check.failed:
            print(network.log[-4000:], file=sys.stderr)
    check.equal("the network stops cleanly", network.status, 0)
    check.finish()


main(sys.argv[1])
