import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import ATProtoRepo
import ATProtoSyntax
import HTTPTypes
import Lexicon
import Synchronization

@testable import LexiconResolution

/// A network in memory: domains with TXT records, and accounts that publish documents. It counts
/// what it is asked for.
final class LexiconNetwork: TXTResolver, RecordProofSource {
  static let alice: DID = "did:plc:alicealicealicealicealic"
  static let mallory: DID = "did:plc:mallorymallorymallorymal"

  private struct State {
    var domains: [String: DID] = ["example.com": LexiconNetwork.alice]
    var records: [DID: [NSID: DataValue]] = [:]
    var proofs: [NSID] = []
    var lookups: [String] = []
    var isDown = false
    var beforeProof: (@Sendable (NSID) -> Void)?
  }

  private let state = Mutex(State())
  private let key = PrivateKey()
  private let identities = MemoryIdentityDirectory()

  init() throws {
    for did in [Self.alice, Self.mallory] {
      let document = try DIDDocument([
        "id": .string(did.string),
        "verificationMethod": [
          [
            "id": "#atproto", "type": "Multikey", "controller": .string(did.string),
            "publicKeyMultibase": .string(key.publicKey.multikey),
          ]
        ],
        "service": [
          [
            "id": "#atproto_pds", "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": "https://pds.example.com",
          ]
        ],
      ])
      identities.insert(Identity(document: document, handle: .invalid))
    }
  }

  /// Publishes a document; returns its CID.
  @discardableResult
  func publish(_ document: DataValue, as did: DID = alice) throws -> CID {
    var record = document
    record["$type"] = .string(LexiconFile.recordType)
    let nsid = try NSID(record["id"]?.string ?? "")
    state.withLock { $0.records[did, default: [:]][nsid] = record }
    return CID(hashingDAGCBOR: record.cborBytes())
  }

  func retract(_ nsid: NSID) {
    state.withLock { $0.records[Self.alice]?[nsid] = nil }
  }

  func point(_ domain: String, to did: DID?) {
    state.withLock { $0.domains[domain] = did }
  }

  /// Whether servers do not answer.
  var isDown: Bool {
    get { state.withLock { $0.isDown } }
    set { state.withLock { $0.isDown = newValue } }
  }

  /// Called before a record is returned.
  func beforeProof(_ body: @escaping @Sendable (NSID) -> Void) {
    state.withLock { $0.beforeProof = body }
  }

  /// The documents that were fetched since the last call, sorted.
  func takeProofs() -> [NSID] {
    state.withLock { state in
      defer { state.proofs = [] }
      return state.proofs.sorted()
    }
  }

  /// The domains that were looked up since the last call, sorted.
  func takeLookups() -> [String] {
    state.withLock { state in
      defer { state.lookups = [] }
      return state.lookups.sorted()
    }
  }

  /// A run that knows nothing yet.
  func run(_ settings: LexiconNetworkSettings = LexiconNetworkSettings()) -> LexiconRun {
    let transport = InMemoryTransport { [self] request, _ in
      let body = list(request.path ?? "")
      return HTTPTransportStream(
        head: HTTPResponse(status: .ok, headerFields: [.contentType: "application/json"]),
        body: BodyContent.bytes(Array(body.jsonString().utf8)).stream
      )
    }
    return LexiconRun(
      LexiconResolver(
        txt: self,
        directory: identities,
        transport: transport,
        proofs: self,
        settings: settings
      )
    )
  }

  func records(
    of name: String,
    within limit: Duration
  ) async throws(IdentityError) -> [TXTRecord] {
    let did = state.withLock { state in
      state.lookups.append(name)
      return state.domains[String(name.dropFirst("_lexicon.".count))]
    }
    return did.map { [TXTRecord("did=\($0)")] } ?? []
  }

  func proof(
    of path: RepoPath,
    in did: DID,
    at pds: HTTPURL
  ) async throws(LexiconError) -> [UInt8] {
    let nsid = try? NSID(path.recordKey.string)
    let (records, isDown, before) = state.withLock { state in
      if let nsid { state.proofs.append(nsid) }
      return (state.records[did] ?? [:], state.isDown, state.beforeProof)
    }
    if isDown { throw LexiconError(.fetchFailed, "the server does not answer") }
    if let nsid { before?(nsid) }
    do {
      return try proof(of: path, in: did, records)
    } catch {
      throw LexiconError(.invalidProof, "\(error)")
    }
  }

  private func proof(
    of path: RepoPath,
    in did: DID,
    _ records: [NSID: DataValue]
  ) throws -> [UInt8] {
    let writes = try records.map { nsid, record in
      RecordWrite.create(
        RepoPath(LexiconResolver.collection, try RecordKey(nsid.string)),
        record: record.cborBytes()
      )
    }
    var store = MemoryBlockStore()
    let (_, result) = try Repository.create(
      did,
      writes: writes,
      rev: "3jzfcijpj2z2a",
      key: key,
      limits: CommitLimits(operations: 10_000, record: 2 << 20, slice: 1 << 30),
      store: store
    )
    store.apply(result.changes)
    return try Repository(head: result.commit.cid, store: store).carProof(of: path)
  }

  /// The response of `com.atproto.repo.listRecords`, all in one page.
  private func list(_ path: String) -> DataValue {
    let names = state.withLock { $0.records[Self.alice]?.keys.sorted() ?? [] }
    return [
      "records": .array(
        names.map { ["uri": .string("at://\(Self.alice)/com.atproto.lexicon.schema/\($0)")] }
      )
    ]
  }
}
