import ATProtoSyntax
import ComAtprotoAPI
import Testing
import XRPC

@testable import Labeler

@Suite struct ReportAuthTests {
  private static let method = ComAtproto.Moderation.CreateReport.nsid
  private let fixture: DeskFixture
  private let bob: DID
  private let post: Subject

  init() throws {
    fixture = try DeskFixture()
    bob = try fixture.account("bob")
    post = try .post(fixture.account("alice"))
  }

  private func outcome(_ token: String) async -> String {
    await refusal { () async throws -> String in
      try await fixture.report(post, as: .token(token))
      return "accepted"
    }
  }

  static let audiences = [
    ("did:web:labeler.test", "not refused: accepted"),
    ("did:web:labeler.test#atproto_labeler", "not refused: accepted"),
    ("did:web:labeler.test#atproto_pds", "401 BadJwtAudience"),
    ("did:web:other.test", "401 BadJwtAudience"),
  ]

  @Test(arguments: audiences)
  func audienceMayBeBareOrHaveTheFragment(_ audience: String, _ expected: String) async throws {
    #expect(await outcome(try fixture.token(bob, Self.method, audience: audience)) == expected)
  }

  @Test func tokenWorksOnce() async throws {
    let token = try fixture.token(bob, Self.method)
    #expect(await outcome(token) == "not refused: accepted")
    #expect(await outcome(token).hasPrefix("401"))
  }

  @Test func tokenOfAnotherMethodIsRefused() async throws {
    let token = try fixture.token(bob, "com.atproto.repo.createRecord")
    #expect(await outcome(token) == "401 BadJwtLexiconMethod")
  }

  @Test func labelKeyCannotReport() async throws {
    let token = try fixture.token(DeskFixture.did, Self.method, keyID: "#atproto_label")
    #expect(await outcome(token) == "401 BadJwtIss")
  }

  @Test func callWithoutCredentialsIsRefused() async throws {
    #expect(await refusal { try await fixture.report(post, as: .anonymous) } == "401 AuthMissing")
  }
}
