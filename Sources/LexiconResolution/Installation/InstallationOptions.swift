/// What an installation or an update may do.
public struct InstallationOptions: Hashable, Sendable {
  /// Whether files with local changes are overwritten.
  public var overwritesChanges = false
  /// Whether documents with errors of the Lexicon language are installed.
  public var allowsInvalid = false
  /// The maximum number of documents, with all that they refer to.
  public var maximumDocuments = 1000
  /// The maximum number of bytes of their files, which are in memory before they are written.
  public var maximumBytes = 256 << 20
  /// Whether an update accepts that a domain authority names another DID than the manifest does. The
  /// domain may have been bought by somebody else.
  public var acceptsMovedAuthority = false

  /// Creates the default options, which overwrite and accept nothing.
  public init() {}
}
