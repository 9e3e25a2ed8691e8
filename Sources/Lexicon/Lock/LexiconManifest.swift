public import ATProtoData
public import ATProtoSyntax

// The file `lexicons.json` of `@atproto/lex`:
//
//   {
//     "version": 1,
//     "lexicons": ["com.example.a"],
//     "resolutions": {
//       "com.example.a": {
//         "uri": "at://did:plc:…/com.atproto.lexicon.schema/com.example.a",
//         "cid": "bafyrei…"
//       }
//     }
//   }

/// The manifest of a project's installed lexicons, `lexicons.json`: which were asked for, and which
/// version of each document is installed.
public struct LexiconManifest: Hashable, Sendable {
  /// The customary name of the file.
  public static let fileName = "lexicons.json"

  /// The customary name of the directory of documents beside the file.
  public static let directoryName = "lexicons"

  /// The origin and version of an installed document.
  public struct Resolution: Hashable, Sendable {
    /// The account whose repository contains the document.
    public var did: DID
    /// The CID of the record.
    public var cid: CID

    /// Creates a resolution.
    public init(did: DID, cid: CID) {
      self.did = did
      self.cid = cid
    }

    /// The AT-URI of the record that contains a document.
    public func uri(of nsid: NSID) -> String {
      "at://\(did)/\(LexiconFile.recordType)/\(nsid)"
    }
  }

  /// The documents that were asked for.
  public var lexicons: Set<NSID>

  /// The installed documents: those that were asked for, and all that they refer to.
  public var resolutions: [NSID: Resolution]

  /// Creates a manifest without documents.
  public init() {
    lexicons = []
    resolutions = [:]
  }

  /// The content of the file, as `lex install` writes it: sorted, and in the layout of
  /// `JSON.stringify(manifest, null, 2)`, with a line break at the end.
  public func formatted() -> [UInt8] {
    var layout = JavaScriptLayout()
    let names = lexicons.map(\.string).sorted(by: Self.precedes)
    let entries = resolutions.map { (key: $0.key.string, value: ($0.key, $0.value)) }
      .sorted { Self.precedes($0.key, $1.key) }
    layout.append("{\n  \"version\": 1,\n  \"lexicons\": ")
    layout.array(names, 2) { layout, name, _ in layout.string(name) }
    layout.append(",\n  \"resolutions\": ")
    layout.object(entries, 2) { layout, entry, indentation in
      let (nsid, resolution) = entry
      layout.object(
        [
          (key: "uri", value: resolution.uri(of: nsid)), (key: "cid", value: resolution.cid.string),
        ],
        indentation
      ) { layout, text, _ in layout.string(text) }
    }
    layout.append("\n}\n")
    return layout.output
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
