import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import Synchronization
import Testing
import XRPC
import XRPCClient

@testable import LexiconResolution

/// The calls that publish and delete documents.
@Suite struct PublicationWritesTests {
  private typealias Documents = PublicationDocuments

  /// A server that records the bodies of its calls, and fails from one of them on.
  private final class Server: Sendable {
    private let inputs = Mutex<[DataValue]>([])
    private let failure: (call: Int, status: Int, body: DataValue)?

    init(failingAt failure: (call: Int, status: Int, body: DataValue)? = nil) {
      self.failure = failure
    }

    var calls: [DataValue] { inputs.withLock { $0 } }

    var client: XRPCClient {
      XRPCClient(
        service: ServiceEndpoint("https://pds.example.com")!,
        transport: InMemoryTransport { _, body in
          let (status, value) = self.answer(body?.bytes ?? [])
          return HTTPTransportStream(
            head: HTTPResponse(
              status: HTTPResponse.Status(code: status),
              headerFields: [.contentType: "application/json"]
            ),
            body: BodyContent.bytes(value.jsonBytes()).stream
          )
        }
      )
    }

    private func answer(_ body: [UInt8]) -> (Int, DataValue) {
      guard let input = try? DataValue(json: body) else {
        return (400, ["error": "InvalidRequest"])
      }
      let count = inputs.withLock { inputs in
        inputs.append(input)
        return inputs.count
      }
      if let failure, count >= failure.call { return (failure.status, failure.body) }
      return (200, ["commit": ["cid": .string(Self.commit(count)), "rev": "3kznmn7xqxl22"]])
    }

    /// The commit of the call with a number.
    static func commit(_ number: Int) -> String {
      CID.hashing("\(number)")
    }
  }

  private static func documents(_ count: Int) throws -> LocalLexicons {
    try Documents.local(
      // In descending order, to show that they are sorted.
      (0..<count).reversed().map { number in
        Documents.json("com.example.a\(String(10_000 + number))")
      }
    )
  }

  private static func plan(_ count: Int) throws -> LexiconPublication {
    LexiconPublication(
      try documents(count),
      published: Documents.published(try Documents.local([]))
    )
  }

  private static func failure(
    _ plan: LexiconPublication,
    _ server: Server
  ) async -> PublicationFailure? {
    do throws(PublicationFailure) {
      try await plan.apply(through: server.client)
      return nil
    } catch {
      return error
    }
  }

  @Test func allDocumentsAreWrittenInOneCall() async throws {
    let server = Server()
    let plan = try Self.plan(200)
    #expect(await Self.failure(plan, server) == nil)
    let call = try #require(server.calls.first)
    #expect(server.calls.count == 1)
    #expect(call["repo"]?.string == Documents.did.string)
    #expect(call["swapCommit"]?.string == Documents.head.string)
    let writes = try #require(call["writes"]?.array)
    #expect(writes.count == 200)
    #expect(writes[0]["$type"] == "com.atproto.repo.applyWrites#create")
    #expect(writes[0]["collection"] == "com.atproto.lexicon.schema")
    #expect(writes[0]["rkey"] == "com.example.a10000")
    #expect(writes[0]["value"] == plan.entries[0].document.record)
  }

  @Test func moreDocumentsThanACommitCanHoldAreWrittenInOrder() async throws {
    let server = Server()
    #expect(await Self.failure(try Self.plan(401), server) == nil)
    let counts = server.calls.map { $0["writes"]?.array?.count }
    #expect(counts == [200, 200, 1])
    let keys = server.calls.flatMap { $0["writes"]?.array ?? [] }.compactMap { $0["rkey"]?.string }
    #expect(keys == keys.sorted() && Set(keys).count == 401)
    // Each commit depends on the one before it.
    let swaps = server.calls.map { $0["swapCommit"]?.string }
    #expect(swaps == [Documents.head.string, Server.commit(1), Server.commit(2)])
  }

  @Test func failureInTheMiddleNamesWhatWasWritten() async throws {
    let server = Server(failingAt: (2, 503, ["error": "Unavailable"]))
    let failure = try #require(await Self.failure(try Self.plan(401), server))
    #expect(server.calls.count == 2)
    #expect(failure.error.code == .fetchFailed && failure.error.isTemporary)
    #expect(failure.done.count == 200 && failure.remaining.count == 201)
    #expect(failure.done.last?.string == "com.example.a10199")
  }

  @Test(arguments: [
    (400, "InvalidSwap", LexiconError.Code.fetchFailed, "run the command again"),
    (400, "InvalidRequest", .repoUnavailable, "InvalidRequest"),
    (401, "AuthMissing", .notLoggedIn, "log in again"),
    (400, "ExpiredToken", .notLoggedIn, "log in again"),
    (403, "ScopeMissingError", .repoUnavailable, "repo:com.atproto.lexicon.schema"),
    (413, "PayloadTooLarge", .repoUnavailable, "publish fewer documents"),
    (429, "RateLimitExceeded", .fetchFailed, "RateLimitExceeded"),
  ])
  func refusalOfTheServerHasAName(
    _ status: Int,
    _ name: String,
    _ code: LexiconError.Code,
    _ text: String
  ) async throws {
    let server = Server(failingAt: (1, status, ["error": .string(name)]))
    let failure = try #require(await Self.failure(try Self.plan(1), server))
    #expect(failure.error.code == code, "\(failure.error)")
    #expect(failure.error.reason.contains(text), "\(failure.error)")
    #expect(failure.done.isEmpty && failure.remaining.count == 1)
    #expect(server.calls.count == 1)
  }

  @Test func nothingToPublishIsNoCall() async throws {
    let server = Server()
    let documents = try Self.documents(3)
    let plan = LexiconPublication(documents, published: Documents.published(documents))
    #expect(await Self.failure(plan, server) == nil)
    #expect(server.calls.isEmpty)
  }

  @Test func planWithHindrancesIsNotApplied() async throws {
    let server = Server()
    let documents = try Documents.local(
      Documents.json("com.example.a", ["more"]),
      Documents.json("com.example.b")
    )
    let published = Documents.published(try Documents.local(Documents.json("com.example.a")))
    let plan = LexiconPublication(documents, published: published)
    let failure = try #require(await Self.failure(plan, server))
    #expect(failure.error.code == .localChanges)
    #expect(server.calls.isEmpty)
  }

  @Test func retractionDeletesAllOrNothing() async throws {
    let documents = try Self.documents(2)
    let published = Documents.published(documents)
    let nsids = documents.documents.map(\.nsid)
    let server = Server()
    try await LexiconRetraction(nsids, published: published).apply(through: server.client)
    let writes = try #require(server.calls.first?["writes"]?.array)
    #expect(writes.map { $0["rkey"]?.string } == nsids.map(\.string))
    #expect(writes.allSatisfy { $0["$type"] == "com.atproto.repo.applyWrites#delete" })
    let absent: NSID = "com.example.absent"
    #expect(throws: LexiconError(.recordNotFound, "")) {
      try LexiconRetraction(nsids + [absent], published: published)
    }
  }
}

extension CID {
  /// The text of the CID of some bytes.
  fileprivate static func hashing(_ text: String) -> String {
    "\(CID(hashingDAGCBOR: Array(text.utf8)))"
  }
}
