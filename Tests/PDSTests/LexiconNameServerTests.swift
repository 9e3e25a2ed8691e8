import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import TestSupport
import Testing

@testable import PDS

/// Lexicons of a server that asks a real name server.
@Suite(.enabled(if: NameServer.isInstalled, "no name server: install dnsmasq-base"))
struct LexiconNameServerTests {
  private static let document = DataValue.recordLexicon(
    "com.example.status",
    ["text": ["type": "string"]]
  )

  private static func host(_ records: (DID) -> [(name: String, text: String)]) async throws -> (
    host: OwnLexiconHost, names: NameServer
  ) {
    var names: Result<NameServer, any Error>?
    let host = try await OwnLexiconHost { configuration, did in
      names = Result { try NameServer(records(did)) }
      guard let port = try? names?.get().port else { return }
      configuration.dnsServer = SystemTXTResolver.Server("127.0.0.1:\(port)")
    }
    return (host, try #require(names).get())
  }

  @Test func domainNamesTheAuthority() async throws {
    let (own, names) = try await Self.host { [("_lexicon.example.com", "did=\($0)")] }
    try await own.authority.publish(Self.document)
    let found = try await own.server.client.comAtproto.lexicon.resolveLexicon(
      .init(nsid: "com.example.status")
    )
    #expect(found.schema.dataValue == Self.document)
    // Names are not looked up in domains above.
    let answer = try await own.server.call(
      "com.atproto.lexicon.resolveLexicon?nsid=com.example.deep.status"
    )
    #expect(answer.refusal == "400 LexiconNotFound")
    withExtendedLifetime(names) {}
  }

  @Test func domainWithTwoAuthoritiesHasNone() async throws {
    let (own, names) = try await Self.host {
      [("_lexicon.example.com", "did=\($0)"), ("_lexicon.example.com", "did=did:web:a.com")]
    }
    try await own.authority.publish(Self.document)
    let answer = try await own.server.call(
      "com.atproto.lexicon.resolveLexicon?nsid=com.example.status"
    )
    #expect(answer.message?.hasPrefix("AuthorityAmbiguous: ") == true)
    withExtendedLifetime(names) {}
  }

  @Test func silentNameServerIsATemporaryFailure() async throws {
    let own = try await OwnLexiconHost { configuration, _ in
      configuration.dnsServer = SystemTXTResolver.Server("127.0.0.1:1")
    }
    let answer = try await own.server.call(
      "com.atproto.lexicon.resolveLexicon?nsid=com.example.status"
    )
    #expect(answer.refusal == "502 UpstreamFailure")
  }
}
