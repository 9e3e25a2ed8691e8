/// A label as it is stored, which is also its event in the stream: one for each subject and value.
package struct LabelRow: Hashable, Sendable {
  /// The number of the label's event; greater than those of all earlier events.
  package var sequence: Int
  /// The subject: a DID or an AT-URI.
  package var uri: String
  package var value: String
  /// The version of the subject that the label is about; nil for all versions.
  package var cid: String?
  /// Whether the label retracts an earlier one.
  package var isNegated: Bool
  /// Milliseconds since 1970. Never decreases from one sequence number to the next.
  package var createdAt: Int
  /// Milliseconds since 1970; nil if the label does not expire.
  package var expiresAt: Int?
  /// The ID of the key that signed the label; see ``SigningKeys``.
  package var key: Int
  /// 64 bytes.
  package var signature: [UInt8]

  package init(
    sequence: Int,
    uri: String,
    value: String,
    cid: String? = nil,
    isNegated: Bool = false,
    createdAt: Int,
    expiresAt: Int? = nil,
    key: Int,
    signature: [UInt8]
  ) {
    self.sequence = sequence
    self.uri = uri
    self.value = value
    self.cid = cid
    self.isNegated = isNegated
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.key = key
    self.signature = signature
  }
}

/// What a moderator decides about one value on one subject.
package struct LabelChange: Hashable, Sendable {
  /// The subject: a DID or an AT-URI.
  package var uri: String
  package var value: String
  /// The version of the subject that the label is about; nil for all versions.
  package var cid: String?
  /// Whether the change retracts the label.
  package var isNegated: Bool
  /// Milliseconds since 1970; nil if the label does not expire.
  package var expiresAt: Int?

  package init(
    uri: String,
    value: String,
    cid: String? = nil,
    isNegated: Bool = false,
    expiresAt: Int? = nil
  ) {
    self.uri = uri
    self.value = value
    self.cid = cid
    self.isNegated = isNegated
    self.expiresAt = expiresAt
  }
}
