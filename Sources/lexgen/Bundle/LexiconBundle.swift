import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconProject

/// Many Lexicon documents in one file:
///
///     {"lexicons": [{"lexicon": 1, "id": "com.example.note", …}, …]}
///
/// The documents are sorted by NSID. A document in JSON is the same bytes as in its own file, without
/// the white space around it.
struct LexiconBundle {
  /// The format of a bundle.
  enum Format: String, CaseIterable {
    /// One object with the key `lexicons`.
    case json
    /// One document per line.
    case jsonl
    /// A mapping with the key `lexicons`, with documents in flow style.
    case yaml

    /// The format for a file name extension; JSON for others.
    init(path: String) {
      let name = path.lowercased()
      if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
        self = .jsonl
      } else {
        self = DocumentFormat(path: path) == .yaml ? .yaml : .json
      }
    }
  }

  /// A document with its NSID, in JSON.
  struct Entry {
    var nsid: NSID
    var json: [UInt8]
  }

  /// Sorted by NSID.
  private(set) var entries: [Entry]
  private var nsids: Set<NSID> = []

  /// Bundles documents.
  ///
  /// - Parameter file: returns the file of a document.
  init(
    _ documents: [LexiconDocument],
    file: (String) -> SourceFile?
  ) throws(CommandFailure) {
    entries = []
    for document in documents.sorted(by: { $0.id.value < $1.id.value }) {
      guard let file = file(document.id.location.path), let format = file.format else { continue }
      let tree = LocatedTree.read(file, as: format)
      guard let root = tree.root else { continue }
      let json = try Self.json(of: root, in: tree, format)
      entries.append(Entry(nsid: document.id.value, json: json))
    }
  }

  /// The bytes of a value in JSON, or the JSON of a value in YAML.
  private static func json(
    of value: LocatedValue,
    in tree: LocatedTree,
    _ format: DocumentFormat
  ) throws(CommandFailure) -> [UInt8] {
    if format == .json { return Array(tree.source.bytes[value.range]) }
    if let (number, text) = value.numberOutsideJSON {
      throw CommandFailure(
        "\(tree.location(of: number)): error: \(quoted(text)) is not a valid number in JSON"
      )
    }
    return Array(value.json.utf8)
  }

  // MARK: - Writing

  func bytes(as format: Format) -> [UInt8] {
    switch format {
    case .json:
      var bytes = Array("{\n\"lexicons\": [\n".utf8)
      for (index, entry) in entries.enumerated() {
        if index > 0 { bytes += Array(",\n".utf8) }
        bytes += entry.json
      }
      return bytes + Array("\n]\n}\n".utf8)
    case .jsonl: return entries.flatMap { Self.line($0.json) + [0x0A] }
    case .yaml:
      guard !entries.isEmpty else { return Array("lexicons: []\n".utf8) }
      return Array("lexicons:\n".utf8)
        + entries.flatMap { Array("- ".utf8) + Self.flow($0.json) + [0x0A] }
    }
  }

  /// JSON as YAML in flow style, on one line. Some escape sequences of JSON, such as surrogate pairs,
  /// have another meaning in YAML, so that strings are written again.
  private static func flow(_ json: [UInt8]) -> [UInt8] {
    let tree = LocatedTree.read(SourceFile(path: "", bytes: json), as: .json)
    return tree.root.map { Array($0.flow.utf8) } ?? line(json)
  }

  /// JSON without the white space between its tokens, so that it has no line breaks.
  private static func line(_ json: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(json.count)
    var isString = false
    var isEscaped = false
    for byte in json {
      if isString {
        isString = byte != UInt8(ascii: "\"") || isEscaped
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      } else {
        if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { continue }
        isString = byte == UInt8(ascii: "\"")
      }
      result.append(byte)
      if !isString, byte == UInt8(ascii: ":") || byte == UInt8(ascii: ",") { result.append(0x20) }
    }
    return result
  }

  // MARK: - Reading

  /// Whether a file is a bundle. In a Lexicon document, the key `lexicons` is unknown.
  static func isBundle(_ file: SourceFile) -> Bool {
    guard let format = file.format,
      file.bytes.contains("\"lexicons\"".utf8)
        || file.bytes.starts(with: "lexicons:".utf8)
    else { return false }
    let root = LocatedTree.read(file, as: format).root
    guard case .array(let elements)? = root?["lexicons"]?.kind else { return false }
    // The manifest of installed documents has a list of NSIDs under the same key.
    return root?["lexicon"] == nil && elements.allSatisfy { $0["lexicon"] != nil }
      && !elements.isEmpty
  }

  /// Reads a bundle.
  init(_ file: SourceFile, format: Format) throws(CommandFailure) {
    entries = []
    if format == .jsonl {
      let lines = file.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() where line.contains(where: { $0 > 0x20 }) {
        let source = SourceFile(path: "\(file.path), line \(index + 1)", bytes: Array(line))
        let tree = LocatedTree.read(source, as: .json)
        guard tree.diagnostics.allSatisfy({ $0.severity != .error }) else {
          throw CommandFailure("", diagnostics: tree.diagnostics)
        }
        guard let root = tree.root else { throw CommandFailure("", diagnostics: tree.diagnostics) }
        try add(root, in: tree, .json)
      }
    } else {
      let documentFormat: DocumentFormat = format == .yaml ? .yaml : .json
      let tree = LocatedTree.read(file, as: documentFormat)
      guard let root = tree.root, tree.diagnostics.allSatisfy({ $0.severity != .error }) else {
        throw CommandFailure("", diagnostics: tree.diagnostics)
      }
      guard case .array(let elements)? = root["lexicons"]?.kind else {
        throw CommandFailure(path: file.path, "not a bundle: expected an array 'lexicons'")
      }
      for element in elements { try add(element, in: tree, documentFormat) }
    }
  }

  private mutating func add(
    _ value: LocatedValue,
    in tree: LocatedTree,
    _ format: DocumentFormat
  ) throws(CommandFailure) {
    func fault(_ message: String, _ place: LocatedValue) -> CommandFailure {
      let location = tree.location(of: place)
      let diagnostic = Diagnostic(.error, rule: "invalid-bundle", at: location, message)
      return CommandFailure("", diagnostics: [diagnostic])
    }
    guard case .string(let id)? = value["id"]?.kind else {
      throw fault("the document has no 'id'", value)
    }
    let nsid: NSID
    do throws(SyntaxError) {
      nsid = try NSID(id)
    } catch {
      throw fault("\(quoted(id)) is not a valid NSID: \(error.reason)", value["id"] ?? value)
    }
    guard nsids.insert(nsid).inserted else {
      throw fault("the bundle contains \(quoted(id)) twice", value["id"] ?? value)
    }
    entries.append(Entry(nsid: nsid, json: try Self.json(of: value, in: tree, format)))
  }
}

