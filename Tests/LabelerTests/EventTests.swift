import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import Testing
import ToolsOzoneAPI
import XRPC
import XRPCClient
import XRPCServer

@testable import Labeler

@Suite struct EventTests {
  private let fixture: DeskFixture
  private let alice: Subject
  private let post: Subject

  init() throws {
    fixture = try DeskFixture()
    let did = try fixture.account("alice")
    alice = Subject(did)
    post = try .post(did)
  }

  struct Effect: Sendable {
    var action: ModerationAction
    var state: SubjectStatus.ReviewState
    var labels: [String] = []
    var isTakenDown = false
  }

  static let effects: [Effect] = [
    Effect(action: .acknowledge(), state: .closed),
    Effect(action: .escalate, state: .escalated),
    Effect(action: .comment(isSticky: true), state: .open),
    Effect(action: .tag(TagAction(add: ["a"])), state: .open),
    Effect(action: .priorityScore(40), state: .open),
    Effect(action: .mute(hours: 2), state: .open),
    Effect(action: .unmute, state: .open),
    Effect(action: .resolveAppeal, state: .open),
    Effect(
      action: .label(LabelAction(create: ["spam", "rude"], negate: ["porn"])),
      state: .open,
      labels: ["spam", "rude", "-porn"]
    ),
    Effect(action: .takedown(), state: .closed, labels: ["!takedown"], isTakenDown: true),
    Effect(
      action: .takedown(TakedownAction(hours: 24)),
      state: .closed,
      labels: ["!suspend"],
      isTakenDown: true
    ),
    Effect(action: .report(type: "com.atproto.moderation.defs#reasonRude"), state: .open),
  ]

  @Test(arguments: effects) func eventTypesAndTheirEffects(_ effect: Effect) async throws {
    try await fixture.emit(.report(type: "com.atproto.moderation.defs#reasonSpam"), alice)
    let view = try await fixture.emit(effect.action, alice, comment: "because")
    #expect(view.id == 2)
    let status = try await fixture.status(alice)
    #expect(status?.review.state == effect.state)
    #expect((status?.takedown != nil) == effect.isTakenDown)
    #expect(try await fixture.labelNames(alice) == effect.labels)
    let stored = try await fixture.desk.event(2)
    #expect(stored?.action == effect.action && stored?.comment == "because")
  }

  @Test func auditTrailNamesTheModerator() async throws {
    let moderator = try await fixture.member("mod", .moderator)
    // A token says who acts, whatever the body says.
    let view = try await fixture.emit(.escalate, alice, as: .account(moderator))
    #expect(view.createdBy.string == moderator.string)
    let other = try await fixture.emit(.acknowledge(), alice)
    #expect(other.createdBy.string == "did:web:admin.test")
    #expect(try await fixture.status(alice)?.review.by == "did:web:admin.test")
  }

  @Test func takedownOfARecordCoversAllItsVersions() async throws {
    try await fixture.emit(.label(LabelAction(create: ["spam"])), post)
    try await fixture.emit(.takedown(TakedownAction(hours: 1)), post)
    let labels = try await fixture.labels.labels.labels(on: post.uri)
    #expect(labels.map(\.val).sorted() == ["!takedown", "spam"])
    for label in labels {
      #expect((label.cid == nil) == (label.val == "!takedown"))
      #expect((label.exp != nil) == (label.val == "!takedown"))
    }
  }

  @Test func reversalNegatesTheLabelOfTheTakedown() async throws {
    try await fixture.emit(.takedown(TakedownAction(hours: 1)), alice)
    try await fixture.emit(.reverseTakedown, alice)
    #expect(try await fixture.labelNames(alice) == ["-!suspend"])
    try await fixture.emit(.takedown(), alice)
    try await fixture.emit(.reverseTakedown, alice)
    #expect(try await fixture.labelNames(alice) == ["-!suspend", "-!takedown"])
  }

