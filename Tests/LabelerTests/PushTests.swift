import ATProtoAuth
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import ToolsOzoneAPI
import XRPC
import XRPCServer

@testable import Labeler

@Suite struct PushTests {
  private static let blob = "bafkreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"

  private static func target(
    _ kind: PushTarget.Kind,
    _ credentials: PushTarget.Credentials = .password("secret")
  ) -> PushTarget {
    PushTarget(
      kind: kind,
      url: HTTPURL("https://\(kind.rawValue).test")!,
      credentials: credentials
    )
  }

  private static func fixture(
    _ services: [PushTarget.Kind: AdminService],
    _ credentials: PushTarget.Credentials = .password("secret")
  ) throws -> DeskFixture {
    try DeskFixture(
      targets: services.keys.sorted { $0.rawValue < $1.rawValue }.map { target($0, credentials) },
      network: HostTransport(
        services: Dictionary(
          uniqueKeysWithValues: services.map { ("\($0.rawValue).test", $1.transport) }
        )
      )
    )
  }

  private static func call(_ subject: String, _ isApplied: Bool, _ event: Int) -> AdminService.Call
  {
    AdminService.Call(subject: subject, isApplied: isApplied, reference: "labeler-\(event)")
  }

  @Test func takedownReachesPDSRelayAndAppView() async throws {
    let services = [PushTarget.Kind.pds, .relay, .appview].map { ($0, AdminService()) }
    let fixture = try Self.fixture(Dictionary(uniqueKeysWithValues: services))
    let alice = Subject(try fixture.account("alice"))
    let post = try Subject.post(alice.did, blobs: [Self.blob])
    try await fixture.emit(.takedown(), alice)
    try await fixture.emit(.takedown(), post)
    while try await fixture.pusher.pushDue() > 0 {}
    for (kind, service) in services {
      let account = [Self.call(alice.uri, true, 1)]
      let record = [Self.call(post.uri, true, 2), Self.call(Self.blob, true, 2)]
      let calls = service.calls.sorted { ($0.reference!, $0.subject) < ($1.reference!, $1.subject) }
      // Relays do not have records.
      #expect(
        calls == (kind == .relay ? account : account + record.sorted { $0.subject < $1.subject })
      )
      #expect(service.authorizations.allSatisfy { $0.hasPrefix("Basic ") })
    }
    let rows = try await fixture.desk.pushes(of: alice)
    #expect(rows.filter { $0.subject == .account(alice.did) }.allSatisfy { $0.confirmedAt != nil })
  }

  @Test func namedTargetsAreTheOnlyOnes() async throws {
    let (pds, appView) = (AdminService(), AdminService())
    let fixture = try Self.fixture([.pds: pds, .appview: appView])
    let alice = Subject(try fixture.account("alice"))
    try await fixture.emit(.takedown(TakedownAction(targets: ["appview"])), alice)
    try await fixture.emit(.reverseTakedown, alice)
    _ = try await fixture.pusher.pushDue()
    #expect(pds.calls.isEmpty && appView.calls == [Self.call(alice.uri, false, 2)])
  }

  @Test func failedPushIsRetriedUntilItSucceeds() async throws {
    let pds = AdminService()
    let fixture = try Self.fixture([.pds: pds])
    let alice = Subject(try fixture.account("alice"))
    pds.answer(.authenticationRequired())
    try await fixture.emit(.takedown(), alice)
    for _ in 1...30 {
      _ = try await fixture.pusher.pushDue()
      fixture.advance(hours: 1)
    }
    #expect(pds.calls.count == 30)
    let failed = try #require(try await fixture.desk.pushes(of: alice).first)
    #expect(failed.attempts == 30 && failed.error?.contains("401") == true)
    pds.answer(nil)
    _ = try await fixture.pusher.pushDue()
    let row = try #require(try await fixture.desk.pushes(of: alice).first)
    #expect(row.confirmedAt != nil && row.dueAt == nil && row.error == nil)
    #expect(try await fixture.pusher.pushDue() == 0)
  }

  @Test func pushIsNotRepeatedBeforeItIsDue() async throws {
    let pds = AdminService()
    let fixture = try Self.fixture([.pds: pds])
    pds.answer(.internalServerError)
    try await fixture.emit(.takedown(), Subject(fixture.account("alice")))
    _ = try await fixture.pusher.pushDue()
    #expect(try await fixture.pusher.pushDue() == 0)
    #expect(pds.calls.count == 1)
  }

  @Test func reversalOvertakesAPendingTakedown() async throws {
    let pds = AdminService()
    let fixture = try Self.fixture([.pds: pds])
    let alice = Subject(try fixture.account("alice"))
    pds.answer(.internalServerError)
    try await fixture.emit(.takedown(), alice)
    _ = try await fixture.pusher.pushDue()
    pds.answer(nil)
    try await fixture.emit(.reverseTakedown, alice)
    _ = try await fixture.pusher.pushDue()
    fixture.advance(hours: 2)
    _ = try await fixture.pusher.pushDue()
    #expect(pds.calls == [Self.call(alice.uri, true, 1), Self.call(alice.uri, false, 2)])
  }

  private final class Box: Sendable {
    let fixture = Mutex<DeskFixture?>(nil)
  }

  @Test func reversalDuringTheCallIsSentAfterwards() async throws {
    let box = Box()
    let subject = Subject("did:web:alice.test")
    let pds = AdminService {
      guard let fixture = box.fixture.withLock({ $0.take() }) else { return }
      try await fixture.emit(.reverseTakedown, subject)
    }
    let fixture = try Self.fixture([.pds: pds])
    try await fixture.emit(.takedown(), subject)
    box.fixture.withLock { $0 = fixture }
    while try await fixture.pusher.pushDue() > 0 {}
    #expect(pds.calls.map(\.isApplied) == [true, false])
  }

  static let unknown = [
    XRPCServerError.notFound("gone"),
    XRPCServerError(status: .badRequest, name: "RepoNotFound"),
    XRPCServerError(status: .badRequest, name: "AccountNotFound"),
  ]

  @Test(arguments: unknown) func unknownSubjectIsNotRetried(_ error: XRPCServerError) async throws {
    let pds = AdminService()
    let fixture = try Self.fixture([.pds: pds])
    let alice = Subject(try fixture.account("alice"))
    pds.answer(error)
    try await fixture.emit(.takedown(), alice)
    _ = try await fixture.pusher.pushDue()
    fixture.advance(hours: 24)
    #expect(try await fixture.pusher.pushDue() == 0)
    let row = try #require(try await fixture.desk.pushes(of: alice).first)
    #expect(row.confirmedAt != nil && row.error != nil)
  }

  @Test func tokenIsSignedByTheLabelerForTheTarget() async throws {
    let pds = AdminService()
    let fixture = try Self.fixture([.pds: pds], .token(audience: "did:web:pds.test"))
    try await fixture.emit(.takedown(), Subject(fixture.account("alice")))
    _ = try await fixture.pusher.pushDue()
    let header = try #require(pds.authorizations.first)
    let authentication = ServiceAuthentication(
      audiences: ["did:web:pds.test"],
      keyIDs: ["#atproto_label"],
      directory: fixture.directory
    )
    let context = XRPCContext(
      nsid: "com.atproto.admin.updateSubjectStatus",
      headers: [.authorization: header]
    )
    let caller = try await context.authenticated(by: authentication)
    #expect(caller.did == DeskFixture.did && caller.keyID == "#atproto_label")
  }

  @Test func emailIsSentBeforeItIsRecorded() async throws {
    let pds = AdminService()
    let fixture = try Self.fixture([.pds: pds])
    let alice = Subject(try fixture.account("alice"))
    let email = ModerationAction.email(EmailAction(subjectLine: "About you", content: "Hello"))
    let view = try await fixture.emit(email, alice)
    guard case .modEventEmail(let event) = view.event else {
      Issue.record("not an email")
      return
    }
    #expect(event.isDelivered == true && pds.emails == ["\(alice.did): About you"])
    pds.answer(.internalServerError)
    #expect(await refusal { try await fixture.emit(email, alice) } == "502 UpstreamFailure")
    #expect(try await fixture.desk.events(EventFilter()).events.count == 1)
  }

  @Test func reversalRestoresWhatTheTakedownHid() async throws {
    let service = AdminService()
    let fixture = try Self.fixture([.pds: service])
    let alice = try fixture.account("alice")
    let post = try Subject.post(alice, blobs: [Self.blob])
    try await fixture.emit(.takedown(), post)
    // A later event names another file.
    let other = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
    try await fixture.emit(.comment(), try Subject.post(alice, blobs: [other]))
    try await fixture.emit(.reverseTakedown, try Subject.post(alice))
    while try await fixture.pusher.pushDue() > 0 {}
    let restored = service.calls.filter { !$0.isApplied }.map(\.subject)
    #expect(Set(restored) == [post.uri, Self.blob])
  }
}

