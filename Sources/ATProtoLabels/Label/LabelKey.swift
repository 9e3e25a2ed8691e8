public import ATProtoSyntax
public import ComAtprotoAPI

/// What identifies a label: there is "only one coherent set of metadata for the combination of source,
/// subject, and value" (Label specification).
///
/// Keys are compared by bytes: two spellings of one character in Unicode are different values.
public struct LabelKey: Sendable {
  /// The labeler, or the author of a self-label.
  public let source: DID
  /// A DID or AT-URI.
  public let subject: String
  /// The value of the label.
  public let value: String

  /// Creates a key.
  public init(source: DID, subject: String, value: String) {
    self.source = source
    self.subject = subject
    self.value = value
  }

  /// The key of a label; nil if its source is not a DID.
  public init?(_ label: ComAtproto.Label.Defs.Label) {
    guard let source = try? label.src.parsed() else { return nil }
    self.init(source: source, subject: label.uri.string, value: label.val)
  }
}

extension LabelKey: Hashable {
  /// Whether source, subject, and value have the same bytes.
  public static func == (lhs: LabelKey, rhs: LabelKey) -> Bool {
    lhs.source == rhs.source && lhs.subject.utf8.elementsEqual(rhs.subject.utf8)
      && lhs.value.utf8.elementsEqual(rhs.value.utf8)
  }

  /// Hashes source, subject, and value.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(source)
    for text in [subject, value] {
      hasher.combine(text.utf8.count)
      var text = text
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }
}
