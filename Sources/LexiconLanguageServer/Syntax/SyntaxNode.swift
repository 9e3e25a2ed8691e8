import Lexicon

/// A value of a JSON or YAML document that may be broken.
///
/// Documents are broken most of the time while they are edited, so unlike ``LocatedTree``, the tree of
/// such a document has every part that can be recognized.
struct SyntaxNode {
  /// A scalar or a key.
  struct Token {
    /// The text, with escape sequences resolved if the document is well-formed.
    var text: String
    /// The offsets of the token, with its quotation marks.
    var range: Range<Int>
    /// The quotation mark, or nil for a plain scalar.
    var quote: UInt8?
    /// Whether a quoted string ends with its quotation mark.
    var isTerminated = true

    /// The offsets inside the quotation marks.
    var content: Range<Int> {
      guard quote != nil else { return range }
      let end = isTerminated ? range.upperBound - 1 : range.upperBound
      return range.lowerBound + 1..<max(end, range.lowerBound + 1)
    }
  }

  struct Member {
    var key: Token
    /// The offset of the colon, or nil if it is missing.
    var colon: Int?
    var value: SyntaxNode?
  }

  enum Kind {
    case object([Member])
    case array([SyntaxNode])
    case scalar(Token)
  }

  var kind: Kind
  var range: Range<Int>

  var members: [Member] {
    if case .object(let members) = kind { members } else { [] }
  }

  var elements: [SyntaxNode] {
    if case .array(let elements) = kind { elements } else { [] }
  }

  var token: Token? {
    if case .scalar(let token) = kind { token } else { nil }
  }

  subscript(name: String) -> SyntaxNode? {
    members.first { $0.key.text == name }?.value
  }

  /// The tree of a file. Returns nil if nothing can be recognized.
  static func read(_ file: SourceFile) -> SyntaxNode? {
    guard let format = file.format else { return nil }
    let tree = LocatedTree.read(file, as: format)
    if let root = tree.root { return SyntaxNode(root, file.bytes) }
    return broken(file.bytes, format)
  }

  /// The recognizable parts of a text.
  static func broken(_ bytes: [UInt8], _ format: DocumentFormat) -> SyntaxNode? {
    switch format {
    case .json:
      var reader = BrokenJSONReader(bytes)
      return reader.document()
    case .yaml:
      var reader = BrokenYAMLReader(bytes)
      return reader.document()
    }
  }

  private init(_ value: LocatedValue, _ bytes: [UInt8]) {
    range = value.range
    switch value.kind {
    case .object(let members):
      kind = .object(
        members.map { member in
          Member(
            key: Token(member.name, at: member.nameOffset, bytes),
            colon: nil,
            value: SyntaxNode(member.value, bytes)
          )
        }
      )
    case .array(let elements): kind = .array(elements.map { SyntaxNode($0, bytes) })
    case .string(let text):
      let first = value.range.isEmpty ? nil : bytes[value.range.lowerBound]
      let quote = first.flatMap { $0 == 0x22 || $0 == 0x27 ? $0 : nil }
      kind = .scalar(Token(text: text, range: value.range, quote: quote))
    default:
      kind = .scalar(
        Token(
          text: String(decoding: bytes[value.range], as: UTF8.self),
          range: value.range,
          quote: nil
        )
      )
    }
  }

  init(_ kind: Kind, _ range: Range<Int>) {
    self.kind = kind
    self.range = range
  }
}

extension SyntaxNode.Token {
  /// A key of a well-formed document.
  fileprivate init(_ name: String, at offset: Int, _ bytes: [UInt8]) {
    let first = offset < bytes.count ? bytes[offset] : 0
    guard first == 0x22 || first == 0x27 else {
      let end = min(offset + name.utf8.count, bytes.count)
      self.init(text: name, range: offset..<end, quote: nil)
      return
    }
    var end = offset + 1
    while end < bytes.count, bytes[end] != first {
      end += first == 0x22 && bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    self.init(text: name, range: offset..<min(end + 1, bytes.count), quote: first)
  }
}
