import ATProtoSyntax
public import Lexicon

/// JSON Schema 2020-12 for every record, object and other definition with data.
///
/// One bundle, so that it refers to nothing outside: a user points to `#/$defs/NAME`, names as
/// ``SchemaNames`` makes them, or lets ``root`` be what the whole schema describes.
public struct JSONSchemaExport: Sendable {
  public var documents: [LexiconDocument]
  /// The definition that a value of the whole schema has.
  public var root: Reference?

  public init(_ documents: [LexiconDocument], root: Reference? = nil) {
    self.documents = documents
    self.root = root
  }

  public func json() -> OrderedJSON {
    let names = SchemaNames(prefix: "#/$defs/")
    var result: OrderedJSON = ["$schema": "https://json-schema.org/draft/2020-12/schema"]
    result.add("$ref", root.map(names.reference))
    result.add("$defs", SchemaWriter(names: names).definitions(of: documents))
    return result
  }
}

extension SchemaWriter {
  /// All definitions with data, and at the end what some of them refer to.
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
