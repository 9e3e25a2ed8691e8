import ATProtoSyntax

/// A place that refers to a definition.
package struct ReferenceSite: Hashable, Sendable {
  /// The way in which a definition is referred to.
  package enum Kind: Hashable, Sendable {
    /// With a `ref`.
    case ref
    /// As a member of a union.
    case member
    /// As a token in `knownValues` or `enum`.
    case token
    /// In the `collection` or `lxm` of a permission.
    case permission
  }

  /// The start of the string.
  package var location: SourceLocation
  /// The UTF-8 offsets of the string, with its quotation marks.
  package var range: Range<Int>
  /// Whether the site spells only the name: `#name`.
  package var isLocal: Bool
  /// The way in which the site refers to the definition.
  package var kind: Kind
}

/// The definitions of a catalog with the places that refer to them. Documents with errors count.
package struct DefinitionIndex {
  private var definitions: [Reference: Definition] = [:]
  private var sites: [Reference: [ReferenceSite]] = [:]

  /// Creates an index. The time is proportional to the size of the documents.
  ///
  /// - Parameter tree: returns the content of the file at a path. References in files without one
  ///   are left out.
  package init(_ checked: CheckedCatalog, tree: (String) -> LocatedTree?) {
    let documents = checked.catalog.documents + checked.drafts
    for document in documents {
      for definition in document.definitions {
        let reference = Reference(
          nsid: document.id.value,
          definition: definition.name.value,
          at: definition.name.location
        )
        definitions[reference] = definition
      }
    }
    for document in documents {
      guard let tree = tree(document.id.location.path) else { continue }
      add(document, tree)
    }
    for reference in sites.keys { sites[reference]?.sort { $0.location < $1.location } }
  }

  /// Returns the definition that a text refers to, with the location of its name; nil if there is
  /// none.
  ///
  /// - Parameters:
  ///   - text: `#name`, an NSID, or both
  ///   - nsid: the document that contains the text
  package func target(_ text: String, in nsid: String) -> Reference? {
    guard let reference = Self.reference(text, in: nsid), let found = definitions[reference] else {
      return nil
    }
    return Reference(
      nsid: reference.nsid,
      definition: reference.definition,
      at: found.name.location
    )
  }

  /// The definition that a reference leads to; nil if there is none.
  package func definition(_ reference: Reference) -> Definition? { definitions[reference] }

  /// Returns the places that refer to a definition, sorted.
  package func uses(of reference: Reference) -> [ReferenceSite] { sites[reference] ?? [] }

  private static func reference(_ text: String, in nsid: String) -> Reference? {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts[0].isEmpty ? nsid : String(parts[0])
    let definition = parts.count > 1 ? String(parts[1]) : "main"
    guard !text.isEmpty, !definition.isEmpty, let nsid = try? NSID(name) else { return nil }
    let place = SourceLocation(path: "", offset: 0, line: 1, column: 1)
    return Reference(nsid: nsid.normalized, definition: definition, at: place)
  }

  private mutating func add(_ document: LexiconDocument, _ tree: LocatedTree) {
    document.forEachReference { reference, use in
      add(reference, reference.location, use == .ref ? .ref : .member, tree)
    }
    let nsid = document.id.value.string
    for definition in document.definitions {
      definition.forEachSchema { schema in
        guard case .string(let string) = schema.kind else { return }
        for value in (string.knownValues ?? []) + (string.enum ?? []) {
          guard value.value.utf8.contains(UInt8(ascii: "#")),
            let target = target(value.value, in: nsid)
          else { continue }
          add(target, value.location, .token, tree)
        }
      }
      guard case .permissionSet(let set) = definition.kind else { continue }
      for permission in set.permissions {
        for field in permission.fields where ["collection", "lxm"].contains(field.name.value) {
          guard case .array(let elements)? = tree.value(at: field.name.location.offset)?.kind
          else { continue }
          for element in elements {
            guard case .string(let text) = element.kind, let target = target(text, in: nsid)
            else { continue }
            add(target, tree.location(of: element), .permission, tree)
          }
        }
      }
    }
  }

  private mutating func add(
    _ target: Reference,
    _ location: SourceLocation,
    _ kind: ReferenceSite.Kind,
    _ tree: LocatedTree
  ) {
    let range = tree.token(at: location.offset)
    let bytes = tree.source.bytes[range]
    let text =
      bytes.first.map { [UInt8(ascii: "\""), UInt8(ascii: "'")].contains($0) } ?? false
      ? bytes.dropFirst() : bytes
    sites[target, default: []].append(
      ReferenceSite(
        location: location,
        range: range,
        isLocal: text.first == UInt8(ascii: "#"),
        kind: kind
      )
    )
  }
}
