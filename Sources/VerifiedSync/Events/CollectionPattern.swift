public import ATProtoSyntax

/// A collection, or all collections whose names begin with a prefix: `app.bsky.feed.post`,
/// `app.bsky.*`.
public struct CollectionPattern: Hashable, Sendable {
  /// The pattern as it was given.
  public let text: String

  /// The longest NSID has as many bytes.
  private static let maximumLength = 317

  /// Parses an NSID, or the first segments of one followed by `.*`; nil if `text` is neither.
  public init?(_ text: String) {
    let isPrefix = text.hasSuffix(".*")
    let segments = text.dropLast(isPrefix ? 2 : 0).split(
      separator: ".",
      omittingEmptySubsequences: false
    )
    let isValid =
      isPrefix
      ? !segments.isEmpty && text.utf8.count <= Self.maximumLength
        && segments.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(Self.isAllowed) }
      : (try? NSID(text)) != nil
    guard isValid else { return nil }
    self.text = text
  }

  /// Whether a collection matches.
  public func matches(_ collection: NSID) -> Bool {
    text.hasSuffix(".*")
      ? collection.string.hasPrefix(text.dropLast()) : collection.string == text
  }

  /// Whether a path's collection matches, which need not be valid.
  func matches(_ collection: some StringProtocol) -> Bool {
    text.hasSuffix(".*") ? collection.hasPrefix(text.dropLast()) : collection == text
  }

  /// The only collection that matches; nil for a prefix.
  package var collection: NSID? { text.hasSuffix(".*") ? nil : try? NSID(text) }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

extension [CollectionPattern] {
  /// Whether a collection is wanted; all are if there are no patterns.
  package func wants(_ collection: NSID) -> Bool {
    isEmpty || contains { $0.matches(collection) }
  }
}
