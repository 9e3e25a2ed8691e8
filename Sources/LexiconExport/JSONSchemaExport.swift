import ATProtoSyntax
public import Lexicon

/// Exports every record, object, and other definition with data as JSON Schema 2020-12.
///
/// The result is one bundle without external references. Refer to a definition as `#/$defs/NAME`,
/// with the name `app.bsky.feed.post` for a main definition and `app.bsky.feed.defs_postView` for any
/// other; or set ``root`` to make the whole schema describe one definition.
public struct JSONSchemaExport: Sendable {
  /// The documents to export, including those that they refer to.
  public var documents: [LexiconDocument]
  /// The definition that the whole schema describes; nil for a bundle only.
  public var root: Reference?

  /// Creates an export of documents.
  public init(_ documents: [LexiconDocument], root: Reference? = nil) {
    self.documents = documents
    self.root = root
  }

  /// The schema.
  public func json() -> OrderedJSON {
    let names = SchemaNames(prefix: "#/$defs/")
    var result: OrderedJSON = ["$schema": "https://json-schema.org/draft/2020-12/schema"]
    result.add("$ref", root.map(names.reference))
    result.add("$defs", SchemaWriter(names: names).definitions(of: documents))
    return result
  }
}

extension SchemaWriter {
  /// All definitions with data, and at the end the schema of all data.
  func definitions(of documents: [LexiconDocument]) -> OrderedJSON {
    .object(
      documents.flatMap { document -> [OrderedJSON.Member] in
        let nsid = document.id.value.string
        return document.definitions.compactMap { definition in
          schema(of: definition, in: nsid).map {
            .init(name: SchemaNames.name(nsid, definition.name.value), value: $0)
          }
        }
      } + [.init(name: SchemaNames.data, value: data)]
    )
  }
}
