import Lexicon

/// What the language allows at a cursor.
struct CursorContext {
  enum Subject {
    /// A key of an object of the language.
    case key(SyntaxNode, LexiconGrammar.Place)
    /// The value of a key, or an element of its array.
    case value(LexiconGrammar.Key, owner: SyntaxNode, LexiconGrammar.Place, listed: [String])
  }

  var subject: Subject
  /// The token that the cursor is in, or nil if there is none yet.
  var token: SyntaxNode.Token?
  /// Whether a key is already followed by a colon.
  var hasColon = false
  /// The first offset at which text without a token may begin.
  var start: Int

  /// Returns nil where the author chooses the text, as in names and descriptions.
  init?(at cursor: Int, in bytes: [UInt8], _ format: DocumentFormat) {
    guard let root = SyntaxNode.broken(bytes, format) else { return nil }
    var search = CursorSearch(bytes: bytes, cursor: cursor)
    search.visit(root, .schema(.document), nil)
    guard let found = search.found else { return nil }
    self = found
  }

  fileprivate init(
    _ subject: Subject,
    token: SyntaxNode.Token?,
    hasColon: Bool = false,
    start: Int
  ) {
    self.subject = subject
    self.token = token
    self.hasColon = hasColon
    self.start = start
  }
}

private struct CursorSearch {
  /// A key with the object that it belongs to.
  struct Owner {
    var key: LexiconGrammar.Key
    var node: SyntaxNode
    var place: LexiconGrammar.Place
  }

  let bytes: [UInt8]
  let cursor: Int
  var found: CursorContext?
  /// The start of the line of the cursor.
  private let lineStart: Int

  init(bytes: [UInt8], cursor: Int) {
    self.bytes = bytes
    self.cursor = cursor
    lineStart = bytes[..<cursor].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
  }

  mutating func visit(_ node: SyntaxNode, _ value: LexiconGrammar.Value, _ owner: Owner?) {
    switch (node.kind, value) {
    case (.object(let members), .schema(let place)), (.object(let members), .list(let place)):
      visit(members, of: node, place)
    case (.object(let members), .properties(let place)):
      // The author chooses the keys.
      for member in members {
        if let value = member.value, contains(value) { visit(value, .schema(place), nil) }
      }
    case (.array(let elements), .list(let place)):
      for element in elements where contains(element) { visit(element, .schema(place), nil) }
    case (.array(let elements), _):
      guard let owner else { return }
      let token = elements.compactMap(\.token).first { isInside($0) }
      // Between elements, but not at the edge of one.
      if token == nil, elements.contains(where: { contains($0) }) { return }
      let listed = elements.compactMap(\.token).filter { !isInside($0) }.map(\.text)
      found = CursorContext(
        .value(owner.key, owner: owner.node, owner.place, listed: listed),
        token: token,
        start: runStart(after: node.range.lowerBound + 1)
      )
    case (.scalar(let token), _):
      guard let owner, isInside(token) else { return }
      found = CursorContext(
        .value(owner.key, owner: owner.node, owner.place, listed: []),
        token: token,
        start: token.content.lowerBound
      )
    default: break
    }
  }

  private mutating func visit(
    _ members: [SyntaxNode.Member],
    of node: SyntaxNode,
    _ place: LexiconGrammar.Place
  ) {
    let lastKey = members.map(\.key.range.lowerBound).filter { $0 < cursor }.max() ?? 0
    for member in members {
      if isInside(member.key) {
        found = CursorContext(
          .key(node, place),
          token: member.key,
          hasColon: member.colon != nil,
          start: member.key.content.lowerBound
        )
        return
      }
      if member.key.range.contains(cursor) { return }
      if let value = member.value, contains(value) {
        guard let key = Self.key(member.key.text, of: node, place) else { return }
        visit(value, key.value, Owner(key: key, node: node, place: place))
        return
      }
      guard let colon = member.colon, colon < cursor, colon >= lineStart, lastKey <= colon,
        member.value.map({ cursor < $0.range.lowerBound }) ?? true
      else { continue }
      guard member.value == nil, let key = Self.key(member.key.text, of: node, place) else {
        return
      }
      found = CursorContext(
        .value(key, owner: node, place, listed: []),
        token: nil,
        start: runStart(after: colon + 1)
      )
      return
    }
    // A colon without a key, or a value at whose end the cursor is.
    let isAfterValue = members.contains { member in
      member.value.map { $0.range.upperBound == cursor } ?? false
        || member.key.range.upperBound == cursor
    }
    guard !isAfterValue else { return }
    found = CursorContext(.key(node, place), token: nil, start: cursor)
  }

  /// The key of an object, by its name. An object without a type may have the keys of any type.
  private static func key(
    _ name: String,
    of node: SyntaxNode,
    _ place: LexiconGrammar.Place
  ) -> LexiconGrammar.Key? {
    let type = node["type"]?.token?.text
    let keys = LexiconGrammar.keys(ofType: type, at: place)
    if let key = keys.first(where: { $0.name == name }) { return key }
    let types = LexiconGrammar.types(at: place)
    guard type.map({ !types.contains($0) }) ?? true else { return nil }
    return types.lazy.flatMap { LexiconGrammar.keys(ofType: $0, at: place) }
      .first { $0.name == name }
  }

  /// Whether the cursor is between the ends of a value.
  private func contains(_ node: SyntaxNode) -> Bool {
    switch node.kind {
    case .scalar(let token): isInside(token)
    case .object, .array:
      // In block style, no bracket precedes the first key.
      (node.range.lowerBound < cursor || node.range.lowerBound == cursor && !isBracketed(node))
        && (cursor < node.range.upperBound || cursor == node.range.upperBound && !isClosed(node))
    }
  }

  private func isBracketed(_ node: SyntaxNode) -> Bool {
    guard let first = bytes[node.range].first else { return false }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  private func isClosed(_ node: SyntaxNode) -> Bool {
    guard let last = bytes[node.range].last else { return false }
    let first = bytes[node.range.lowerBound]
    return first == UInt8(ascii: "{") && last == UInt8(ascii: "}")
      || first == UInt8(ascii: "[") && last == UInt8(ascii: "]")
  }

  /// Whether the cursor is where typing extends a token.
  private func isInside(_ token: SyntaxNode.Token) -> Bool {
    guard token.quote != nil else { return token.includes(cursor) }
    return token.content.lowerBound <= cursor && cursor <= token.content.upperBound
  }

  /// The start of the text before the cursor that is not part of a token, such as `#name` in YAML.
  private func runStart(after limit: Int) -> Int {
    var start = cursor
    while start > limit, !Self.ends(bytes[start - 1]) { start -= 1 }
    return start
  }

  private static func ends(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x09, 0x0A, 0x0D, 0x20, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"),
      UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "\""), UInt8(ascii: "'"):
      true
    default: false
    }
  }
}
