import ATProtoCrypto
import Synchronization

/// Signs the labels of earlier keys with the current one, in the background.
///
/// Times and sequence numbers stay, so the stream does not send these labels again.
package final class Resigning: Sendable {
  /// The most labels to read in one transaction.
  private static let maximumCount = 500
  private static let secret = "label-key"

  private let labels: Labels
  private let store: any LabelerStore
  private let didKey: String
  /// All labels up to this sequence number have current signatures; nil when all have.
  private let position = Mutex<Int?>(0)

  package init(_ labels: Labels, keys: SigningKeys, store: any LabelerStore) {
    self.labels = labels
    self.store = store
    didKey = keys.current.key.publicKey.didKey
  }

  /// Checks some thousand labels, and signs those that need it.
  ///
  /// - Returns: whether more labels have to be checked.
  @discardableResult
  package func step(transactions: Int = 10) async throws -> Bool {
    for _ in 0..<transactions {
      guard let position = position.withLock({ $0 }) else { return false }
      let next = try await store.write { [self] transaction throws in
        try check(after: position, in: transaction)
      }
      self.position.withLock { $0 = next }
    }
    return position.withLock { $0 } != nil
  }

  private func check(after sequence: Int, in transaction: any LabelerTransaction) throws -> Int? {
    // A labeler that restarts does not read all its labels again.
    if try Self.finishedKey(in: transaction) == didKey { return nil }
    let rows = try transaction.labels.rows(after: sequence, maximumCount: Self.maximumCount)
    for row in rows where labels.isStale(row) { try labels.signAgain(row, in: transaction) }
    if let last = rows.last { return last.sequence }
    try Self.setFinishedKey(didKey, in: transaction)
    return nil
  }

  /// The `did:key` that has signed all labels; nil or empty while some have signatures of an earlier
  /// key.
  static func finishedKey(in transaction: any LabelerTransaction) throws -> String? {
    try transaction.secrets.secret(secret).map { String(decoding: $0, as: UTF8.self) }
  }

  static func setFinishedKey(_ didKey: String, in transaction: any LabelerTransaction) throws {
    try transaction.secrets.setSecret(secret, Array(didKey.utf8))
  }
}