extension LocatedValue {
  /// The value in JSON, indented by two spaces per level.
  fileprivate var json: String { json("\n") }

  /// The value in JSON on one line.
  fileprivate var flow: String { json(nil) }

  /// The first number that YAML allows and JSON does not, such as `.5` or `.inf`, with its text.
  fileprivate var numberOutsideJSON: (LocatedValue, String)? {
    switch kind {
    case .number(let text): Self.isJSONNumber(text) ? nil : (self, text)
    case .array(let elements): elements.lazy.compactMap(\.numberOutsideJSON).first
    case .object(let members): members.lazy.compactMap(\.value.numberOutsideJSON).first
    default: nil
    }
  }

  /// RFC 8259, section 6.
  private static func isJSONNumber(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    func dropDigits() -> Bool {
      let count = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(count)
      return count > 0
    }
    if rest.first == UInt8(ascii: "-") { rest.removeFirst() }
    if rest.first == UInt8(ascii: "0") {
      rest.removeFirst()
    } else if !dropDigits() {
      return false
    }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard dropDigits() else { return false }
    }
    if rest.first.map({ $0 | 0x20 == UInt8(ascii: "e") }) ?? false {
      rest.removeFirst()
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      guard dropDigits() else { return false }
    }
    return rest.isEmpty
  }

  /// - Parameter indentation: a line break and spaces; nil for no line breaks.
  private func json(_ indentation: String?) -> String {
    let inner = indentation.map { $0 + "  " }
    let separator = indentation == nil ? ", " : ","
    let start = inner ?? ""
    let end = indentation ?? ""
    switch kind {
    case .null, .tooLarge: return "null"
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .number(let text): return text
    case .string(let text): return DataValue.string(text).jsonString()
    case .array(let elements):
      guard !elements.isEmpty else { return "[]" }
      return "[" + elements.map { start + $0.json(inner) }.joined(separator: separator) + end + "]"
    case .object(let members):
      guard !members.isEmpty else { return "{}" }
      return "{"
        + members.map { member in
          start + DataValue.string(member.name).jsonString() + ": " + member.value.json(inner)
        }.joined(separator: separator) + end + "}"
    }
  }
}
