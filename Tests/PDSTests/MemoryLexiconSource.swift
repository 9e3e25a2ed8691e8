import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import LexiconResolution
import Synchronization

@testable import PDS

/// Published lexicons that a test changes.
final class MemoryLexiconSource: LexiconSource {
  let documents = Mutex<[NSID: DataValue]>([:])
  /// The number of lookups.
  let count = Mutex(0)
  /// Makes documents on demand.
  let make: @Sendable (NSID) async -> DataValue?
  /// The error for documents that are not published.
  let error: LexiconError.Code
  /// The length that all documents are said to have; nil for their own.
  let length: Int?

  init(
    _ documents: [DataValue] = [],
    error: LexiconError.Code = .recordNotFound,
    length: Int? = nil,
    make: @escaping @Sendable (NSID) async -> DataValue? = { _ in nil }
  ) {
    self.error = error
    self.length = length
    self.make = make
    for document in documents {
      if let nsid = document["id"]?.string.flatMap({ try? NSID($0) }) {
        self.documents.withLock { $0[nsid] = document }
      }
    }
  }

  func lexicon(_ nsid: NSID) async throws(LexiconError) -> PublishedLexicon {
    count.withLock { $0 += 1 }
    let known = documents.withLock { $0[nsid] }
    let made = known == nil ? await make(nsid) : nil
    guard let record = known ?? made else {
      throw LexiconError(error, "cannot resolve \(nsid): it is not published", nsid: nsid)
    }
    let block = record.cborBytes()
    return PublishedLexicon(
      cid: CID(hashingDAGCBOR: block),
      record: record,
      length: length ?? block.count
    )
  }
}
