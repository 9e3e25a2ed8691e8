import ATProtoData
import ATProtoSyntax
import Testing

@testable import LexiconResolution

/// What an account has published, read with proofs.
@Suite struct PublishedLexiconsTests {
  private static let head = PublishedLexicons.Head(
    commit: PublicationDocuments.head,
    rev: "3jzfcijpj2z2a"
  )

  @Test func onlyPublishedDocumentsAreFound() async throws {
    let network = try LexiconNetwork()
    let cid = try network.publish(SampleLexicon.object("com.example.a"))
    let published = try await PublishedLexicons.read(
      ["com.example.a", "com.example.b"],
      of: LexiconNetwork.alice,
      at: Self.head,
      network.run()
    )
    #expect(published.entries.mapValues(\.cid) == ["com.example.a": cid])
    // The account is known, so no domain leads to it.
    #expect(network.takeLookups().isEmpty)
  }

  @Test func repositoryWithAnotherCommitIsATemporaryFailure() async throws {
    let network = try LexiconNetwork()
    try network.publish(SampleLexicon.object("com.example.a"))
    let other = PublishedLexicons.Head(commit: PublicationDocuments.head, rev: "3kznmn7xqxl22")
    await #expect(throws: LexiconError(.fetchFailed, "")) {
      try await PublishedLexicons.read(
        ["com.example.a"],
        of: LexiconNetwork.alice,
        at: other,
        network.run()
      )
    }
  }

  @Test func recordWithAnotherIDIsInvalid() async throws {
    let network = try LexiconNetwork()
    var document = SampleLexicon.object("com.example.a")
    document["defs"] = "nothing"
    try network.publish(document)
    let published = try await PublishedLexicons.read(
      ["com.example.a"],
      of: LexiconNetwork.alice,
      network.run()
    )
    guard case .invalid(let error)? = published.entries["com.example.a"] else {
      Issue.record("the record is accepted")
      return
    }
    #expect(error.code == .invalidRecord)
  }

  @Test func nothingMoreIsFetchedAfterAFailure() async throws {
    let network = try LexiconNetwork()
    network.isDown = true
    let nsids = try (0..<100).map { try NSID("com.example.a\($0)") }
    await #expect(throws: LexiconError(.fetchFailed, "")) {
      try await PublishedLexicons.read(nsids, of: LexiconNetwork.alice, network.run())
    }
    #expect(network.takeProofs().count <= 8)
  }

  @Test func unchangedDocumentsNeedNoDomain() async throws {
    let network = try LexiconNetwork()
    let documents = try PublicationDocuments.local(PublicationDocuments.json("com.example.a"))
    try network.publish(documents.documents[0].record)
    network.point("example.com", to: LexiconNetwork.mallory)
    let plan = try await LexiconPublication.plan(
      documents,
      as: LexiconNetwork.alice,
      at: nil,
      network.run()
    )
    #expect(plan.entries.map(\.state) == [.same] && network.takeLookups().isEmpty)
  }

  @Test func eachGroupOfPendingDocumentsIsLookedUpOnce() async throws {
    let network = try LexiconNetwork()
    let names = ["com.example.a", "com.example.b", "com.example.sub.a"]
    let plan = try await LexiconPublication.plan(
      try PublicationDocuments.local(names.map { PublicationDocuments.json($0) }),
      as: LexiconNetwork.alice,
      at: nil,
      network.run()
    )
    #expect(plan.entries.map(\.state) == [.create, .create, .refused])
    #expect(network.takeLookups() == ["_lexicon.example.com", "_lexicon.sub.example.com"])
  }
}
