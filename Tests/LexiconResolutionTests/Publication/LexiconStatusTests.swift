import ATProtoSyntax
import Testing

@testable import LexiconResolution

/// How documents in files relate to the published ones.
@Suite struct LexiconStatusTests {
  private static func local(_ names: String...) throws -> LocalLexicons {
    try PublicationDocuments.local(names.map { PublicationDocuments.json($0) })
  }

  private static func rows(
    _ documents: LocalLexicons,
    _ network: LexiconNetwork,
    installed: Set<NSID> = [],
    account: DID? = nil
  ) async throws -> LexiconStatus {
    try await LexiconStatus.read(
      documents,
      installed: installed,
      account: account,
      network.run()
    )
  }

  @Test func everyDocumentOfTheGroupsHasARow() async throws {
    let network = try LexiconNetwork()
    let documents = try Self.local("com.example.a", "com.example.b", "com.example.d")
    try network.publish(documents.documents[0].record)
    try network.publish(SampleLexicon.object("com.example.b"))
    let published = try network.publish(SampleLexicon.object("com.example.c"))
    try network.publish(SampleLexicon.object("com.example.sub.a"))
    let status = try await Self.rows(documents, network, installed: ["com.example.a"])
    #expect(status.rows.map(\.nsid.name) == ["a", "b", "c", "d"])
    #expect(status.rows.map(\.state) == [.same, .changed, .publishedOnly, .localOnly])
    #expect(status.rows.map(\.isInstalled) == [true, false, false, false])
    #expect(status.rows[2].published == published && status.rows[2].local == nil)
    #expect(status.rows[3].local == documents.documents[2].cid && status.rows[3].published == nil)
    #expect(status.rows.allSatisfy { $0.did == LexiconNetwork.alice && $0.domain.state == .ok })
    #expect(!status.isComplete)
  }

  @Test func statusIsCompleteIfAllIsPublished() async throws {
    let network = try LexiconNetwork()
    let documents = try Self.local("com.example.a")
    try network.publish(documents.documents[0].record)
    #expect(try await Self.rows(documents, network).isComplete)
  }

  @Test func accountIsComparedIfTheDomainLeadsNowhere() async throws {
    let network = try LexiconNetwork()
    let documents = try Self.local("com.example.a")
    try network.publish(documents.documents[0].record)
    network.point("example.com", to: nil)
    let unknown = try await Self.rows(documents, network)
    #expect(unknown.rows.map(\.state) == [.localOnly] && unknown.rows[0].did == nil)
    let status = try await Self.rows(documents, network, account: LexiconNetwork.alice)
    #expect(status.rows.map(\.state) == [.same])
    #expect(status.rows[0].domain.state == .missing && !status.isComplete)
  }

  @Test func temporaryFailureIsNotTakenForAbsence() async throws {
    let network = try LexiconNetwork()
    network.isDown = true
    await #expect(throws: LexiconError(.fetchFailed, "")) {
      try await Self.rows(try Self.local("com.example.a"), network)
    }
  }
}
