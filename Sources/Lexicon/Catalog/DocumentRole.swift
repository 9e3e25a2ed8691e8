/// Why a document is in a catalog. Roles are ordered by precedence: of several documents with the
/// same NSID, the one with the lowest role is used.
public enum DocumentRole: Int, Comparable, Hashable, Sendable {
  /// A document of the project.
  case own
  /// A document that only resolves references. Its problems matter only to documents that refer to
  /// it, and it gets no advice.
  case reference
  /// A document whose types another module declares.
  case external

  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// A file of a catalog, with its role.
public struct CatalogFile: Hashable, Sendable {
  /// The file.
  public var file: SourceFile
  /// The role of its document.
  public var role: DocumentRole

  /// Creates a file, of the project by default.
  public init(_ file: SourceFile, role: DocumentRole = .own) {
    self.file = file
    self.role = role
  }
}
