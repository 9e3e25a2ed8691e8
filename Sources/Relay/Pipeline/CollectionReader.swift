import ATProtoRepo
import ATProtoSyntax

/// Verifies a repository as it arrives, and collects the names of its collections.
struct CollectionReader {
  /// Each block takes about 20 bytes of memory while the repository arrives, and twice as much for a
  /// moment.
  private static let maximumBlocks = 5_000_000
  private static let maximumWaitingBytes = 64 << 20
  /// The maximum number of collections that are indexed.
  private static let maximumCollections = 2_000
  private static let bytesPerPause = 1 << 20

  private var verifier = RepositoryVerifier(
    waitingLimit: Self.maximumWaitingBytes,
    blockLimit: Self.maximumBlocks
  )
  private var collections: Set<NSID> = []
  /// The collection of the last entry, with a slash; entries are sorted.
  private var prefix: [UInt8] = []
  private var bytesSincePause = 0

  mutating func append(_ chunk: [UInt8]) throws {
    bytesSincePause += chunk.count
    var (collections, prefix) = (collections, prefix)
    self.collections = []
    try verifier.append(chunk) { key, _ in
      guard !key.bytes.starts(with: prefix) || prefix.isEmpty else { return }
      let name = key.bytes.prefix { $0 != UInt8(ascii: "/") }
      prefix = name + [UInt8(ascii: "/")]
      // Other services may write keys that are not valid paths.
      guard collections.count < Self.maximumCollections,
        let text = String(validating: name, as: UTF8.self),
        let collection = try? NSID(text)
      else { return }
      collections.insert(collection)
    }
    self.collections = collections
    self.prefix = prefix
  }

  /// Whether much has been verified without a pause. Asking begins anew.
  var needsPause: Bool {
    mutating get {
      guard bytesSincePause >= Self.bytesPerPause else { return false }
      bytesSincePause = 0
      return true
    }
  }

  /// An estimate of the memory that is used, in bytes.
  var memory: Int { verifier.memory }

  mutating func finish() throws -> FetchedRepository {
    FetchedRepository(commit: try verifier.finish().commit, collections: collections)
  }
}
