import ATProtoSyntax
import Lexicon

/// Where every document, definition and field has its place on the site.
///
/// Links stay as they are while the names do: `app.bsky.feed.defs.html#postView.author` is the
/// field `author` of the definition `postView`.
struct SiteLinks {
  private let documents: [String: LexiconDocument]

  init(_ documents: [LexiconDocument]) {
    self.documents = Dictionary(
      documents.map { ($0.id.value.string, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// A catalog has no two NSIDs that differ in case alone, so no file system takes two pages for
  /// one.
  func page(of nsid: String) -> String { "\(nsid).html" }

  /// Nil where the catalog has no such definition.
  func link(to definition: DefinitionID) -> String? {
    guard documents[definition.nsid]?[definition: definition.name] != nil else { return nil }
    let page = page(of: definition.nsid)
    return definition.name == "main" ? page : "\(page)#\(Self.anchor([definition.name]))"
  }

  /// The definition that a text of a schema names, a known value for instance: `nsid#name`, or
  /// `#name` in the document itself.
  func definition(named text: String, in nsid: String) -> DefinitionID? {
    guard let sign = text.firstIndex(of: "#") else {
      let id = DefinitionID(nsid: text, name: "main")
      return link(to: id) == nil ? nil : id
    }
    let document = sign == text.startIndex ? nsid : String(text[..<sign])
    let id = DefinitionID(nsid: document, name: String(text[text.index(after: sign)...]))
    return link(to: id) == nil ? nil : id
  }

  /// An identifier that needs no escaping in an attribute, in a URL or in CSS. What the layout
  /// itself uses begins with an underscore, which none of these has.
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

/// A definition by name.
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

  /// As references write it.
  var text: String { name == "main" ? nsid : "\(nsid)#\(name)" }

  static func < (left: DefinitionID, right: DefinitionID) -> Bool {
    (left.nsid, left.name) < (right.nsid, right.name)
  }
}
