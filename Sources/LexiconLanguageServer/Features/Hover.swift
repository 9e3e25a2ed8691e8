import ATProtoData
import Lexicon

extension LanguageServer {
  /// `textDocument/hover`: the definition that a name leads to, the property at the cursor, or the
  /// meaning of a key or a type of the language.
  mutating func hover(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    let file = try workspace.file(try params.uri())
    let offset = file.text.offset(of: try params.position())
    guard workspace.isLexicon(file) else { return .null }
    if let site = file.outline.site(at: offset) {
      guard let (_, definition) = workspace.target(of: site, from: file) else { return .null }
      return hover(DefinitionText(definition).lines, site.token, in: file)
    }
    if let definition = file.outline.definition(at: offset) {
      return hover(DefinitionText(definition).lines, definition.key, in: file)
    }
    if let site = file.outline.propertySites.first(where: { $0.token.includes(offset) }) {
      return property(at: site.property.range.lowerBound, in: file)
    }
    guard let format = file.source.format,
      let context = CursorContext(at: offset, in: file.source.bytes, format),
      let token = context.token
    else { return property(at: offset, in: file) }
    switch context.subject {
    case .key(let node, let place):
      let keys = LexiconGrammar.keys(ofType: node["type"]?.token?.text, at: place)
      guard let key = keys.first(where: { $0.name == token.text }) else { return .null }
      return hover(["**\(key.name)**", "", key.documentation], token, in: file)
    case .value(let key, _, _, _):
      guard key.name == "type", let text = LexiconGrammar.documentation(ofType: token.text) else {
        return .null
      }
      return hover(["**\(token.text)**", "", text], token, in: file)
    }
  }

  private func property(at offset: Int, in file: ProjectFile) -> DataValue {
    guard let property = file.outline.properties.first(where: { $0.key.includes(offset) }) else {
      return .null
    }
    let text = DefinitionText(property: property.key.text, property.node, owner: property.owner)
    return hover(text.lines, property.key, in: file)
  }

  private func hover(
    _ lines: [String],
    _ token: SyntaxNode.Token,
    in file: ProjectFile
  ) -> DataValue {
    let text = lines.joined(separator: "\n")
    return [
      "contents": [
        "kind": .string(client.hasMarkdown ? "markdown" : "plaintext"),
        "value": .string(client.hasMarkdown ? text : DefinitionText.plain(text)),
      ],
      "range": file.text.range(token.range),
    ]
  }
}

/// A definition or a property in words.
struct DefinitionText {
  private(set) var lines: [String]

  private static let maximumProperties = 40

  init(_ definition: DocumentOutline.Definition) {
    lines = ["**\(Self.escaped(definition.name.text))** (\(Self.escaped(definition.type)))"]
    let node = definition.node
    add(descriptionOf: node)
    switch definition.type {
    case "record":
      if let key = node["key"]?.token?.text { lines += ["", "Record key: \(Self.escaped(key))"] }
      add(propertiesOf: node["record"], "Properties")
    case "query", "procedure", "subscription":
      add(propertiesOf: node["parameters"], "Parameters")
      for (part, title) in [("input", "Input"), ("output", "Output"), ("message", "Messages")] {
        guard let body = node[part] else { continue }
        let encoding = body["encoding"]?.token.map { " \($0.text)" } ?? ""
        let schema = body["schema"].map { " \(Self.type($0))" } ?? ""
        lines += ["", Self.escaped("\(title):\(encoding)\(schema)")]
      }
      let errors = (node["errors"]?.elements ?? []).compactMap { $0["name"]?.token?.text }
      if !errors.isEmpty {
        lines += ["", Self.escaped("Errors: \(errors.joined(separator: ", "))")]
      }
    case "object": add(propertiesOf: node, "Properties")
    case "token", "permission-set": break
    default: lines += ["", Self.escaped(Self.type(node))]
    }
  }

  init(property name: String, _ node: SyntaxNode, owner: SyntaxNode) {
    lines = [
      "**\(Self.escaped(name))** (\(Self.escaped(Self.type(node)))\(Self.traits(of: name, in: owner)))"
    ]
    add(descriptionOf: node)
  }

  private mutating func add(descriptionOf node: SyntaxNode) {
    guard let text = node["description"]?.token?.text, !text.isEmpty else { return }
    // Most deprecations say so in the first word.
    if Deprecation.reason(in: text) != nil, !text.lowercased().hasPrefix("deprecated") {
      lines += ["", "**Deprecated**"]
    }
    lines += ["", Self.escaped(text)]
  }

