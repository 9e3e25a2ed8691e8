import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import XRPC

@testable import Labeler

@Suite struct HostileReportTests {
  private static let spam: DataValue = "com.atproto.moderation.defs#reasonSpam"
  private let fixture: DeskFixture
  private let account: DataValue = [
    "$type": "com.atproto.admin.defs#repoRef", "did": "did:web:alice.test",
  ]

  init() throws {
    fixture = try DeskFixture(limits: [RateLimit(20, perSeconds: 3_600)])
  }

  private func status(_ input: DataValue) async throws -> Int {
    try await fixture.post("com.atproto.moderation.createReport", input).head.status.code
  }

  @Test func hugeReasonsAreRefused() async throws {
    for reason in [String(repeating: "x", count: 1 << 20), String(repeating: "é", count: 2_001)] {
      let input: DataValue = [
        "reasonType": Self.spam, "reason": .string(reason), "subject": account,
      ]
      #expect([400, 413].contains(try await status(input)))
    }
    #expect(
      try await status([
        "reasonType": .string(String(repeating: "x", count: 301)), "subject": account,
      ]) == 400
    )
  }

  @Test func hugeModToolsAreRefused() async throws {
    let input: DataValue = [
      "reasonType": Self.spam, "subject": account,
      "modTool": ["name": "x", "meta": ["a": .string(String(repeating: "x", count: 9_000))]],
    ]
    #expect(try await status(input) == 400)
  }

  @Test func deeplyNestedModToolsAreRefused() async throws {
    let depth = 50_000
    let meta =
      String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)
    let json = """
      {"reasonType":"com.atproto.moderation.defs#reasonSpam","modTool":{"name":"x","meta":\(meta)},
      "subject":{"$type":"com.atproto.admin.defs#repoRef","did":"did:web:alice.test"}}
      """
    let response = try await fixture.post(
      "com.atproto.moderation.createReport",
      json: Array(json.utf8)
    )
    #expect(response.head.status == .badRequest)
  }

  @Test func hugeSubjectsAreRefused() async throws {
    let uri = "at://did:web:alice.test/app.bsky.feed.post/" + String(repeating: "x", count: 4_000)
    let input: DataValue = [
      "reasonType": Self.spam,
      "subject": [
        "$type": "com.atproto.repo.strongRef", "uri": .string(uri), "cid": .string(Subject.postCID),
      ],
    ]
    #expect(try await status(input) == 400)
  }

  @Test func floodOfOneReporterIsLimited() async throws {
    let bob = try fixture.account("bob")
    var accepted = 0
    for number in 0..<50 {
      let outcome = await refusal {
        try await fixture.report(.post(bob, "\(number)"), as: .account(bob)).id
      }
      if outcome.hasPrefix("not refused") { accepted += 1 }
    }
    #expect(accepted == 20)
  }

  @Test func reportsOfTheSameSubjectHaveOneStatus() async throws {
    for number in 0..<30 {
      let reporter = try fixture.account("reporter\(number)")
      try await fixture.report(Subject("did:web:alice.test"), as: .account(reporter))
    }
    #expect(try await fixture.desk.statuses(StatusFilter()).statuses.count == 1)
    #expect(try await fixture.desk.tally(of: "did:web:alice.test")[.reports] == 30)
  }
}
