import ATProtoSyntax

// Lexicon specification, "Lexicon Files".
extension DocumentDecoder {
  private static let documentFields = ["lexicon", "id", "description", "defs"]

  /// Nil when nothing of the document can be read.
  mutating func document(_ root: LocatedValue) -> DocumentDraft? {
    guard var fields = fields(of: root, "the document", owner: "a Lexicon document") else {
      return nil
    }
    // A document that is published as a record has a `$type`.
    if let type = fields.peek("$type"), case .string("com.atproto.lexicon.schema") = type.kind {
      _ = fields.take("$type")
    } else if let type = fields.peek("$type") {
      report(
        .unknownField,
        at: type.offset,
        "the '$type' of a Lexicon document is 'com.atproto.lexicon.schema'"
      )
      _ = fields.take("$type")
    }
    if let version = integer("lexicon", in: &fields), version.value != 1 {
      report(
        .unsupportedVersion,
        at: version.offset,
        "'lexicon' is \(version.value); expected 1, the version of the language"
      )
    }
    identify(&fields)
    let description = description(in: &fields)
    finish(fields, known: Self.documentFields + ["$type"])
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
      report(.noDefinitions, at: defs.offset, "a document needs at least one definition")
    }
    (draft.document.definitions, draft.types) = definitions(members)
    return draft
  }

  private mutating func identify(_ fields: inout Fields) {
    guard let text = requiredString("id", in: &fields) else { return }
    do throws(SyntaxError) {
      let nsid = try NSID(text.value)
      id = Located(nsid, at: source.location(at: text.offset))
      // NSID specification: the authority "should be normalized to lowercase".
      if let normalized = normalized(nsid, at: text.offset) { id?.value = normalized }
      if let expected = pathMismatch(nsid.string) {
        report(
          .idPathMismatch,
          at: text.offset,
          "the file's path says \(quoted(expected)), its 'id' \(quoted(nsid.string))"
        )
      }
    } catch {
      self.report(
        .badNSID,
        at: text.offset,
        "\(quoted(text.value)) is not an NSID: \(error.reason)"
      )
    }
  }

  /// The NSID with its authority in lower case, with a warning; nil where it is so already.
  mutating func normalized(_ nsid: NSID, at offset: Int) -> NSID? {
    let text = nsid.string.utf8
    guard let period = text.lastIndex(of: UInt8(ascii: ".")),
      text[..<period].contains(where: { (0x41...0x5A).contains($0) })
    else { return nil }
    let normalized = nsid.normalized
    report(
      .nsidUpperCase,
      at: offset,
      "the authority of \(quoted(nsid.string)) should be in lower case: \(quoted(normalized.string))"
    )
    return normalized
  }

  /// The NSID that the file's path spells, where it evidently spells one and it is not `id`.
  ///
  /// Evidence is either a file name that is an NSID itself, or folders named as the first two
  /// segments of `id`.
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
