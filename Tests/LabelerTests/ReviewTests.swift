import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC

@testable import Labeler

/// The review page, as moderators use it.
@Suite struct ReviewTests {
  @Test func reportIsWorkedThrough() async throws {
    try await LabelerWorld.run { world in
      let labeler = world.labeler
      let author = try await world.account("author")
      let reporter = try await world.account("reporter")
      let first = try await author.post("Buy now")
      let second = try await author.post("Buy later")
      try await reporter.report(first, to: labeler.did, text: "an advertisement")
      try await reporter.report(second, to: labeler.did)
      let browser = try await ReviewBrowser(labeler, as: labeler.did)

      let queue = try await browser.get("/review/")
      #expect(queue.head.status == .ok)
      #expect(queue.text.contains(first.uri.string) && queue.text.contains(second.uri.string))
      #expect(queue.text.contains("spam"))

      let page = try await browser.get(ReviewLink.subject(first.uri.string))
      #expect(page.head.status == .ok)
      for text in ["text: Buy now", "an advertisement", reporter.did.string] {
        #expect(page.text.contains(text), "\(text)")
      }

      let labeled = try await browser.act(
        "label",
        on: first.uri.string,
        ["values": "spam", "cid": first.cid.string, "close": "1"]
      )
      #expect(labeled.head.status == .seeOther)
      #expect(labeled.location == ReviewLink.subject(second.uri.string, [("done", "label")]))
      let labels = try await labeler.stream(after: 0, count: 1)
      #expect(labels.first?.label.val == "spam")
      #expect(labels.first?.label.cid?.string == first.cid.string)

      let acknowledged = try await browser.act(
        "acknowledge",
        on: second.uri.string,
        ["next": "1"]
      )
      #expect(acknowledged.location == "/review/?done=acknowledge")
      let empty = try await browser.get("/review/?done=acknowledge")
      #expect(empty.text.contains("Nothing to review."))
      #expect(empty.text.contains("Reports acknowledged."))
      #expect(try await browser.get("/review/?tab=closed").text.contains(first.uri.string))
    }
  }

