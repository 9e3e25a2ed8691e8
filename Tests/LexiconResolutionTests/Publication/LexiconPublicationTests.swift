import ATProtoSyntax
import Lexicon
import Testing

@testable import LexiconResolution

/// What happens to each document of a publication.
@Suite struct LexiconPublicationTests {
  private typealias Documents = PublicationDocuments

  private static let nothing = try! Documents.published(Documents.local([]))

  private static func states(_ publication: LexiconPublication) -> [String] {
    publication.entries.map(\.state.rawValue)
  }

  private static func domain(_ state: DomainCheck.State, _ did: DID? = nil) -> DomainCheck {
    DomainCheck(
      group: LexiconGroup("com.example.*")!,
      state: state,
      did: did,
      failure: did == nil ? LexiconError(.authorityNotFound, "no record") : nil
    )
  }

  @Test func newDocumentsAreCreated() throws {
    let documents = try Documents.local(
      Documents.json("com.example.b"),
      Documents.json("com.example.a")
    )
    let plan = LexiconPublication(documents, published: Self.nothing)
    #expect(Self.states(plan) == ["create", "create"])
    #expect(plan.entries.map(\.document.nsid.name) == ["a", "b"])
    #expect(plan.hindrances.isEmpty && plan.failure == nil && plan.pending.count == 2)
  }

  @Test func publishedDocumentIsTheSame() throws {
    let documents = try Documents.local(Documents.json("com.example.a"))
    let plan = LexiconPublication(documents, published: Documents.published(documents))
    #expect(Self.states(plan) == ["same"])
    #expect(plan.pending.isEmpty && plan.failure == nil)
    #expect(plan.entries[0].published == documents.documents[0].cid)
  }

  @Test func changedDocumentNeedsPermissionToUpdate() throws {
    let published = Documents.published(try Documents.local(Documents.json("com.example.a")))
    let documents = try Documents.local(Documents.json("com.example.a", ["more"]))
    let plan = LexiconPublication(documents, published: published)
    #expect(Self.states(plan) == ["changed"])
    #expect(plan.failure?.code == .localChanges)
    #expect(plan.failure?.reason.contains("--update") == true)
    let allowed = LexiconPublication(
      documents,
      published: published,
      options: .init(allowsUpdates: true)
    )
    #expect(Self.states(allowed) == ["update"] && allowed.failure == nil)
    #expect(allowed.entries[0].verdict == .compatible)
  }

  @Test func breakingChangeNeedsPermissionOfItsOwn() throws {
    let published = Documents.published(
      try Documents.local(Documents.json("com.example.a", ["more"]))
    )
    let documents = try Documents.local(
      Documents.json("com.example.a", ["more"])
        .replacing(#""required":["text"]"#, with: #""required":["text","more"]"#)
    )
    let plan = LexiconPublication(
      documents,
      published: published,
      options: .init(allowsUpdates: true)
    )
    #expect(Self.states(plan) == ["breaking"])
    #expect(plan.failure?.code == .breakingChange && plan.failure?.nsid?.name == "a")
    #expect(plan.entries[0].verdict == .breaking)
    let allowed = LexiconPublication(
      documents,
      published: published,
      options: .init(allowsUpdates: true, allowsBreakingChanges: true)
    )
    #expect(Self.states(allowed) == ["update"])
  }

  @Test func invalidPublishedRecordIsReplacedWithoutAVerdict() throws {
    let documents = try Documents.local(Documents.json("com.example.a"))
    let nsid = documents.documents[0].nsid
    let published = PublishedLexicons(
      did: Documents.did,
      head: nil,
      entries: [nsid: .invalid(LexiconError(.invalidRecord, "the 'id' is another one"))]
    )
    let plan = LexiconPublication(
      documents,
      published: published,
      options: .init(allowsUpdates: true)
    )
    #expect(Self.states(plan) == ["update"] && plan.entries[0].published == nil)
  }

  @Test func publishedDocumentWithErrorsBreaksNothing() throws {
    let json = Documents.json("com.example.a").replacing(
      #""type":"string""#,
      with: #""type":"strin""#
    )
    let old = try LocalLexicons(
      [SourceFile(path: "a.json", bytes: Array(json.utf8))],
      check: .form
    )
    let plan = LexiconPublication(
      try Documents.local(Documents.json("com.example.a")),
      published: Documents.published(old),
      options: .init(allowsUpdates: true)
    )
    #expect(Self.states(plan) == ["update"])
  }

  @Test(arguments: [
    (domain(.ok, PublicationDocuments.other), LexiconError.Code.authorityMoved),
    (domain(.missing), .authorityNotFound),
  ])
  func documentOfAnotherDomainIsRefused(
    _ domain: DomainCheck,
    _ code: LexiconError.Code
  ) throws {
    let documents = try Documents.local(Documents.json("com.example.a"))
    let plan = LexiconPublication(documents, published: Self.nothing, domains: [domain])
    #expect(Self.states(plan) == ["refused"])
    #expect(plan.failure?.code == code)
    let line = #"_lexicon.example.com  TXT  "did=\#(Documents.did)""#
    #expect(plan.failure?.reason.contains(line) == true)
  }

  @Test func ownDomainIsAccepted() throws {
    let documents = try Documents.local(Documents.json("com.example.a"))
    let domain = Self.domain(.ok, Documents.did)
    let plan = LexiconPublication(documents, published: Self.nothing, domains: [domain])
    #expect(Self.states(plan) == ["create"])
  }

  @Test func permanentHindranceIsReportedBeforeATemporaryOne() throws {
    let documents = try Documents.local(
      Documents.json("com.example.a"),
      Documents.json("org.example.a")
    )
    let failing = DomainCheck(
      group: LexiconGroup("com.example.*")!,
      state: .error,
      did: nil,
      failure: LexiconError(.dnsFailure, "no answer")
    )
    let missing = DomainCheck(
      group: LexiconGroup("org.example.*")!,
      state: .missing,
      did: nil,
      failure: LexiconError(.authorityNotFound, "no record")
    )
    let both = LexiconPublication(documents, published: Self.nothing, domains: [failing, missing])
    #expect(both.failure?.code == .authorityNotFound)
    let one = LexiconPublication(documents, published: Self.nothing, domains: [failing])
    #expect(one.failure?.code == .dnsFailure && one.failure?.isTemporary == true)
  }

  @Test func zoneLineNamesTheRecordAndTheDID() {
    let check = Self.domain(.missing)
    #expect(check.zoneLine(for: nil) == #"_lexicon.example.com  TXT  "did=DID""#)
    #expect(
      check.zoneLine(for: PublicationDocuments.did)
        == #"_lexicon.example.com  TXT  "did=did:plc:ewvi7nxzyoun6zhxrhs64oiz""#
    )
  }
}