  @Test func takedownsThatDoNotFitTheStatusAreRefused() async throws {
    #expect(
      await refusal { try await fixture.emit(.reverseTakedown, alice) } == "400 InvalidRequest"
    )
    try await fixture.emit(.takedown(), alice)
    #expect(await refusal { try await fixture.emit(.takedown(), alice) } == "400 InvalidRequest")
  }

  @Test func sameValueNegatedTwiceInOneEvent() async throws {
    try await fixture.emit(.label(LabelAction(create: ["spam", "spam"])), alice)
    try await fixture.emit(.label(LabelAction(negate: ["spam", "spam"])), alice)
    #expect(try await fixture.labelNames(alice) == ["-spam"])
  }

  @Test func durationBecomesASignedExpiry() async throws {
    try await fixture.emit(.label(LabelAction(create: ["spam"], hours: 24)), alice)
    let label = try #require(try await fixture.labels.labels.labels(on: alice.uri).first)
    let expiry = DeskFixture.start + 24 * 3_600_000
    #expect(label.exp?.string == LabelTime.text(expiry))
    #expect(label.hasValidSignature(by: fixture.labels.key.publicKey))
  }

  static let refused: [ModerationAction] = [
    .label(LabelAction(create: ["!banned"])), .label(LabelAction(create: [""])),
    .label(LabelAction(create: ["a b"])),
    .label(LabelAction(create: [String(repeating: "a", count: 129)])),
    .label(LabelAction()), .label(LabelAction(create: ["spam"], negate: ["spam"])),
    .label(LabelAction(create: (0..<51).map { "value-\($0)" })),
    .label(LabelAction(create: ["spam"], hours: 0)),
    .label(LabelAction(create: ["spam"], hours: 876_001)),
    .takedown(TakedownAction(hours: -1)), .takedown(TakedownAction(targets: ["everywhere"])),
    .mute(hours: 0), .tag(TagAction()), .tag(TagAction(add: ["a"], remove: ["a"])),
    .tag(TagAction(add: [String(repeating: "a", count: 301)])), .priorityScore(101),
    .email(EmailAction(subjectLine: "hello", content: "you")),
  ]

  @Test(arguments: refused) func malformedEventsAreRefused(_ action: ModerationAction) async throws
  {
    #expect(await refusal { try await fixture.emit(action, alice) } == "400 InvalidRequest")
    #expect(try await fixture.status(alice) == nil)
  }

  @Test func reservedValuesAreRefused() async throws {
    let message = await refusalMessage {
      try await fixture.emit(.label(LabelAction(create: ["!banned"])), alice)
    }
    #expect(message?.contains("!banned") == true)
    try await fixture.emit(.label(LabelAction(create: ["!hide", "!warn"])), alice)
    #expect(try await fixture.labelNames(alice) == ["!hide", "!warn"])
  }

  @Test func labelOnOwnRecordIsNotASelfLabel() async throws {
    let own = try Subject.post(DeskFixture.did)
    try await fixture.emit(.label(LabelAction(create: ["spam"])), own)
    let label = try #require(try await fixture.labels.labels.labels(on: own.uri).first)
    #expect(label.sig != nil && label.src.string == DeskFixture.did.string)
  }

  @Test func eventsOfUnsupportedTypesAreNamed() async throws {
    let message = await refusalMessage {
      try await fixture.emit(.escalate, alice) { input in
        input.event = .modEventDivert(ToolsOzone.Moderation.Defs.ModEventDivert())
      }
    }
    #expect(message?.contains("modEventDivert are not supported") == true)
  }

  @Test func externalIdentifierIsUsedOnce() async throws {
    func emit(_ action: ModerationAction, _ subject: Subject) async throws -> String {
      await refusal {
        try await fixture.emit(action, subject) { $0.externalId = "one" }.id
      }
    }
    #expect(try await emit(.escalate, alice) == "not refused: 1")
    #expect(try await emit(.escalate, alice) == "400 DuplicateExternalId")
    // The same identifier on another subject, or of another kind of event, is another one.
    #expect(try await emit(.comment(), alice) == "not refused: 2")
    #expect(try await emit(.escalate, post) == "not refused: 3")
  }

  @Test func unknownFieldsOfEventsAreKept() async throws {
    try await fixture.emit(.escalate, alice) { input in
      input.event = .modEventEscalate(
        ToolsOzone.Moderation.Defs.ModEventEscalate(unknownFields: ["newField": 3])
      )
      input.modTool = ToolsOzone.Moderation.Defs.ModTool(
        name: "script/1",
        meta: ["batchId": "b1"]
      )
    }
    let view = try await fixture.query(
      ToolsOzone.Moderation.GetEvent.self,
      ToolsOzone.Moderation.GetEvent.Parameters(id: 1)
    )
    #expect(view.event.dataValue["newField"] == 3)
    #expect(view.modTool?.name == "script/1" && view.modTool?.meta?["batchId"] == "b1")
  }

  @Test func unknownEventIsNotFound() async throws {
    let error = await refusal {
      try await fixture.query(
        ToolsOzone.Moderation.GetEvent.self,
        ToolsOzone.Moderation.GetEvent.Parameters(id: 99)
      )
    }
    #expect(error == "400 EventNotFound")
  }

  @Test func acknowledgmentCanCloseAllReviewsOfAnAccount() async throws {
    let report = ModerationAction.report(type: "com.atproto.moderation.defs#reasonSpam")
    let second = try Subject.post(alice.did, "2")
    let other = Subject(try fixture.account("bob"))
    for subject in [alice, post, second, other] { try await fixture.emit(report, subject) }
    try await fixture.emit(.escalate, second)
    try await fixture.emit(.acknowledge(closesAccount: true), alice)
    for subject in [alice, post, second] {
      #expect(try await fixture.status(subject)?.review.state == .closed)
    }
    #expect(try await fixture.status(other)?.review.state == .open)
    // One event for each subject, so that its history is complete.
    #expect(try await fixture.desk.events(EventFilter(kinds: [.acknowledge])).events.count == 3)
  }

  @Test func answeringReportsClosesTheReview() async throws {
    try await fixture.emit(.report(type: "com.atproto.moderation.defs#reasonSpam"), alice)
    try await fixture.emit(.label(LabelAction(create: ["spam"])), alice) { input in
      input.reportAction = ToolsOzone.Moderation.EmitEvent.ReportAction(all: true)
    }
    #expect(try await fixture.status(alice)?.review.state == .closed)
    let error = await refusal {
      try await fixture.emit(.escalate, alice) { input in
        input.reportAction = ToolsOzone.Moderation.EmitEvent.ReportAction(ids: [1], all: true)
      }
    }
    #expect(error == "400 InvalidRequest")
  }

  static let badSubjects: [DataValue] = [
    ["did": "did:web:alice.test"],
    ["$type": "com.example.subject", "did": "did:web:alice.test"],
    ["$type": "com.atproto.repo.strongRef", "uri": "at://did:web:alice.test", "cid": "bafy"],
    [
      "$type": "com.atproto.repo.strongRef", "uri": "at://alice.test/app.bsky.feed.post/1",
      "cid": .string(Subject.postCID),
    ],
    ["$type": "com.atproto.admin.defs#repoRef", "did": "alice.test"],
  ]

  @Test(arguments: badSubjects)
  func subjectWithoutTypeIsExplained(_ subject: DataValue) async throws {
    let response = try await fixture.post(
      "tools.ozone.moderation.emitEvent",
      [
        "event": ["$type": "tools.ozone.moderation.defs#modEventEscalate"], "subject": subject,
        "createdBy": "did:web:admin.test",
      ]
    )
    #expect(response.head.status == .badRequest)
    let body = try DataValue(json: response.body)
    #expect(body["error"] == "InvalidRequest")
    if subject.type == nil || subject.type == "com.example.subject" {
      #expect(body["message"]?.string?.contains("$type") == true)
    }
  }

  @Test func takedownOfARecordNeedsItsVersion() async throws {
    var post = post
    post.cid = nil
    let event = NewEvent(subject: post, action: .takedown())
    let moderator = Moderator(did: DeskFixture.did, role: .admin)
    let error = await #expect(throws: XRPCServerError.self) {
      try await fixture.desk.emit(event, by: moderator)
    }
    #expect(error?.message?.contains("must name its CID") == true)
  }

  @Test func tagsBeyondTheLimitAreRefused() async throws {
    for start in [0, 50] {
      let names = (start..<start + 50).map { "tag\($0)" }
      try await fixture.emit(.tag(TagAction(add: names)), post)
    }
    let message = await refusalMessage {
      try await fixture.emit(.tag(TagAction(add: ["another"])), post)
    }
    #expect(message?.contains("at most 100 tags") == true)
    try await fixture.emit(.tag(TagAction(add: ["another"], remove: ["tag1"])), post)
  }

  @Test func talliesCountAccountAndRecords() async throws {
    let report = ModerationAction.report(type: "com.atproto.moderation.defs#reasonSpam")
    try await fixture.emit(report, post)
    try await fixture.emit(report, post)
    try await fixture.emit(.escalate, post)
    try await fixture.emit(.takedown(), post)
    try await fixture.emit(report, alice)
    try await fixture.emit(.takedown(TakedownAction(hours: 1)), alice)
    let tally = try await fixture.desk.tally(of: alice.did)
    let expected: [AccountTally.Count: Int] = [
      .reports: 1, .suspensions: 1, .recordReports: 2, .reportedRecords: 1, .escalatedRecords: 1,
      .records: 1, .processedRecords: 1, .takenDownRecords: 1,
    ]
    for count in AccountTally.Count.allCases {
      #expect(tally[count] == expected[count] ?? 0, "\(count)")
    }
    #expect(AccountTally(column: tally.column) == tally)
  }
}

extension DeskFixture {
  /// Calls a procedure with an input that the generated types cannot express.
  func post(_ method: String, _ input: DataValue) async throws -> HTTPTransportResponse {
    try await post(method, json: input.jsonBytes())
  }

  func post(_ method: String, json: [UInt8]) async throws -> HTTPTransportResponse {
    let credentials = Base64.padded.encode(Array("admin:\(Self.password)".utf8))
    var request = HTTPRequest(
      method: .post,
      scheme: "http",
      authority: "labeler.test",
      path: "/xrpc/\(method)"
    )
    request.headerFields[.authorization] = "Basic \(credentials)"
    request.headerFields[.contentType] = "application/json"
    return try await client.transport.send(
      request,
      body: json,
      options: TransportOptions()
    )
  }
}
