import ATProtoData
import Lexicon

extension LanguageServer {
  private static let maximumItems = 500

  /// `textDocument/completion`: what the language allows at the cursor. The text may be broken.
  mutating func completion(_ params: RequestParams) throws(MessageFailure) -> DataValue {
    let file = try workspace.file(try params.uri())
    let cursor = file.text.offset(of: try params.position())
    guard let format = file.source.format, workspace.isLexicon(file) else { return Self.list([]) }
    var bytes = file.source.bytes
    let placeholder = format == .yaml ? Self.placeholder(at: cursor, in: bytes) : []
    bytes.insert(contentsOf: placeholder, at: cursor)
    // With a placeholder, the cursor is in front of it, so that it belongs to the token.
    let shift = placeholder.count > 1 ? 1 : 0
    guard let context = CursorContext(at: cursor + shift, in: bytes, format) else {
      return Self.list([])
    }
    let names = workspace.files(around: file).flatMap(\.candidates)
    let found = context.candidates(document: file.outline.nsid) { names }
    let insertion = Insertion(
      context,
      cursor: cursor,
      shift: shift,
      hasPlaceholder: !placeholder.isEmpty,
      bytes: file.source.bytes,
      isYAML: format == .yaml
    )
    var seen: Set<String> = []
    let items = found.filter { seen.insert($0.text).inserted }
    let typed = String(
      decoding: file.source.bytes[insertion.range.lowerBound..<cursor],
      as: UTF8.self
    )
    let fitting =
      items.count <= Self.maximumItems ? items : items.filter { $0.text.hasPrefix(typed) }
    let shown = fitting.prefix(Self.maximumItems).enumerated().map { index, candidate in
      insertion.item(candidate, index, in: file)
    }
    return Self.list(shown, isIncomplete: shown.count < items.count)
  }

  /// - Parameter isIncomplete: whether the client must ask again when more is typed.
  private static func list(_ items: [DataValue], isIncomplete: Bool = false) -> DataValue {
    ["isIncomplete": .boolean(isIncomplete), "items": .array(items)]
  }

  /// In YAML, a line without text belongs to no block, so a letter is added where text could begin.
  private static func placeholder(at cursor: Int, in bytes: [UInt8]) -> [UInt8] {
    let before = cursor > 0 ? bytes[cursor - 1] : 0x0A
    let after = cursor < bytes.count ? bytes[cursor] : 0x0A
    guard
      [0x0A, 0x0D, 0x20, UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ",")].contains(after)
    else { return [] }
    switch before {
    case UInt8(ascii: ":"): return Array(" x".utf8)
    case 0x0A, 0x0D, 0x20, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","):
      return Array("x".utf8)
    default: return []
    }
  }
}

/// The edit that puts a candidate at the cursor: within the line, with balanced quotation marks.
private struct Insertion {
  /// The replaced text, which contains the cursor.
  let range: Range<Int>
  private let prefix: String
  private let quote: UInt8?
  private let closes: Bool
  private let isKey: Bool
  private let hasColon: Bool
  private let isYAML: Bool

  init(
    _ context: CursorContext,
    cursor: Int,
    shift: Int,
    hasPlaceholder: Bool,
    bytes: [UInt8],
    isYAML: Bool
  ) {
    self.isYAML = isYAML
    hasColon = context.hasColon
    if case .key = context.subject { isKey = true } else { isKey = false }
    prefix = cursor > 0 && bytes[cursor - 1] == UInt8(ascii: ":") && !context.hasColon ? " " : ""
    guard let token = context.token, !hasPlaceholder else {
      let start = hasPlaceholder ? cursor : context.start
      range = min(start, cursor)..<cursor
      quote = nil
      closes = false
      return
    }
    quote = token.quote
    closes = token.quote != nil && !token.isTerminated
    // A key takes its quotation mark along, so that the colon can follow it.
    let takesQuote = isKey && token.quote != nil && token.isTerminated && !context.hasColon
    range =
      token.content.lowerBound..<(takesQuote ? token.range.upperBound : token.content.upperBound)
  }

  func item(_ candidate: Candidate, _ index: Int, in file: ProjectFile) -> DataValue {
    let number = String(index)
    var item: DataValue = [
      "label": .string(candidate.text), "kind": .integer(candidate.kind.rawValue),
      "filterText": .string(candidate.text),
      "sortText": .string(String(repeating: "0", count: max(0, 4 - number.count)) + number),
      "textEdit": ["range": file.text.range(range), "newText": .string(text(candidate))],
    ]
    if let detail = candidate.detail { item["detail"] = .string(detail) }
    if let documentation = candidate.documentation {
      item["documentation"] = .string(documentation)
    }
    return item
  }

  private func text(_ candidate: Candidate) -> String {
    let mark = quote.map { String(Unicode.Scalar($0)) }
    if isKey {
      let colon = hasColon ? "" : ": "
      guard let mark else {
        return isYAML ? candidate.text + colon : "\"\(candidate.text)\"\(colon)"
      }
      // The quotation mark that ends the key is replaced with it.
      return hasColon && !closes ? candidate.text : candidate.text + mark + colon
    }
    if let mark { return candidate.text + (closes ? mark : "") }
    let needsQuotes = candidate.isString && (!isYAML || Self.isSpecial(candidate.text))
    return prefix + (needsQuotes ? "\"\(candidate.text)\"" : candidate.text)
  }

  /// Whether a plain scalar in YAML would not be this text.
  private static func isSpecial(_ text: String) -> Bool {
    text.hasPrefix("#") || text.hasPrefix("*") || text.hasPrefix("$") || text.contains(": ")
  }
}

extension ProjectFile {
  /// The definitions of the document.
  fileprivate var candidates: [CandidateDefinition] {
    outline.definitions.map { definition in
      CandidateDefinition(
        name: definition.name,
        type: definition.type,
        description: definition.node["description"]?.token?.text
      )
    }
  }
}
