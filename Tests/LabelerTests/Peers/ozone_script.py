"""The scripts by which people run labelers, with the bodies that they send: a bot that labels as the
labeler's account, through the account's PDS, and an administrator with curl.

usage: ozone_script.py ATPROTO      (the executable)

The last line is a JSON object that counts the checks.
"""

import sys

import httpx

from shared import Checks, Labeler, Server, post

EMIT = "tools.ozone.moderation.emitEvent"


class Scene:
    def __init__(self, check, server, labeler, bot, author):
        self.check = check
        self.server = server
        self.labeler = labeler
        self.bot = bot
        self.author = author
        self.subject = post(server, author, "Hello")

    def send(self, body, token=None):
        """Through the PDS with the bot's session, or as the administrator."""
        if token is None:
            headers = {"Authorization": self.labeler.basic}
            return httpx.post(f"{self.labeler.url}/xrpc/{EMIT}", json=body, headers=headers)
        headers = {
            "Authorization": f"Bearer {token}",
            "atproto-proxy": f"{self.labeler.did}#atproto_labeler",
            # Clients of app views send it with every call.
            "atproto-accept-labelers": f"{self.labeler.did};redact",
        }
        return httpx.post(f"{self.server.socket}/xrpc/{EMIT}", json=body, headers=headers)

    def body(self, create=(), negate=(), **more):
        return {
            "event": {
                "$type": "tools.ozone.moderation.defs#modEventLabel",
                "createLabelVals": list(create),
                "negateLabelVals": list(negate),
                "comment": "by a bot",
            },
            "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": self.author["did"]},
            "createdBy": self.bot["did"],
            "subjectBlobCids": [],
            **more,
        }

    def current(self):
        return sorted(label["val"] for label in self.labeler.labels() if not label.get("neg"))

    # Parts

    def labels_an_account(self):
        answer = self.send(self.body(["nice"]), self.bot["accessJwt"])
        self.check.equal("the status", answer.status_code, 200)
        self.check.equal("who did it", answer.json()["createdBy"], self.bot["did"])
        self.check.equal("the labels", self.current(), ["nice"])

    def labels_a_record_with_negations(self):
        subject = {"$type": "com.atproto.repo.strongRef", **self.subject}
        answer = self.send(self.body(["one", "two"], subject=subject))
        self.check.equal("the status", answer.status_code, 200)
        answer = self.send(self.body([], ["one", "one"], subject=subject))
        self.check.equal("the same value twice", answer.status_code, 200)
        self.check.equal("the labels", self.current(), ["nice", "two"])

    def negates_what_is_not_labeled(self):
        answer = self.send(self.body([], ["never"]))
        self.check.equal("the status", answer.status_code, 200)
        negations = [label["val"] for label in self.labeler.labels() if label.get("neg")]
        self.check("the negation is stored", "never" in negations, str(negations))

    def explains_what_is_wrong(self):
        untyped = self.body(["x"])
        del untyped["subject"]["$type"]
        for name, body in (
            ("a subject without $type", untyped),
            ("a reserved value", self.body(["!invented"])),
            ("a value that is created and negated", self.body(["a"], ["a"])),
            ("no values", self.body()),
            ("an event of another kind", {
                **self.body(), "event": {"$type": "tools.ozone.moderation.defs#modEventDivert"},
            }),
        ):
            answer = self.send(body)
            self.check.equal(name, answer.status_code, 400)
            self.check.equal(f"{name}: error", answer.json()["error"], "InvalidRequest")
            self.check(f"{name}: message", len(answer.json()["message"]) > 10, answer.text)

    def refuses_strangers(self):
        answer = self.send(self.body(["x"]), self.author["accessJwt"])
        self.check.equal("an account that is not a member", answer.status_code, 401)
        answer = httpx.post(f"{self.labeler.url}/xrpc/{EMIT}", json=self.body(["x"]))
        self.check.equal("no credentials", answer.status_code, 401)


def main(program):
    check = Checks()
    with Server(program) as server:
        bot, author = server.account("bot"), server.account("author")
        with Labeler(program, server.plc, "--admins", bot["did"]) as labeler:
            scene = Scene(check, server, labeler, bot, author)
            check.run(
                scene.labels_an_account, scene.labels_a_record_with_negations,
                scene.negates_what_is_not_labeled, scene.explains_what_is_wrong,
                scene.refuses_strangers,
            )
    check.finish()


main(sys.argv[1])
