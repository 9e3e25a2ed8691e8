"""Other implementations against a labeler: the atproto SDK reports and moderates, the package
`websockets` reads the stream, `cbrrr` decodes it, and signatures are verified over labels that are
encoded here.

usage: labeler_peer.py ATPROTO      (the executable)

The last line is a JSON object that counts the checks.
"""

import asyncio
import base64
import json
import sys
import urllib.request

import cbrrr
import websockets
from atproto import Client, models
from atproto_client.exceptions import AtProtocolError
from atproto_crypto.did import format_did_key_multikey
from atproto_crypto.verify import verify_signature

from shared import Checks, Labeler, Server, post

STREAM = "/xrpc/com.atproto.label.subscribeLabels"
Defs = models.ToolsOzoneModerationDefs
Report = models.ComAtprotoModerationCreateReport


class Scene:
    """A PDS with an author, a reporter, and a moderator, and a labeler."""

    def __init__(self, check, server, labeler, accounts):
        self.check = check
        self.server = server
        self.labeler = labeler
        self.accounts = accounts
        self.subject = post(server, accounts["author"], "Buy now")
        self.frames = []

    def client(self, name):
        """The SDK, logged in to the PDS; its calls of moderation go to the labeler."""
        account = self.accounts[name]
        client = Client(self.server.socket + "/xrpc")
        client.login(account["handle"], account["password"], fetch_bsky_profile=False)
        return client.with_proxy("atproto_labeler", self.labeler.did)

    @property
    def administrator(self):
        client = Client(self.labeler.url + "/xrpc")
        client.request.add_additional_header("Authorization", self.labeler.basic)
        return client

    @property
    def reference(self):
        return models.ComAtprotoRepoStrongRef.Main(**self.subject)

    def emit(self, client, event, created_by):
        data = models.ToolsOzoneModerationEmitEvent.Data(
            event=event, subject=self.reference, created_by=created_by
        )
        return client.tools.ozone.moderation.emit_event(data)

    def key(self):
        """The key of labels in the DID document, as a did:key."""
        with urllib.request.urlopen(f"{self.server.plc}/{self.labeler.did}") as response:
            document = json.load(response)
        method = next(
            m for m in document["verificationMethod"] if m["id"].endswith("#atproto_label")
        )
        return format_did_key_multikey(method["publicKeyMultibase"])

    def is_signed(self, label):
        """Whether the signature is valid over the fields of the specification alone."""
        fields = ("ver", "src", "uri", "cid", "val", "neg", "cts", "exp")
        unsigned = {name: label[name] for name in fields if name in label}
        return verify_signature(self.key(), cbrrr.encode_dag_cbor(unsigned), bytes(label["sig"]))

    async def read(self, cursor, count):
        frames = []
        async with websockets.connect(f"{self.labeler.socket}{STREAM}?cursor={cursor}") as socket:
            while len(frames) < count:
                message = await asyncio.wait_for(socket.recv(), 30)
                frames.append(list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message)))
        return frames

    # Parts

    async def reports_with_the_sdk(self):
        check = self.check
        reporter = self.client("reporter")
        made = reporter.com.atproto.moderation.create_report(
            Report.Data(
                reason_type="com.atproto.moderation.defs#reasonSpam",
                reason="an advertisement",
                subject=self.reference,
            )
        )
        check("the report has a number", made.id > 0)
        check.equal("the reporter", made.reported_by, self.accounts["reporter"]["did"])
        check.equal("the reason", made.reason, "an advertisement")
        statuses = self.administrator.tools.ozone.moderation.query_statuses({})
        check.equal("one subject", len(statuses.subject_statuses), 1)
        status = statuses.subject_statuses[0]
        check.equal(
            "its state", status.review_state, "tools.ozone.moderation.defs#reviewOpen"
        )
        check.equal("its URI", status.subject.uri, self.subject["uri"])
        events = self.administrator.tools.ozone.moderation.query_events(
            {"subject": self.subject["uri"]}
        ).events
        check.equal("one event", [event.created_by for event in events], [made.reported_by])

    async def labels_as_a_member(self):
        check = self.check
        moderator = self.accounts["moderator"]["did"]
        label = Defs.ModEventLabel(create_label_vals=["spam"], negate_label_vals=[])
        made = self.emit(self.client("moderator"), label, moderator)
        check.equal("the trail names the moderator", made.created_by, moderator)
        try:
            self.emit(self.client("reporter"), label, self.accounts["reporter"]["did"])
            check("a stranger is refused", False)
        except AtProtocolError as error:
            check.equal("a stranger is refused", error.response.status_code, 401)

    async def reads_the_stream_with_websockets(self):
        check = self.check
        self.frames = await self.read(0, 1)
        header, payload = self.frames[0]
        check.equal("the header", header, {"op": 1, "t": "#labels"})
        check("the number is positive", payload["seq"] >= 1)
        check.equal("one label", len(payload["labels"]), 1)
        label = payload["labels"][0]
        check.equal("its version", label["ver"], 1)
        check.equal("its source", label["src"], self.labeler.did)
        check.equal("its URI", label["uri"], self.subject["uri"])
        check.equal("its CID", label["cid"], self.subject["cid"])
        check.equal("its value", label["val"], "spam")
        check("it has no neg", "neg" not in label)
        check("it is signed", self.is_signed(label))
        check("only fields of the specification", set(label) <= {
            "ver", "src", "uri", "cid", "val", "neg", "cts", "exp", "sig"
        }, str(set(label)))

    async def queries(self):
        check = self.check
        author = self.accounts["author"]["did"]
        found = self.labeler.labels(f"at://{author}/*")
        check.equal("one label", [label["val"] for label in found], ["spam"])
        sent = self.frames[0][1]["labels"][0]
        signature = found[0]["sig"]["$bytes"]
        check("the signature has no padding", "=" not in signature)
        check.equal(
            "it is that of the stream",
            base64.b64decode(signature + "=" * (-len(signature) % 4)),
            bytes(sent["sig"]),
        )
        # The models of the SDK refuse every signature in JSON, so it can only find nothing.
        client = Client(self.labeler.url + "/xrpc")
        none = client.com.atproto.label.query_labels({"uri_patterns": ["at://did:web:other/*"]})
        check.equal("nothing for another account", none.labels, [])

    async def retracts(self):
        check = self.check
        first = self.frames[0][1]["seq"]
        label = Defs.ModEventLabel(create_label_vals=[], negate_label_vals=["spam"])
        self.emit(self.administrator, label, self.labeler.did)
        header, payload = (await self.read(0, 1))[0]
        negation = payload["labels"][0]
        check("the number has risen", payload["seq"] > first)
        check.equal("the retracted label is gone; its negation is there", negation["neg"], True)
        check("it is signed", self.is_signed(negation))
        check("it is newer", negation["cts"] > self.frames[0][1]["labels"][0]["cts"])

    async def streams_live(self):
        check = self.check
        async with websockets.connect(self.labeler.socket + STREAM) as socket:
            label = Defs.ModEventLabel(
                create_label_vals=["rude"], negate_label_vals=[], duration_in_hours=24
            )
            self.emit(self.administrator, label, self.labeler.did)
            message = await asyncio.wait_for(socket.recv(), 2)
            _, payload = list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message))
            live = payload["labels"][0]
            check.equal("the new label", live["val"], "rude")
            check("it expires", live["exp"] > live["cts"], str(live))
            check("its expiry is signed", self.is_signed(live))

    async def refuses_a_future_cursor(self):
        async with websockets.connect(f"{self.labeler.socket}{STREAM}?cursor=1000000000") as socket:
            message = await asyncio.wait_for(socket.recv(), 30)
            header, payload = list(cbrrr.decode_multi_dag_cbor_in_violation_of_the_spec(message))
            self.check.equal("the frame is an error", header, {"op": -1})
            self.check.equal("its name", payload["error"], "FutureCursor")
        try:
            async with websockets.connect(f"{self.labeler.socket}{STREAM}?cursor=x"):
                self.check("a malformed cursor is refused", False)
        except websockets.InvalidStatus as error:
            self.check.equal("a malformed cursor", error.response.status_code, 400)

    async def takes_down_and_resolves(self):
        check = self.check
        takedown = Defs.ModEventTakedown(comment="a scam")
        self.emit(self.administrator, takedown, self.labeler.did)
        statuses = self.administrator.tools.ozone.moderation.query_statuses({"takendown": True})
        check.equal("one subject is taken down", len(statuses.subject_statuses), 1)
        values = {label["val"] for label in self.labeler.labels() if not label.get("neg")}
        check("there is a label for it", "!takedown" in values, str(values))
        self.emit(self.administrator, Defs.ModEventReverseTakedown(), self.labeler.did)
        statuses = self.administrator.tools.ozone.moderation.query_statuses({"takendown": True})
        check.equal("none after the reversal", len(statuses.subject_statuses), 0)

    async def shows_its_configuration(self):
        config = self.administrator.tools.ozone.server.get_config()
        self.check.equal("the role", config.viewer.role, "tools.ozone.team.defs#roleAdmin")
        members = self.administrator.tools.ozone.team.list_members({}).members
        self.check.equal(
            "the team", [member.did for member in members], [self.accounts["moderator"]["did"]]
        )


def main(program):
    check = Checks()
    with Server(program) as server:
        names = {"author": "alice", "reporter": "bob", "moderator": "carol"}
        accounts = {part: server.account(name) for part, name in names.items()}
        with Labeler(program, server.plc, "--admins", accounts["moderator"]["did"]) as labeler:
            scene = Scene(check, server, labeler, accounts)
            asyncio.run(
                check.run_async(
                    scene.reports_with_the_sdk, scene.labels_as_a_member,
                    scene.reads_the_stream_with_websockets, scene.queries,
                    scene.retracts, scene.streams_live, scene.refuses_a_future_cursor,
                    scene.takes_down_and_resolves, scene.shows_its_configuration,
                )
            )
    check.finish()


main(sys.argv[1])
