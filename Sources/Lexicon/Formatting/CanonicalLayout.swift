/// The canonical layout of Lexicon documents in JSON.
///
/// Keys are in the customary order, and `main` comes before other definitions. Definitions and
/// properties otherwise keep their order; unknown keys keep theirs too, and come last. An object or
/// array that contains no objects is on one line if it fits in 80 columns, unless it is a
/// definition. Strings and numbers are not changed.
public enum CanonicalLayout {
  /// The result of formatting a file.
  public struct Result: Sendable {
    /// The formatted text, or nil if the file is malformed, YAML, or not a Lexicon document.
    public var text: String?
    /// The problems of the file as JSON.
    public var diagnostics: [Diagnostic]
  }

  /// Formats a JSON file. Formatting the result again changes nothing.
  public static func format(_ file: SourceFile) -> Result {
    guard file.format == .json else { return Result(text: nil, diagnostics: []) }
    let tree = LocatedTree.read(file, as: .json)
    guard let root = tree.root, tree.diagnostics.allSatisfy({ $0.severity != .error }),
      root["lexicon"] != nil
    else { return Result(text: nil, diagnostics: tree.diagnostics) }
    var writer = LayoutWriter(tree.source.bytes)
    writer.write(root, .fields, indentation: 0, prefix: 0)
    return Result(text: String(decoding: writer.output, as: UTF8.self) + "\n", diagnostics: [])
  }
}

private struct LayoutWriter {
  /// The role of an object, which decides the order of its members.
  enum Role {
    /// The language defines the names of its members.
    case fields
    /// `defs`: the author defines the names, and `main` comes first.
    case definitions
    /// `properties`: the author defines the names.
    case properties
    /// An object that the language does not define.
    case foreign
  }

  static let width = 80

  let source: [UInt8]
  var output: [UInt8] = []

  init(_ source: [UInt8]) {
    self.source = source
    output.reserveCapacity(source.count + source.count / 4)
  }

  /// - Parameter prefix: the number of columns already on the line
  mutating func write(_ value: LocatedValue, _ role: Role, indentation: Int, prefix: Int) {
    switch value.kind {
    case .object(let members):
      guard !members.isEmpty else { return append("{}") }
      let members = KeyOrder.sorted(members, role)
      if role != .definitions, role != .properties, indentation > 4,
        let line = line(members, prefix: prefix)
      {
        output += line
        return
      }
      append("{\n")
      for (index, member) in members.enumerated() {
        indent(indentation + 2)
        let start = output.count
        output += source[member.nameRange]
        append(": ")
        write(
          member.value,
          KeyOrder.role(of: member.name, in: role),
          indentation: indentation + 2,
          prefix: indentation + 2 + columns(output[start...])
        )
        append(index == members.count - 1 ? "\n" : ",\n")
      }
      indent(indentation)
      append("}")
    case .array(let elements):
      guard !elements.isEmpty else { return append("[]") }
      if let line = line(elements, prefix: prefix) {
        output += line
        return
      }
      append("[\n")
      for (index, element) in elements.enumerated() {
        indent(indentation + 2)
        write(element, role, indentation: indentation + 2, prefix: indentation + 2)
        append(index == elements.count - 1 ? "\n" : ",\n")
      }
      indent(indentation)
      append("]")
    default: output += source[value.range]
    }
  }

  /// Returns an object of scalars and arrays of scalars on one line, or nil if it does not fit.
  private func line(_ members: [LocatedValue.Member], prefix: Int) -> [UInt8]? {
    var text = Array("{ ".utf8)
    for (index, member) in members.enumerated() {
      if index > 0 { text += Array(", ".utf8) }
      text += source[member.nameRange]
      text += Array(": ".utf8)
      guard let value = inline(member.value, atMost: Self.width) else { return nil }
      text += value
      guard text.count <= 4 * Self.width else { return nil }
    }
    text += Array(" }".utf8)
    return fits(text, prefix) ? text : nil
  }

  private func line(_ elements: [LocatedValue], prefix: Int) -> [UInt8]? {
    guard let text = inline(elements) else { return nil }
    return fits(text, prefix) ? text : nil
  }

  private func inline(_ elements: [LocatedValue]) -> [UInt8]? {
    var text = [UInt8(ascii: "[")]
    for (index, element) in elements.enumerated() {
      if index > 0 { text += Array(", ".utf8) }
      switch element.kind {
      case .array, .object: return nil
      default: text += source[element.range]
      }
      guard text.count <= 4 * Self.width else { return nil }
    }
    return text + [UInt8(ascii: "]")]
  }

  private func inline(_ value: LocatedValue, atMost width: Int) -> [UInt8]? {
    switch value.kind {
    case .object(let members): members.isEmpty ? Array("{}".utf8) : nil
    case .array(let elements): inline(elements)
    default: value.range.count > 4 * width ? nil : Array(source[value.range])
    }
  }

  /// Whether text fits on the line, with a comma after it.
  private func fits(_ text: [UInt8], _ prefix: Int) -> Bool {
    prefix + columns(text[...]) < Self.width
  }

  private func columns(_ text: ArraySlice<UInt8>) -> Int {
    text.count { $0 & 0xC0 != 0x80 }
  }

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { output += $0 }
  }

  private mutating func indent(_ count: Int) {
    output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
  }

  private enum KeyOrder {
    /// The customary order of keys in all objects of the language.
    private static let keys = [
      "$type", "lexicon", "id", "type", "name", "resource", "ref", "title", "title:lang", "detail",
      "detail:lang", "description", "encoding", "key", "parameters", "input", "output", "message",
      "errors", "record", "schema", "required", "nullable", "properties", "refs", "closed",
      "format", "knownValues", "enum", "accept", "maxSize", "collection", "action", "lxm", "aud",
      "inheritAud", "items", "minimum", "maximum", "minLength", "maxLength", "minGraphemes",
      "maxGraphemes", "default", "const", "permissions", "defs",
    ]
    private static let positions = Dictionary(
      uniqueKeysWithValues: keys.enumerated().map { ($1, $0) }
    )

    static func sorted(_ members: [LocatedValue.Member], _ role: Role) -> [LocatedValue.Member] {
      let ranks: [Int] =
        switch role {
        case .fields: members.map { positions[$0.name] ?? keys.count }
        case .definitions: members.map { $0.name == "main" ? 0 : 1 }
        case .properties, .foreign: members.map { _ in 0 }
        }
      let order = members.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
      return order.map { members[$0] }
    }

    static func role(of name: String, in role: Role) -> Role {
      switch role {
      case .definitions, .properties: return .fields
      case .foreign: return .foreign
      case .fields: break
      }
      switch name {
      case "defs": return .definitions
      case "properties": return .properties
      case "title:lang", "detail:lang": return .foreign
      default: return positions[name] == nil ? .foreign : .fields
      }
    }
  }
}
