package import ATProtoSyntax

/// The latest result of resolving a permission set.
package struct StoredPermissionSet: Hashable, Sendable {
  package var nsid: NSID
  /// The document as JSON; nil if it was never resolved.
  package var document: [UInt8]?
  /// The time of the last attempt.
  package var checkedAt: Int
  /// The time of the last attempt that succeeded.
  package var resolvedAt: Int?
  /// The time after which the row can be removed.
  package var expiresAt: Int

  package init(
    nsid: NSID,
    document: [UInt8]?,
    checkedAt: Int,
    resolvedAt: Int?,
    expiresAt: Int
  ) {
    self.nsid = nsid
    self.document = document
    self.checkedAt = checkedAt
    self.resolvedAt = resolvedAt
    self.expiresAt = expiresAt
  }
}
