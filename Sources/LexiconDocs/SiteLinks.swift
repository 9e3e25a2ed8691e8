import ATProtoSyntax
import Lexicon

/// The locations of documents, definitions, and fields on the site.
///
/// Links depend only on names: `app.bsky.feed.defs.html#postView.author` is the field `author` of the
/// definition `postView`.
struct SiteLinks {
  private let documents: [String: LexiconDocument]

  init(_ documents: [LexiconDocument]) {
    self.documents = Dictionary(
      documents.map { ($0.id.value.string, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// Unique on every file system, because no two NSIDs of a catalog differ only in case.
  func page(of nsid: String) -> String { "\(nsid).html" }

  /// Returns nil if the catalog does not have the definition.
  func link(to definition: DefinitionID) -> String? {
    guard documents[definition.nsid]?[definition: definition.name] != nil else { return nil }
    let page = page(of: definition.nsid)
    return definition.name == "main" ? page : "\(page)#\(Self.anchor([definition.name]))"
  }

  /// The definition that a string in a schema names, such as a known value: `nsid#name`, or `#name`
  /// in the document itself.
  func definition(named text: String, in nsid: String) -> DefinitionID? {
    guard let sign = text.firstIndex(of: "#") else {
      let id = DefinitionID(nsid: text, name: "main")
      return link(to: id) == nil ? nil : id
    }
    let document = sign == text.startIndex ? nsid : String(text[..<sign])
    let id = DefinitionID(nsid: document, name: String(text[text.index(after: sign)...]))
    return link(to: id) == nil ? nil : id
  }

  /// An identifier that does not need escaping in an attribute, a URL, or CSS. Identifiers of the
  /// layout itself start with an underscore, which these never contain.
  static func anchor(_ path: [String]) -> String {
    path.map { step in
      step.utf8.map { byte in
        let scalar = Unicode.Scalar(byte)
        let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || isDigit(scalar))
        return isPlain ? String(Character(scalar)) : "~\(String(byte, radix: 16))"
      }.joined()
    }.joined(separator: ".")
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

/// The name of a definition.
struct DefinitionID: Hashable, Comparable {
  var nsid: String
  var name: String

  init(nsid: String, name: String) {
    self.nsid = nsid
    self.name = name
  }

  init(_ reference: Reference) {
    self.init(nsid: reference.nsid.string, name: reference.definition)
  }

  /// The text of a reference to it.
  var text: String { name == "main" ? nsid : "\(nsid)#\(name)" }

  static func < (left: DefinitionID, right: DefinitionID) -> Bool {
    (left.nsid, left.name) < (right.nsid, right.name)
  }
}
