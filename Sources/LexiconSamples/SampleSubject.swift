// subject = nsid [ "#" definition ]              a definition
//         / nsid "/" part                        what a method takes or gives
// part    = "parameters" / "input" / "output" / "message"

/// What samples are made of: a definition of the catalog, or a part of a method.
///
///     "app.bsky.feed.post"
///     "app.bsky.feed.defs#postView"
///     "com.atproto.repo.putRecord/input"
public struct SampleSubject: Hashable, Sendable {
  public enum Part: String, CaseIterable, Hashable, Sendable {
    /// An object with a field for each query parameter.
    case parameters
    case input
    case output
    /// A message of a subscription with its `$type`, which event streams move to the header.
    case message
  }

  public var nsid: String
  public var definition: String
  public var part: Part?

  public init(nsid: String, definition: String = "main", part: Part? = nil) {
    self.nsid = nsid
    self.definition = definition
    self.part = part
  }
}

extension SampleSubject: LosslessStringConvertible, ExpressibleByStringLiteral {
  /// Nil where the part is none of the four.
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

  /// A text that is no subject names one that no catalog has.
  public init(stringLiteral text: String) {
    self = SampleSubject(text) ?? SampleSubject(nsid: text)
  }

  public var description: String {
    if let part { return "\(nsid)/\(part.rawValue)" }
    return definition == "main" ? nsid : "\(nsid)#\(definition)"
  }
}
