// subject = nsid [ "#" definition ]              a definition
//         / nsid "/" part                        a part of a method
// part    = "parameters" / "input" / "output" / "message"

/// A definition of the catalog, or a part of a method.
///
///     "app.bsky.feed.post"
///     "app.bsky.feed.defs#postView"
///     "com.atproto.repo.putRecord/input"
public struct SampleSubject: Hashable, Sendable {
  /// A part of a method.
  public enum Part: String, CaseIterable, Hashable, Sendable {
    /// An object with a field for each query parameter.
    case parameters
    /// The body of a request.
    case input
    /// The body of a response.
    case output
    /// A message of a subscription with its `$type`, which event streams move to the header.
    case message
  }

  /// The document.
  public var nsid: String
  /// The name of the definition, `main` by default.
  public var definition: String
  /// The part of a method; nil for a definition.
  public var part: Part?

  /// Creates a subject, which need not exist.
  public init(nsid: String, definition: String = "main", part: Part? = nil) {
    self.nsid = nsid
    self.definition = definition
    self.part = part
  }
}

extension SampleSubject: LosslessStringConvertible, ExpressibleByStringLiteral {
  /// Parses `NSID`, `NSID#definition`, or `NSID/part`. Returns nil if the part is not a ``Part``.
  public init?(_ text: String) {
    if let sign = text.firstIndex(of: "#") {
      self.init(
        nsid: String(text[..<sign]),
        definition: String(text[text.index(after: sign)...])
      )
    } else if let slash = text.firstIndex(of: "/") {
      guard let part = Part(rawValue: String(text[text.index(after: slash)...])) else { return nil }
      self.init(nsid: String(text[..<slash]), part: part)
    } else {
      self.init(nsid: text)
    }
  }

  /// Parses a subject. An invalid string becomes a subject that is not in any catalog.
  public init(stringLiteral text: String) {
    self = SampleSubject(text) ?? SampleSubject(nsid: text)
  }

  /// The string that the initializer parses.
  public var description: String {
    if let part { return "\(nsid)/\(part.rawValue)" }
    return definition == "main" ? nsid : "\(nsid)#\(definition)"
  }
}
