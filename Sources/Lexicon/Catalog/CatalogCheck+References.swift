import ATProtoSyntax

// Lexicon specification, "ref" and "union".
extension CatalogCheck {
  mutating func checkReferences(of position: Int) {
    let entry = entries[position]
    entry.draft.document.forEachReference { reference, use in
      let target: Int
      if reference.nsid == entry.nsid {
        target = position
      } else if let found = index[reference.nsid.string] {
        target = found
        entries[position].dependencies.append((found, reference.location))
      } else {
        reportUnresolved(reference, in: position)
        return
      }
      check(reference, use, in: position, target: entries[target])
    }
    checkTokens(of: entry)
  }

  /// Checks the references of a document without a valid NSID.
  mutating func checkReferences(of entry: Entry) {
    entry.draft.document.forEachReference { reference, use in
      if reference.nsid == entry.nsid {
        check(reference, use, in: nil, target: entry)
      } else if let found = index[reference.nsid.string] {
        check(reference, use, in: nil, target: entries[found])
      } else {
        reportUnresolved(reference, in: nil)
      }
    }
  }

  private mutating func check(
    _ reference: Reference,
    _ use: ReferenceUse,
    in position: Int?,
    target: Entry
  ) {
    guard target.draft.hasDefinitions else { return }
    guard let type = target.draft.types[reference.definition] else {
      let names = target.draft.document.definitions.lazy.map(\.name.value)
      let found = suggestion.hint(for: reference.definition, amongMany: names)
      var hint = found.text
      if hint.isEmpty, names.count == 1, let only = names.first {
        hint = "; its only definition is \(quoted(only))"
      }
      let owner = position.map { entries[$0].nsid } == reference.nsid ? "" : reference.nsid.string
      report(
        .unresolvedReference,
        in: position,
        at: reference.location,
        "\(quoted(reference.nsid.string)) has no definition "
          + "\(quoted(reference.definition))\(hint)",
        replacement: found.replacement.map {
          $0 == "main" ? reference.nsid.string : "\(owner)#\($0)"
        }
      )
      return
    }
    let isAllowed: Bool
    let expected: String
    switch use {
    case .ref:
      isAllowed = !Self.unreferable.contains(type.value)
      expected = "a ref must refer to a definition that has values"
    case .member:
      isAllowed = type.value == "object" || type.value == "record" || type.value.isEmpty
      expected = "the members of a union must be objects or records"
    }
    guard !isAllowed else { return }
    report(
      use == .ref ? .badRefTarget : .badUnionMember,
      in: position,
      at: reference.location,
      "\(quoted(reference.id)) has the type \(quoted(type.value)); \(expected)",
      notes: [.init("\(quoted(reference.id)) is defined here", at: type.location)]
    )
  }

  /// "A `ref` can not point to a `token` type", nor "to another `ref`, nor a `union`". Methods,
  /// permission sets and sub-types have no values either. Records are allowed:
  /// "references to `record` types […] always include the `$type` discriminator".
  private static let unreferable: Set<String> = [
    "token", "query", "procedure", "subscription", "permission-set", "space", "params",
    "permission", "ref",
    "union", "unknown",
  ]

  private mutating func reportUnresolved(_ reference: Reference, in position: Int?) {
    guard !isPartial, !isUnreadable(reference, in: position) else { return }
    let nsid = reference.nsid.string
    let names = entries.lazy.map(\.nsid.string)
    let hint = hints[nsid] ?? suggestion.hint(for: nsid, amongMany: names)
    hints[nsid] = hint
    let root = reference.nsid.root
    guard !hint.isEmpty || roots.contains(root) else {
      missing[root, default: []].append(reference)
      if let position { entries[position].lacksNamespace = true }
      return
    }
    report(
      .unresolvedReference,
      in: position,
      at: reference.location,
      "document \(quoted(nsid)) not found\(hint.text)",
      replacement: hint.replacement.map {
        reference.definition == "main" ? $0 : "\($0)#\(reference.definition)"
      }
    )
  }

  /// "Tokens should always be fully-qualified references". One into a known document should exist.
  private mutating func checkTokens(of entry: Entry) {
    for definition in entry.draft.document.definitions {
      definition.forEachSchema { schema in
        guard case .string(let string) = schema.kind else { return }
        for value in (string.knownValues ?? []) + (string.enum ?? []) {
          checkToken(value)
        }
      }
    }
  }

  private mutating func checkToken(_ value: Located<String>) {
    let text = value.value
    guard let hash = text.utf8.firstIndex(of: UInt8(ascii: "#")), hash != text.startIndex,
      let position = index[String(text[..<hash])]
    else { return }
    let name = String(text[text.utf8.index(after: hash)...])
    let draft = entries[position].draft
    guard draft.hasDefinitions, draft.types[name] == nil else { return }
    let names = draft.document.definitions.lazy.map(\.name.value)
    let hint = suggestion.hint(for: name, amongMany: names)
    diagnostics.append(
      Diagnostic(
        .unresolvedToken,
        at: value.location,
        "token \(quoted(text)) not found\(hint.text)",
        replacement: hint.replacement.map { "\(text[..<hash])#\($0)" }
      )
    )
  }
}
