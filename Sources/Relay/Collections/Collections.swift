import ATProtoRepo
package import ATProtoSyntax
import Foundation
import ServiceKit

/// Which accounts have records in which collections.
///
/// Updated by verified commits: a collection appears with its first record and disappears with its
/// last. Older collections of an account appear when they are written to or when the repository is
/// fetched, which also happens some time after a `#sync` message with a different tree.
package struct Collections: Sendable {
  /// The maximum number of pages of the index to read for one answer. Few of the accounts in them
  /// may be visible, so an answer can be short, or empty, and still have a cursor.
  private static let maximumPages = 4

  private let store: any RelayStore
  private let checkpoints: Checkpoints

  package init(store: any RelayStore, checkpoints: Checkpoints) {
    self.store = store
    self.checkpoints = checkpoints
  }

  /// The accounts with records in a collection that are visible and active.
  ///
  /// - Parameter cursor: of an earlier page. Throws ``CursorError`` if it is not valid.
  /// - Returns: the next cursor, or nil at the end.
  package func repositories(
    in collection: NSID,
    cursor: String?,
    limit: Int
  ) async throws -> (dids: [DID], cursor: String?) {
    var after = try cursor.map(Self.account)
    var found: [(id: AccountID, did: DID)] = []
    // One more than the limit shows whether there is another page.
    var pages = 0
    while found.count <= limit, pages < Self.maximumPages {
      pages += 1
      let page = try await page(collection, after: after, limit: limit + 1)
      found += page.rows.lazy.filter(\.visible.isActive).map { ($0.id, $0.did) }
      after = page.last
      if after == nil { break }
    }
    let kept = found.prefix(limit)
    let next = found.count > limit ? kept.last?.id : after
    return (kept.map(\.did), next.map(Self.cursor))
  }

  /// - Returns: the last account that was examined, or nil at the end.
  private func page(
    _ collection: NSID,
    after: AccountID?,
    limit: Int
  ) async throws -> (rows: [AccountRow], last: AccountID?) {
    let (ids, stored) = try await store.read { transaction in
      let ids = try transaction.collections.page(collection, after: after, limit: limit)
      return (ids, try ids.compactMap { try transaction.accounts.row($0) })
    }
    // The status of an account may have changed since the last checkpoint.
    return (
      stored.map { checkpoints.row($0.id) ?? $0 },
      ids.count < limit ? nil : ids.last
    )
  }
}

extension Collections {
  package struct CursorError: Error, Hashable {}

  private static func cursor(_ id: AccountID) -> String {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: id.rawValue)
    return Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  private static func account(_ cursor: String) throws(CursorError) -> AccountID {
    guard cursor.utf8.count == 6 else { throw CursorError() }
    let text = cursor.replacing("-", with: "+").replacing("_", with: "/") + "=="
    guard let bytes = Data(base64Encoded: text) else { throw CursorError() }
    var reader = LittleEndianReader([UInt8](bytes)[...])
    guard let id = reader.integer(UInt32.self) else { throw CursorError() }
    return AccountID(rawValue: id)
  }
}
