import ATProtoSyntax

// Proposal 0016, "Space type declarations" (experimental).
extension DocumentDecoder {
  private static let spaceFields = LexiconGrammar.names(ofType: "space")

  mutating func space(_ fields: inout Fields) -> SpaceSchema? {
    _ = description(in: &fields)
    let key = requiredString("key", in: &fields).flatMap { recordKey($0) }
    let name = requiredString("name", in: &fields)
    if let name, !(1...64).contains(name.value.utf8.count) {
      report(
        .wrongType,
        at: name.offset,
        "'name' has \(name.value.utf8.count) bytes; expected a string of 1 to 64 bytes"
      )
    }
    let names = localized("name:lang", in: &fields)
    var collections: [Located<String>]?
    if fields.peek("collections") == nil {
      _ = required("collections", in: &fields)
    } else {
      collections = strings("collections", in: &fields)
    }
    for collection in collections ?? [] {
      do throws(SyntaxError) {
        _ = try NSID(collection.value)
      } catch {
        self.report(
          .badNSID,
          at: collection.location.offset,
          "\(quoted(collection.value)) is not a valid NSID: \(error.reason)"
        )
      }
    }
    finish(fields, known: Self.spaceFields)
    guard let key, let name, let collections else { return nil }
    return SpaceSchema(
      key: key,
      name: name.value,
      localizedNames: names,
      collections: collections
    )
  }
}
