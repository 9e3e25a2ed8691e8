import ATProtoSyntax

// Lexicon specification, "Lexicon Files".
extension DocumentDecoder {
  private static let documentFields = LexiconGrammar.documentKeys.map(\.name)

  /// Decodes a document, or returns nil if the root is not an object.
  mutating func document(_ root: LocatedValue) -> DocumentDraft? {
    guard var fields = fields(of: root, "the document", owner: "a Lexicon document") else {
      return nil
    }
    // A document published as a record has a `$type`.
    if let type = fields.peek("$type"), case .string("com.atproto.lexicon.schema") = type.kind {
      _ = fields.take("$type")
    } else if let type = fields.peek("$type") {
      report(
        .unknownField,
        at: type.offset,
        "the '$type' of a Lexicon document can only be 'com.atproto.lexicon.schema'"
      )
      _ = fields.take("$type")
    }
    if let version = integer("lexicon", in: &fields), version.value != 1 {
      report(
        .unsupportedVersion,
        at: version.offset,
        "'lexicon' is \(version.value); the only supported version is 1"
      )
    }
    identify(&fields)
    let description = description(in: &fields)
    finish(fields, known: Self.documentFields)
    let id = id ?? Located(nsid, at: location(of: root))
    var draft = DocumentDraft(
      LexiconDocument(id: id, description: description, definitions: []),
      types: [:]
    )
    guard let defs = required("defs", in: &fields) else {
      draft.hasDefinitions = false
      return draft
    }
    guard case .object(let members) = defs.kind else {
      wrongType("'defs'", defs, expected: "an object")
      draft.hasDefinitions = false
      return draft
    }
    if members.isEmpty {
      report(
        .noDefinitions,
        at: defs.offset,
        "'defs' is empty; a document must have at least one definition"
      )
    }
    (draft.document.definitions, draft.types) = definitions(members)
    return draft
  }

  private mutating func identify(_ fields: inout Fields) {
    guard let text = requiredString("id", in: &fields) else { return }
    do throws(SyntaxError) {
      let nsid = try NSID(text.value)
      id = Located(nsid, at: source.location(at: text.offset))
      // NSID specification: the domain authority "should be normalized to lowercase".
      if let normalized = normalized(nsid, at: text.offset) { id?.value = normalized }
      if let expected = pathMismatch(nsid.string) {
        report(
          .idPathMismatch,
          at: text.offset,
          "the file path spells \(quoted(expected)), but 'id' is \(quoted(nsid.string))"
        )
      }
    } catch {
      self.report(
        .badNSID,
        at: text.offset,
        "\(quoted(text.value)) is not a valid NSID: \(error.reason)"
      )
    }
  }

  /// Reports an uppercase domain authority and returns the normalized NSID, or returns nil if the
  /// NSID is normalized.
  mutating func normalized(_ nsid: NSID, at offset: Int) -> NSID? {
    let text = nsid.string.utf8
    guard let period = text.lastIndex(of: UInt8(ascii: ".")),
      text[..<period].contains(where: { (0x41...0x5A).contains($0) })
    else { return nil }
    let normalized = nsid.normalized
    report(
      .nsidUpperCase,
      at: offset,
      "the domain authority of \(quoted(nsid.string)) should be lowercase; "
        + "write \(quoted(normalized.string))"
    )
    return normalized
  }

  /// Returns the NSID that the file path spells if it differs from `id`, and nil if it does not, or
  /// if the path does not spell an NSID.
  ///
  /// A path spells an NSID if the file name is one, or if it contains directories named after the
  /// first two segments of `id`.
  private func pathMismatch(_ id: String) -> String? {
    var components = source.path.split(separator: "/").map(String.init)
    guard let file = components.popLast(), let period = file.lastIndex(of: ".") else { return nil }
    let stem = String(file[..<period])
    if stem.contains("."), (try? NSID(stem)) != nil { return stem == id ? nil : stem }
    components.append(stem)
    let segments = id.split(separator: ".").map(String.init)
    guard !components.suffix(segments.count).elementsEqual(segments) else { return nil }
    for index in components.indices.dropLast(2).reversed()
    where components[index] == segments[0] && components[index + 1] == segments[1] {
      return components[index...].joined(separator: ".")
    }
    return nil
  }
}
