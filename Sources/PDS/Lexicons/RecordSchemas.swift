import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import LexiconResolution
import ServiceKit
import Synchronization
import XRPC
import XRPCServer

/// Finds the lexicons of records that are not compiled into the server, for callers that require
/// validation. Lexicons of strangers are hostile, so that everything about them is bounded.
final class RecordSchemas: Sendable {
  /// Lexicons of one call.
  static let maximumCollections = 16
  /// Documents of one lexicon, with all that it refers to.
  static let maximumDocuments = 64
  /// Bytes of these documents.
  static let maximumBytes = 4 << 20
  /// The time for all lexicons of one call.
  static let timeout = Duration.seconds(20)
  /// Calls of one account that resolve lexicons at the same time.
  static let maximumCalls = 16
  /// Lookups of one account at the same time.
  static let maximumLookups = 8
  /// The time for which a document counts as known, so that its use is not counted as a lookup.
  static let knownLifetime = Duration.seconds(300)
  static let maximumKnown = 1_000

  private let source: any LexiconSource
  private let timeout: Duration
  /// Lookups by account.
  private let lookups = RateLimiter([.perMinutes(5, 300)])
  /// Bounds the lookups of all accounts that run at once.
  private let semaphore = AsyncSemaphore(32)
  private let state = Mutex(State())

  private struct State {
    var parsed = ParsedLexicons()
    var known: [NSID: ContinuousClock.Instant] = [:]
    var calls: [DID: Calls] = [:]
  }

  /// The calls of one account.
  private struct Calls {
    var count = 0
    let semaphore = AsyncSemaphore(maximumLookups)
  }

  /// - Parameter timeout: The time for all lexicons of one call.
  init(source: any LexiconSource, timeout: Duration = RecordSchemas.timeout) {
    self.source = source
    self.timeout = timeout
  }

  /// The lexicons of collections, for a call of an account that may write to all of them.
  ///
  /// Throws `InvalidRequest` if a lexicon is not available, 502 if it may be later, and 429 if the
  /// account causes too many lookups.
  func schemas(
    for collections: Set<NSID>,
    of did: DID,
    _ context: XRPCContext
  ) async throws -> [NSID: RecordSchema] {
    guard collections.count <= Self.maximumCollections else {
      throw XRPCServerError.invalidRequest(
        """
        cannot validate the records: a call can have records of at most \
        \(Self.maximumCollections) lexicons that this server has to look up
        """
      )
    }
    let own = try begin(did)
    defer { end(did) }
    let outcome = await withTimeout(timeout) {
      await Result { () async throws(any Error) in
        var schemas: [NSID: RecordSchema] = [:]
        for collection in collections.sorted() {
          schemas[collection] = try await self.schema(for: collection) { nsids in
            try await self.documents(nsids, of: did, own, context)
          }
        }
        return schemas
      }
    }
    do {
      guard let outcome else {
        throw SchemaError("the servers of its lexicon take too long", isTemporary: true)
      }
      return try outcome.get()
    } catch let error as SchemaError {
      throw XRPCServerError(error)
    }
  }

  private func schema(
    for collection: NSID,
    _ find: ([NSID]) async throws -> [Found]
  ) async throws -> RecordSchema {
    var closure = SchemaClosure(of: collection)
    var bytes = 0
    while case let missing = try closure.missing(), !missing.isEmpty {
      guard closure.documents.count + missing.count <= Self.maximumDocuments else {
        throw SchemaError(
          "lexicon \(collection) refers to more than \(Self.maximumDocuments) documents"
        )
      }
      for (nsid, document, length) in try await find(missing) {
        bytes += length
        try closure.add(document, as: nsid)
      }
      guard bytes <= Self.maximumBytes else {
        throw SchemaError(
          "lexicon \(collection) refers to documents of more than \(Self.maximumBytes) bytes"
        )
      }
    }
    return try RecordSchema(collection, closure)
  }

  private typealias Found = (nsid: NSID, document: ParsedLexicon, length: Int)

  /// Documents that are asked for at the same time.
  ///
  /// - Parameter own: bounds the lookups of the account.
  private func documents(
    _ nsids: [NSID],
    of did: DID,
    _ own: AsyncSemaphore,
    _ context: XRPCContext
  ) async throws -> [Found] {
    var found: [Found] = []
    var unknown: [NSID] = []
    for nsid in nsids {
      if let document = BundledLexicons.document(nsid) {
        found.append((nsid, document, 0))
      } else {
        unknown.append(nsid)
      }
    }
    // Before any of them is looked up.
    let lookups = unknown.count { !isKnown($0) }
    if lookups > 0 { try context.consume(lookups, of: self.lookups, by: did) }
    return try await withThrowingTaskGroup(of: Found.self) { group in
      for nsid in unknown {
        group.addTask {
          try await own.run { try await self.semaphore.run { try await self.document(nsid) } }
        }
      }
      for try await document in group { found.append(document) }
      return found
    }
  }

  private func document(_ nsid: NSID) async throws(SchemaError) -> Found {
    let lexicon: PublishedLexicon
    do throws(LexiconError) {
      lexicon = try await source.lexicon(nsid)
    } catch {
      throw SchemaError(
        "\(error.code.rawValue): \(error.reason)",
        isTemporary: error.isTemporary
      )
    }
    setKnown(nsid)
    if let document = state.withLock({ $0.parsed[lexicon.cid] }) {
      return (nsid, document, lexicon.length)
    }
    let document = try ParsedLexicon(json: lexicon.record.jsonBytes(), as: nsid)
    state.withLock { $0.parsed.insert(document, lexicon) }
    return (nsid, document, lexicon.length)
  }
}

// Limits by account.
extension RecordSchemas {
  private func begin(_ did: DID) throws(XRPCServerError) -> AsyncSemaphore {
    let semaphore = state.withLock { state -> AsyncSemaphore? in
      var calls = state.calls[did] ?? Calls()
      guard calls.count < Self.maximumCalls else { return nil }
      calls.count += 1
      state.calls[did] = calls
      return calls.semaphore
    }
    guard let semaphore else {
      throw .rateLimitExceeded(
        "too many records of this account are waiting for their lexicons",
        retryAfter: 1
      )
    }
    return semaphore
  }

  private func end(_ did: DID) {
    state.withLock { state in
      state.calls[did]?.count -= 1
      if state.calls[did]?.count == 0 { state.calls[did] = nil }
    }
  }

  private func isKnown(_ nsid: NSID) -> Bool {
    state.withLock { state in state.known[nsid].map { $0 > .now } ?? false }
  }

  private func setKnown(_ nsid: NSID) {
    state.withLock { state in
      if state.known.count >= Self.maximumKnown { state.known = [:] }
      // Not extended by its use: the cache asks again in the meantime.
      if let until = state.known[nsid], until > .now { return }
      state.known[nsid] = .now + Self.knownLifetime
    }
  }
}

extension XRPCServerError {
  fileprivate init(_ error: SchemaError) {
    self =
      error.isTemporary
      ? .upstreamFailure("cannot validate the record: \(error.reason); try again later")
      : .invalidRequest("cannot validate the record: \(error.reason)")
  }
}
