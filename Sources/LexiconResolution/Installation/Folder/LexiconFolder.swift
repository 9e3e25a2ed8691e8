import ATProtoSyntax
public import Lexicon

/// A directory of installed documents, and the manifest beside it.
///
/// The directory itself may be a symbolic link. Nothing below it is read or written through one: a
/// link in a repository that somebody else wrote must not lead an installation to other files.
public struct LexiconFolder: Hashable, Sendable {
  /// The directory of the documents: `com.example.a` is `com/example/a.json` below it.
  public let path: String
  /// The manifest, `lexicons.json`.
  public let manifestPath: String

  /// Larger files are neither documents nor manifests. The largest record has 1 MiB of DAG-CBOR.
  static let maximumFileBytes = 16 << 20

  /// Creates a folder, which need not exist yet.
  public init(path: String = "lexicons", manifestPath: String = "lexicons.json") {
    self.path = path
    self.manifestPath = manifestPath
  }

  /// A manifest as it was read.
  public struct ReadManifest: Sendable {
    /// The content.
    public let manifest: LexiconManifest
    /// Unknown fields, which are dropped when the manifest is written.
    public let unknownFields: [String]
    /// The content of the file.
    let bytes: [UInt8]
  }

  /// Reads the manifest. Returns nil if there is none.
  ///
  /// - Throws: ``LexiconError/Code/manifestInvalid``.
  public func manifest() throws(LexiconError) -> ReadManifest? {
    guard let bytes = try FileTree.contents(ofFile: manifestPath) else { return nil }
    do {
      let (manifest, unknownFields) = try LexiconManifest.read(bytes)
      return ReadManifest(manifest: manifest, unknownFields: unknownFields, bytes: bytes)
    } catch {
      throw LexiconError(.manifestInvalid, "cannot read \(manifestPath): \(error.reason)")
    }
  }

  /// What a person should know about a manifest: its unknown fields, which stay in a manifest that is
  /// not written.
  func warnings(of manifest: ReadManifest?, isWritten: Bool) -> [String] {
    (manifest?.unknownFields ?? []).map {
      "\(manifestPath): the unknown field '\($0)' is \(isWritten ? "dropped" : "ignored")"
    }
  }

  /// The content of a document's file. Returns nil if there is none.
  ///
  /// - Throws: ``LexiconError/Code/pathRefused`` if a link is on the way.
  func contents(of nsid: NSID) throws(LexiconError) -> [UInt8]? {
    guard let tree = try FileTree(path) else { return nil }
    return try tree.contents(of: nsid)
  }
}
