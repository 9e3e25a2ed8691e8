import ATProtoData

extension LanguageServer {
  /// `textDocument/documentSymbol`: definitions, with the parts of methods and the properties of
  /// objects inside them.
  mutating func symbols(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    let uri = try params.uri()
    let file = try workspace.file(uri)
    let symbols = file.outline.definitions.map { Symbol($0.key, $0.node) }
    if client.hasSymbolTrees { return .array(symbols.map { $0.json(in: file) }) }
    return .array(
      symbols.flatMap { $0.flat(in: file, uri: self.uri(of: file), container: nil) }
    )
  }
}

/// A definition, a part of a method, or a property.
private struct Symbol {
  var name: String
  var type: String
  var kind: Int
  var range: Range<Int>
  var nameRange: Range<Int>
  var children: [Symbol] = []

  init(_ key: SyntaxNode.Token, _ node: SyntaxNode, kind: Int? = nil) {
    name = key.text.isEmpty ? "(empty)" : key.text
    type = node["type"]?.token?.text ?? ""
    self.kind = kind ?? Self.kind(type)
    range = key.range.lowerBound..<max(key.range.upperBound, node.range.upperBound)
    nameRange = key.range
    switch type {
    case "record": children = node["record"].map { Self.properties(of: $0) } ?? []
    case "query", "procedure", "subscription":
      for part in ["parameters", "input", "output", "message"] {
        guard let member = node.members.first(where: { $0.key.text == part }),
          let value = member.value
        else { continue }
        var symbol = Symbol(member.key, value, kind: 19)
        symbol.children = Self.properties(of: value["schema"] ?? value)
        children.append(symbol)
      }
    default: children = Self.properties(of: node)
    }
  }

  private static func properties(of node: SyntaxNode) -> [Symbol] {
    let owner = node["items"] ?? node
    return (owner["properties"]?.members ?? []).compactMap { member in
      member.value.map { Symbol(member.key, $0, kind: kind(ofProperty: $0)) }
    }
  }

  /// Language Server Protocol, "SymbolKind".
  private static func kind(_ type: String) -> Int {
    switch type {
    case "record": 5  // class
    case "query", "procedure": 6  // method
    case "subscription": 24  // event
    case "object": 23  // struct
    case "token": 22  // enum member
    case "permission-set": 3  // namespace
    default: 13  // variable
    }
  }

  private static func kind(ofProperty node: SyntaxNode) -> Int {
    node["type"]?.token?.text == "object" ? 19 : 8  // object, field
  }

  func json(in file: ProjectFile) -> DataValue {
    [
      "name": .string(name), "detail": .string(type), "kind": .integer(kind),
      "range": file.text.range(range), "selectionRange": file.text.range(nameRange),
      "children": .array(children.map { $0.json(in: file) }),
    ]
  }

  func flat(in file: ProjectFile, uri: DocumentURI, container: String?) -> [DataValue] {
    var value: DataValue = [
      "name": .string(name), "kind": .integer(kind),
      "location": ["uri": .string("\(uri)"), "range": file.text.range(range)],
    ]
    if let container { value["containerName"] = .string(container) }
    return [value] + children.flatMap { $0.flat(in: file, uri: uri, container: name) }
  }
}
