package import ATProtoSyntax
package import XRPCServer

/// A request for one page of the current labels.
package struct LabelQuery: Sendable {
  package static let maximumLimit = 250

  package let patterns: UriPatterns
  /// The labelers whose labels are wanted; empty for all.
  package let sources: [DID]
  package let after: LabelCursor?
  package let limit: Int

  package init(
    patterns: UriPatterns,
    sources: [DID] = [],
    after: LabelCursor? = nil,
    limit: Int = 50
  ) throws(XRPCServerError) {
    guard (1...Self.maximumLimit).contains(limit) else {
      throw .invalidRequest("limit must be between 1 and \(Self.maximumLimit)")
    }
    self.patterns = patterns
    self.sources = sources
    self.after = after
    self.limit = limit
  }

  func includes(_ source: DID) -> Bool {
    sources.isEmpty || sources.contains(source)
  }
}

/// A position among labels that are ordered by subject and value: that of the last label of a page.
///
/// The label that it names may have been replaced or negated since; the position is still valid.
///
///     cursor = base64url( uri NUL value )
package struct LabelCursor: Hashable, Sendable {
  private static let maximumBytes = 4_096

  package let uri: String
  package let value: String

  package init(uri: String, value: String) {
    self.uri = uri
    self.value = value
  }

  package init(_ row: LabelRow) {
    self.init(uri: row.uri, value: row.value)
  }

  /// Returns nil if the text is not a cursor.
  package init?(_ text: String) {
    guard text.utf8.count <= Self.maximumBytes, let bytes = Base64.url.decode(text),
      let separator = bytes.firstIndex(of: 0)
    else { return nil }
    let uri = String(decoding: bytes[..<separator], as: UTF8.self)
    let value = String(decoding: bytes[(separator + 1)...], as: UTF8.self)
    guard !uri.isEmpty, LabelText.isPlain(uri), LabelText.isPlain(value) else { return nil }
    self.init(uri: uri, value: value)
  }

  package var text: String {
    Base64.url.encode(Array(uri.utf8) + [0] + Array(value.utf8))
  }
}
