public import ATProtoSyntax

/// All documents whose NSIDs have the same domain authority: `com.example.*`.
public struct LexiconGroup: Hashable, Sendable {
  /// The domain authority in the order of NSIDs, in lowercase: `com.example`.
  public let prefix: String

  /// Creates the group of a document.
  public init(of nsid: NSID) {
    prefix = nsid.normalized.authority
  }

  /// Parses `com.example.*` or `com.example.`; nil for anything else, such as the name of a single
  /// document.
  public init?(_ text: String) {
    let ending = [".*", "."].first { text.hasSuffix($0) }
    guard let ending, let nsid = try? NSID("\(text.dropLast(ending.count)).a") else { return nil }
    self.init(of: nsid)
  }

  /// Whether a document is in the group. Documents of subdomains are not.
  public func contains(_ nsid: NSID) -> Bool {
    nsid.authority == prefix
  }

  /// The domain that controls the group: `example.com`. Returns nil if it is longer than a domain
  /// name can be.
  public var domain: Handle? { (try? NSID("\(prefix).a"))?.domain }
}

extension LexiconGroup: CustomStringConvertible {
  /// The group as an argument: `com.example.*`.
  public var description: String { "\(prefix).*" }
}
