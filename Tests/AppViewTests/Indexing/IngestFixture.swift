import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import Lexicon
import LexiconIndex
import Logging
import RelayTestSupport
import Synchronization
import Testing
import VerifiedSync
import XRPCAsyncHTTPClient
import XRPCClient

@testable import AppView

/// An ingest that follows a simulated host, which serves as the relay too.
struct IngestFixture: Sendable {
  static let post: NSID = "app.example.post"
  static let like: NSID = "app.example.like"

  let network: RelayFixture
  let ingest: Ingest
  let store: any AppViewStore
  let handles: ConfirmedHandles

  var host: SimulatedHost { network.host }

  /// Handles that resolve.
  final class ConfirmedHandles: Sendable {
    private let dids = Mutex<[Handle: DID]>([:])

    subscript(handle: Handle) -> DID? {
      get { dids.withLock { $0[handle] } }
      set { dids.withLock { $0[handle] = newValue } }
    }

    func confirm(_ account: SimulatedAccount) { self[account.handle] = account.did }
  }

  /// A lexicon of records that have a number up to 1,000.
  static func lexicon(_ collection: NSID) -> String {
    """
    {"lexicon":1,"id":"\(collection.string)","defs":{"main":{"type":"record","key":"any",
     "record":{"type":"object","required":["n"],"properties":{
      "n":{"type":"integer","maximum":1000},"text":{"type":"string"}}}}}}
    """
  }

  static func plan(_ collections: NSID...) -> IndexPlan {
    let files = collections.map { collection in
      SourceFile(path: "\(collection.string).json", bytes: Array(lexicon(collection).utf8))
    }
    return IndexPlan(CheckedCatalog.check(files).catalog)
  }

  static func patterns(_ texts: [String]) -> [CollectionPattern] {
    texts.compactMap { CollectionPattern($0) }
  }

  /// Runs an ingest while `body` runs.
  static func run<Value: Sendable>(
    on network: RelayFixture,
    store: any AppViewStore = MemoryAppViewStore(),
    plan: IndexPlan = plan(post),
    collections: [String] = [],
    handles: ConfirmedHandles = ConfirmedHandles(),
    configure: (inout IngestConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (IngestFixture) async throws -> Value
  ) async throws -> Value {
    let relay = try #require(ServiceEndpoint(network.host.url))
    var configuration = IngestConfiguration(relay: relay)
    configuration.collections = patterns(collections)
    configuration.allowsPlainHTTP = true
    configuration.firstRetry = .milliseconds(100)
    configuration.longestRetry = .milliseconds(500)
    configure(&configuration)
    let transport = AsyncHTTPClientTransport.shared
    let ingest = try Ingest(
      configuration,
      store: store,
      plan: plan,
      transport: transport,
      relayTransport: transport,
      identities: BaseIdentityDirectory(
        plc: PLCDirectoryClient(url: network.plc.url, transport: transport),
        handles: HandleResolver(txt: FixedTXTResolver(), transport: transport),
        transport: transport,
        known: { handle throws(IdentityError) in
          guard let did = handles[handle] else {
            throw IdentityError(.notFound, "\(handle) does not exist")
          }
          return did
        }
      ),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    )
    let fixture = IngestFixture(network: network, ingest: ingest, store: store, handles: handles)
    return try await withThrowingTaskGroup(of: Value?.self) { tasks in
      tasks.addTask {
        try await ingest.run()
        return nil
      }
      tasks.addTask {
        _ = try await until { try await ingest.status().isConnected }
        return try await body(fixture)
      }
      defer { tasks.cancelAll() }
      while let value = try await tasks.next() {
        if let value { return value }
      }
      throw CancellationError()
    }
  }

  // MARK: What is there

  /// The keys of an account's visible records, sorted.
  func keys(_ account: SimulatedAccount, _ collection: NSID = post) async throws -> [String] {
    try await store.read(deadline: nil) { snapshot in
      try snapshot.records
        .list(collection, of: account.did, after: nil, isReversed: true, limit: 1_000)
        .elements.map(\.address.recordKey.string)
    }
  }

  func hasKeys(
    _ account: SimulatedAccount,
    _ keys: String...,
    in collection: NSID = post
  ) async throws -> Bool {
    try await until { try await self.keys(account, collection) == keys }
  }

  func record(
    _ account: SimulatedAccount,
    _ number: Int,
    _ collection: NSID = post
  ) async throws -> IndexedRecord? {
    let address = RecordAddress(
      did: account.did,
      collection: collection,
      recordKey: try RecordKey("r\(number)")
    )
    return try await store.read(deadline: nil) { try $0.records.record(address) }
  }

  func repository(_ account: SimulatedAccount) async throws -> TrackedRepository? {
    try await store.read(deadline: nil) { try $0.sync.repository(account.did) }
  }

  func becomesActive(_ account: SimulatedAccount) async throws -> Bool {
    try await until { try await repository(account)?.phase == .active }
  }

  /// The number of valid records with a value of `n`.
  func count(n: Int, _ plan: IndexPlan, _ collection: NSID = post) async throws -> Int {
    var query = RecordQuery(collection: collection)
    query.conditions = [try #require(plan[collection]).condition("n:eq:\(n)")]
    return try await store.read(deadline: nil) { [query] in try $0.records.count(query).records }
  }

  var fetches: Int {
    host.requests.count { $0.path == "/xrpc/com.atproto.sync.getRepo" }
  }
}

extension SimulatedHost {
  /// Answers the lists of repositories. Without `byCollection`, there is only `listRepos`.
  func list(_ accounts: [SimulatedAccount], byCollection: Bool = true) {
    let rows = accounts.map { account in
      """
      {"did":"\(account.did.string)","head":"\(account.head.data.string)",\
      "rev":"\(account.head.rev.string)","active":\(account.status.isActive)}
      """
    }
    let list = SimulatedReply.json("{\"repos\":[\(rows.joined(separator: ","))]}")
    behavior.replies["/xrpc/com.atproto.sync.listRepos"] = list
    behavior.replies["/xrpc/com.atproto.sync.listReposByCollection"] =
      byCollection ? list : .json(#"{"error":"MethodNotImplemented"}"#, status: 501)
  }

  /// Answers with the revision of an account.
  func tellRevision(_ account: SimulatedAccount) {
    behavior.replies["/xrpc/com.atproto.sync.getLatestCommit"] = .json(
      #"{"cid":"\#(account.head.data.string)","rev":"\#(account.head.rev.string)"}"#
    )
  }
}

func posts(_ numbers: ClosedRange<Int>) -> [RecordWrite] {
  numbers.map { SimulatedAccount.create("app.example.post", $0) }
}
