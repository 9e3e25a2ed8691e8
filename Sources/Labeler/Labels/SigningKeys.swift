package import ATProtoCrypto

/// The key that signs labels, and the ID by which rows name it.
///
/// A labeler rotates its key by starting with another one. Then the rows that an earlier key signed
/// are stale: ``Labels`` signs those that are asked for again, and ``Resigning`` the others.
package struct SigningKeys: Sendable {
  package let current: (id: Int, key: PrivateKey)

  /// Registers the key at the first start with it.
  package init(_ key: PrivateKey, in transaction: any LabelerTransaction) throws {
    let didKey = key.publicKey.didKey
    let known = try transaction.labels.keys().first { $0.didKey == didKey }?.id
    current = (try known ?? transaction.labels.addKey(didKey), key)
    // An earlier key that signed all labels may become current again; until then, new labels have
    // another key.
    if try Resigning.finishedKey(in: transaction) != didKey {
      try Resigning.setFinishedKey("", in: transaction)
    }
  }
}