  private mutating func add(propertiesOf node: SyntaxNode?, _ title: String) {
    guard let node, let members = node["properties"]?.members, !members.isEmpty else { return }
    lines += ["", "\(title):", ""]
    for member in members.prefix(Self.maximumProperties) {
      guard let value = member.value else { continue }
      let traits = Self.traits(of: member.key.text, in: node)
      lines.append("- " + Self.escaped("\(member.key.text): \(Self.type(value))\(traits)"))
    }
    if members.count > Self.maximumProperties {
      lines.append("- … and \(members.count - Self.maximumProperties) more")
    }
  }

  private static func traits(of name: String, in owner: SyntaxNode) -> String {
    func lists(_ key: String) -> Bool {
      owner[key]?.elements.contains { $0.token?.text == name } ?? false
    }
    return (lists("required") ? ", required" : "") + (lists("nullable") ? ", nullable" : "")
  }

  /// A schema in one line: `string (datetime), at most 300 graphemes`.
  static func type(_ node: SyntaxNode) -> String {
    func text(_ key: String) -> String? { node[key]?.token?.text }
    let type = text("type") ?? "unknown"
    switch type {
    case "ref": return text("ref") ?? "ref"
    case "union":
      let members = (node["refs"]?.elements ?? []).compactMap(\.token?.text)
      let kind = text("closed") == "true" ? "closed union" : "union"
      return members.isEmpty ? kind : "\(kind) of \(members.joined(separator: ", "))"
    case "array":
      return "array of \(node["items"].map { Self.type($0) } ?? "values")"
        + range(node, "minLength", "maxLength", " elements")
    case "string":
      return "string" + (text("format").map { " (\($0))" } ?? "")
        + range(node, "minLength", "maxLength", " bytes")
        + range(node, "minGraphemes", "maxGraphemes", " graphemes") + values(node)
    case "integer": return "integer" + range(node, "minimum", "maximum", "") + values(node)
    case "boolean": return "boolean" + values(node)
    case "bytes": return "bytes" + range(node, "minLength", "maxLength", " bytes")
    case "blob":
      let accept = (node["accept"]?.elements ?? []).compactMap(\.token?.text)
      return "blob" + (accept.isEmpty ? "" : " (\(accept.joined(separator: ", ")))")
        + (text("maxSize").map { ", at most \($0) bytes" } ?? "")
    default: return type
    }
  }

  private static func range(
    _ node: SyntaxNode,
    _ minimum: String,
    _ maximum: String,
    _ unit: String
  ) -> String {
    switch (node[minimum]?.token?.text, node[maximum]?.token?.text) {
    case (let low?, let high?): ", \(low) to \(high)\(unit)"
    case (let low?, nil): ", at least \(low)\(unit)"
    case (nil, let high?): ", at most \(high)\(unit)"
    case (nil, nil): ""
    }
  }

  private static func values(_ node: SyntaxNode) -> String {
    var text = ""
    for (key, title) in [("enum", "one of"), ("knownValues", "for example")] {
      let values = (node[key]?.elements ?? []).compactMap(\.token?.text)
      guard !values.isEmpty else { continue }
      let shown = values.prefix(10).joined(separator: ", ")
      text += ", \(title) \(shown)\(values.count > 10 ? ", …" : "")"
    }
    if let value = node["default"]?.token?.text { text += ", default \(value)" }
    if let value = node["const"]?.token?.text { text += ", always \(value)" }
    return text
  }

  /// Text of the author must not become Markdown.
  private static func escaped(_ text: String) -> String {
    var result = ""
    var isStartOfLine = true
    for character in text {
      let isSpecial = "\\`*_{}[]<>|&~".contains(character)
      // Headings, lists, and lines below headings.
      if isSpecial || isStartOfLine && "#-+=".contains(character) { result.append("\\") }
      result.append(character)
      isStartOfLine = character.isNewline || isStartOfLine && character.isWhitespace
    }
    return result
  }

  /// The text without emphasis and escapes, for clients that do not show Markdown.
  static func plain(_ markdown: String) -> String {
    var result = ""
    var rest = markdown[...]
    while let character = rest.popFirst() {
      if character == "\\", let next = rest.popFirst() {
        result.append(next)
      } else if character == "*", rest.first == "*" {
        rest.removeFirst()
      } else {
        result.append(character)
      }
    }
    return result
  }
}
