import ATProtoRepo

/// Bounds what comes out of an imported file, not only its length: keys in a tree are compressed,
/// and one record can be at thousands of paths.
struct ImportLimits: Sendable {
  var records = 1_000_000
  /// The total size of all record paths, in bytes.
  var keyBytes = 64 << 20
  /// How many bytes of record paths each byte of the file may become, beyond ``freeKeyBytes``. In
  /// the trees of real repositories, paths are shorter than their entries.
  var keyExpansion = 2
  /// In bytes; small files need not keep to ``keyExpansion``.
  var freeKeyBytes = 1 << 20
  /// References to blobs from distinct records.
  var references = 500_000
  /// Distinct blocks, including those that do not belong to the repository.
  var blocks = 3_000_000
  /// Memory for nodes that arrive before their place in the tree is known, in bytes.
  var waitingBytes = 64 << 20
}

/// Counts what comes out of a file while it is read, and throws ``RepoError/Code/tooLarge`` at the
/// first byte too many.
struct ImportExpansion {
  private let limits: ImportLimits
  private var fileBytes = 0
  private var records = 0
  private var keyBytes = 0
  private var references = 0

  init(_ limits: ImportLimits) {
    self.limits = limits
  }

  mutating func read(_ count: Int) {
    fileBytes += count
  }

  mutating func add(_ key: MSTKey) throws(RepoError) {
    records += 1
    keyBytes += key.bytes.count
    guard records <= limits.records else {
      throw RepoError(.tooLarge, "the repository has more than \(limits.records) records")
    }
    guard keyBytes <= limits.keyBytes else {
      throw RepoError(
        .tooLarge,
        "the paths of the records have more than \(limits.keyBytes) bytes"
      )
    }
    guard keyBytes - limits.freeKeyBytes <= fileBytes * limits.keyExpansion else {
      throw RepoError(
        .tooLarge,
        "the paths of the records have \(keyBytes) bytes after \(fileBytes) bytes of the file"
      )
    }
  }

  mutating func add(references count: Int) throws(RepoError) {
    references += count
    guard references <= limits.references else {
      throw RepoError(
        .tooLarge,
        "the records have more than \(limits.references) references to blobs"
      )
    }
  }
}
