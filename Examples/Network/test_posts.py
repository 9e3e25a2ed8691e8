"""Tests of an app against a network of its own."""

import unittest

from network import Network, Refusal


class PostTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.network = cls.enterClassContext(Network())

    def test_a_post_is_read_back_through_the_app_view(self):
        alice = self.network.login("alice.test")
        made = alice.post("Written by a test")
        posts = self.network.until(
            lambda: self.network.app_view("app.bsky.feed.getPosts", uris=made["uri"])["posts"]
        )
        self.assertEqual(posts[0]["record"]["text"], "Written by a test")
        self.assertEqual(posts[0]["cid"], made["cid"])
        self.assertEqual(posts[0]["author"]["handle"], "alice.test")

    def test_a_reply_from_the_other_pds_is_in_the_thread(self):
        root = self.network.login("carol.test").post("A question")
        bob = self.network.login("bob.test")
        reply = bob.post("An answer", reply={"root": root, "parent": root})

        def thread():
            found = bob.get("app.bsky.feed.getPostThread", uri=root["uri"])["thread"]
            return found if found.get("replies") else None

        replies = self.network.until(thread)["replies"]
        self.assertEqual([item["post"]["uri"] for item in replies], [reply["uri"]])

    def test_records_are_queried_by_their_fields(self):
        found = self.network.app_view(
            "dev.lexgen.index.queryRecords",
            collection="app.bsky.feed.post",
            where=["text:prefix:Hello from", "reply:missing"],
        )
        self.assertEqual([item["value"]["text"] for item in found["records"]], ["Hello from PDS A"])

    def test_an_unknown_field_is_refused(self):
        with self.assertRaises(Refusal) as refused:
            self.network.app_view(
                "dev.lexgen.index.queryRecords",
                collection="app.bsky.feed.post",
                where="mood:eq:good",
            )
        self.assertEqual((refused.exception.status, refused.exception.name), (400, "UnknownField"))


if __name__ == "__main__":
    unittest.main()
