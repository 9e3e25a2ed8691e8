public import ATProtoSyntax

/// A difference between a manifest and the installed files.
public struct LockProblem: Hashable, Sendable {
  /// The kind of a difference.
  public enum Kind: String, CaseIterable, Comparable, Hashable, Sendable {
    /// The file of a resolution does not exist.
    case missing
    /// The file of a resolution does not contain the document with its CID.
    case modified
    /// The file of a resolution lacks only the field `$type`.
    case stripped
    /// A document is asked for or referred to, but does not have a resolution.
    case unlisted
    /// A resolution belongs to a document that is neither asked for nor referred to.
    case superfluous

    /// Orders kinds as they are declared.
    public static func < (left: Kind, right: Kind) -> Bool {
      allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
  }

  /// The document.
  public var nsid: NSID
  /// The kind of the difference.
  public var kind: Kind
  /// The document that refers to ``nsid`` if it is ``Kind/unlisted``; nil if it is asked for.
  public var referrer: NSID?

  /// Creates a problem.
  public init(nsid: NSID, kind: Kind, referrer: NSID? = nil) {
    self.nsid = nsid
    self.kind = kind
    self.referrer = referrer
  }
}