@Suite struct PushStateTests {
  @Test(arguments: [
    (1, 1_000), (2, 2_000), (5, 16_000), (12, 2_048_000), (13, 3_600_000), (9_999, 3_600_000),
  ])
  func delaysDoubleToAnHour(_ attempts: Int, _ delay: Int) {
    #expect(PushState.delay(afterAttempts: attempts, jitter: 1) == delay)
    #expect(PushState.delay(afterAttempts: attempts, jitter: 0) == delay / 2)
  }

  @Test func resultOfAReplacedPushIsDropped() {
    let sent = PushRow(
      target: .pds,
      subject: .account("did:web:a.test"),
      event: 1,
      isApplied: true,
      dueAt: 0
    )
    var replaced = sent
    replaced.event = 2
    #expect(PushState.next(replaced, afterSending: sent, .delivered, at: 5, jitter: 0) == nil)
    #expect(PushState.next(nil, afterSending: sent, .delivered, at: 5, jitter: 0) == nil)
    #expect(
      PushState.next(sent, afterSending: sent, .delivered, at: 5, jitter: 0)?.confirmedAt == 5
    )
  }

  @Test(
    arguments: [
      PushSubject.account("did:web:a.test"), .blob("did:web:a.test", cid: Subject.postCID),
      .record("at://did:web:a.test/app.bsky.feed.post/1", cid: Subject.postCID),
    ]
  )
  func subjectsComeBackAsTheyWereStored(_ subject: PushSubject) {
    #expect(PushSubject(text: subject.text) == subject)
  }
}