  @Test(
    arguments: [
      ("takedown", ["comment": "a scam", "hours": "24"], "taken down for 24 hours"),
      ("escalate", [:], "escalated"), ("acknowledge", [:], "acknowledged"),
      ("comment", ["comment": "a friend", "sticky": "1"], "noted"),
      ("tag", ["add": "a, b"], "tagged: +a +b"),
      ("label", ["value:spam": "1", "values": "rude", "hours": "3"], "labeled: +spam +rude"),
    ] as [(String, [String: String], String)]
  )
  func actionIsInTheHistory(
    _ action: String,
    _ values: [String: String],
    _ text: String
  ) async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        let subject = "did:web:somebody.example.com"
        let answer = try await browser.act(action, on: subject, values)
        #expect(answer.head.status == .seeOther, "\(answer.text)")
        let page = try await browser.get(ReviewLink.subject(subject))
        #expect(page.text.contains(text), "\(page.text)")
        #expect(page.text.contains("by \(labeler.did)"))
      }
    }
  }

  @Test func takedownIsReversedAndLabelIsNegated() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        let subject = "did:web:somebody.example.com"
        try await browser.act("takedown", on: subject)
        let down = try await browser.get(ReviewLink.subject(subject))
        #expect(down.text.contains("Reverse the takedown") && down.text.contains("!takedown"))
        try await browser.act("reverse", on: subject)
        try await browser.act("label", on: subject, ["values": "spam"])
        #expect(
          try await browser.get(ReviewLink.subject(subject)).text.contains("Negate")
        )
        try await browser.act("negate", on: subject, ["values": "spam"])
        let labels = try await labeler.stream(after: 0, count: 2).map(\.label)
        #expect(labels.map(\.val) == ["!takedown", "spam"])
        #expect(labels.allSatisfy { $0.neg == true })
      }
    }
  }

  @Test func reportedVersionThatDoesNotExistHidesNothing() async throws {
    try await LabelerWorld.run { world in
      let labeler = world.labeler
      let author = try await world.account("author")
      let post = try await author.post("Buy now")
      let invented = ComAtproto.Repo.StrongRef(
        uri: post.uri,
        cid: "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
      )
      try await author.report(invented, to: labeler.did)
      let browser = try await ReviewBrowser(labeler, as: labeler.did)
      let page = try await browser.get(ReviewLink.subject(post.uri.string))
      #expect(page.text.contains("text: Buy now"))
      #expect(page.text.contains(post.cid.string) && !page.text.contains(invented.cid.string))
    }
  }

  @Test func problemIsShownWithItsReason() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        let subject = "did:web:somebody.example.com"
        let none = try await browser.act("label", on: subject)
        #expect(none.head.status == .badRequest && none.text.contains("No label is chosen"))
        let reserved = try await browser.act("label", on: subject, ["values": "!invented"])
        #expect(reserved.head.status == .badRequest)
        let hours = try await browser.act("takedown", on: subject, ["hours": "soon"])
        #expect(hours.head.status == .badRequest)
        let again = try await browser.act("reverse", on: subject)
        #expect(again.head.status == .badRequest)
      }
    }
  }

  @Test func roleDecidesWhatIsOffered() async throws {
    try await LabelerWorld.servers { plc, _ in
      let member: DID = "did:web:triage.example.com"
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let team = labeler.server.services.domain.team
        let admin = Moderator(did: labeler.did, role: .admin)
        _ = try await team.add(member, role: .triage, by: admin)
        let browser = try await ReviewBrowser(labeler, as: member)
        let subject = "did:web:somebody.example.com"
        let page = try await browser.get(ReviewLink.subject(subject))
        #expect(page.text.contains("Acknowledge") && !page.text.contains("Take down"))
        let refused = try await browser.act("takedown", on: subject)
        #expect(refused.head.status == .forbidden)
        #expect(try await browser.get("/review/team").head.status == .forbidden)

        // A member who is removed is out at once.
        try await team.remove(member, by: admin)
        let out = try await browser.get("/review/")
        #expect(out.head.status == .forbidden && out.text.contains("not a member"))
      }
    }
  }

  @Test func teamIsManagedByAdministrators() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        let member = "did:web:alice.example.com"
        let token = try await browser.token("/review/team")
        func send(_ action: String, _ more: [String: String] = [:]) async throws -> String? {
          try await browser.post(
            "/review/team",
            ["csrf": token, "did": member, "action": action].merging(more) { $1 }
          ).location
        }
        #expect(try await send("add", ["role": "triage"]) == "/review/team?done=add")
        #expect(try await send("change", ["role": "moderator"]) == "/review/team?done=change")
        #expect(try await send("disable") == "/review/team?done=disable")
        let page = try await browser.get("/review/team?done=disable")
        #expect(page.text.contains(member) && page.text.contains("disabled"))
        #expect(try await send("remove") == "/review/team?done=remove")
        #expect(!(try await browser.get("/review/team").text.contains(member)))
      }
    }
  }

  @Test func everyMemberIsOnAPage() async throws {
    try await LabelerWorld.servers { plc, _ in
      try await RunningTestLabeler.run(plc: plc) { labeler in
        let admin = Moderator(did: labeler.did, role: .admin)
        let members = try (100..<201).map { try DID("did:web:member\($0).example.com") }
        for member in members {
          _ = try await labeler.server.services.domain.team.add(member, role: .triage, by: admin)
        }
        let browser = try await ReviewBrowser(labeler, as: labeler.did)
        let first = try await browser.get("/review/team").text
        #expect(members.count { first.contains($0.string) } == 100)
        let link = try #require(first.firstMatch(of: #/rel="next" href="([^"]+)"/#)?.1)
        let last = try await browser.get(String(link)).text
        #expect(last.contains(members[100].string) && !last.contains(members[99].string))
        #expect(!last.contains("rel=\"next\""))
      }
    }
  }
}
