import ATProtoData
import ATProtoHTTP
import ATProtoRepo
public import ATProtoSyntax

/// The changes of a repository that was fetched and verified, compared with the records of the
/// store.
///
/// Records are in a file, not in memory, so that a store can apply a large repository in one
/// transaction.
public struct FetchedRepository: Sendable {
  private static let chunk = 1 << 20

  /// The account.
  public let did: DID
  /// The revision of the repository.
  public let rev: TID
  private let difference: RepositoryDifference
  private let file: File

  init(did: DID, rev: TID, difference: RepositoryDifference, file: File) {
    self.did = did
    self.rev = rev
    self.difference = difference
    self.file = file
  }

  /// The number of changes, at most: new blocks that are not records are left out.
  public var count: Int { difference.changeCount }
  /// The number of wanted records of the repository.
  public var recordCount: Int { difference.count }

  /// Calls `body` with each change: first deletions, in the order of paths, and then records, in
  /// the order of the file. May be called again.
  ///
  /// Throws what `body` throws, or an error of the file.
  public func forEachChange(_ body: (RecordChange) throws -> Void) throws {
    var changes = makeIterator()
    while let change = try changes.next() { try body(change) }
  }

  /// Begins to read the changes.
  func makeIterator() -> Iterator { Iterator(self) }

  /// Reads changes one after another.
  struct Iterator {
    private let repository: FetchedRepository
    private var deleted: ArraySlice<RepoPath>
    private var changed: [CID: [RepositoryDifference.Changed]]
    private var reader = CARReader()
    private var offset = 0
    /// Changes to one block, which may be the record of several paths.
    private var ready: ArraySlice<RecordChange> = []

    init(_ repository: FetchedRepository) {
      self.repository = repository
      deleted = repository.difference.deleted[...]
      changed = repository.difference.changed
    }

    mutating func next() throws -> RecordChange? {
      if let path = deleted.popFirst() {
        return repository.change(path, .delete)
      }
      while true {
        if let change = ready.popFirst() { return change }
        guard !changed.isEmpty else { return nil }
        if let section = try reader.next() {
          take(section)
          continue
        }
        let chunk = try repository.file.read(FetchedRepository.chunk, at: offset)
        guard !chunk.isEmpty else { return nil }
        offset += chunk.count
        reader.append(chunk)
      }
    }

    private mutating func take(_ section: CARReader.Section) {
      guard case .block(let cid, let block) = section,
        let paths = changed.removeValue(forKey: cid)
      else { return }
      guard let record = try? DataValue(cbor: block, limits: .record, rules: .allowsForeignCIDs)
      else {
        // An account can store anything. What is not a record is left out, and replaces what was
        // known.
        ready = paths.filter { !$0.isNew }.map { repository.change($0.path, .delete) }[...]
        return
      }
      ready =
        paths.map { path in
          repository.change(path.path, path.isNew ? .create : .update, cid, record, block)
        }[...]
    }
  }

  private func change(
    _ path: RepoPath,
    _ action: RecordChange.Action,
    _ cid: CID? = nil,
    _ record: DataValue? = nil,
    _ block: [UInt8]? = nil
  ) -> RecordChange {
    RecordChange(
      isLive: false,
      rev: rev,
      did: did,
      collection: path.collection,
      recordKey: path.recordKey,
      action: action,
      cid: cid,
      record: record,
      block: block
    )
  }
}
