/// A problem that a parser found at an offset. If thrown, it ends the parse; otherwise the parser
/// collects it and continues.
struct ParseError: Error {
  var rule: Rule
  var offset: Int
  var message: String
  var note: (offset: Int, message: String)?

  init(_ rule: Rule, at offset: Int, _ message: String) {
    self.rule = rule
    self.offset = offset
    self.message = message
  }

  func diagnostic(in source: SourceText) -> Diagnostic {
    Diagnostic(
      rule,
      at: source.location(at: offset),
      message,
      notes: note.map { [.init($0.message, at: source.location(at: $0.offset))] } ?? []
    )
  }

  /// The maximum nesting of a document. It is enough for any schema, and makes recursion safe for
  /// parsers and checks.
  static let maximumDepth = 128

  static func tooDeep(at offset: Int) -> ParseError {
    ParseError(
      .tooDeep,
      at: offset,
      "nesting exceeds the maximum of \(maximumDepth) levels"
    )
  }

  static func duplicateKey(
    _ name: String,
    at offset: Int,
    first: Int
  ) -> ParseError {
    var result = ParseError(
      .duplicateKey,
      at: offset,
      "duplicate key \(quoted(name)); remove or rename one of the two"
    )
    result.note = (first, "first used here")
    return result
  }

  static func integerTooLarge(_ text: String, at offset: Int) -> ParseError {
    ParseError(.integerTooLarge, at: offset, "\(abbreviated(text)) does not fit in 64 bits")
  }
}

extension [LocatedValue.Member] {
  /// Keeps the first of several members with the same name, and reports the others.
  mutating func removeDuplicates(into errors: inout [ParseError]) {
    // Most objects are small, and comparing is then cheaper than hashing.
    if count <= 8 {
      var index = 1
      while index < count {
        if let first = self[..<index].first(where: { $0.name == self[index].name }) {
          Self.report(self[index], first: first.nameOffset, into: &errors)
          remove(at: index)
        } else {
          index += 1
        }
      }
      return
    }
    var seen: [String: Int] = [:]
    seen.reserveCapacity(count)
    removeAll { member in
      if let first = seen[member.name] {
        Self.report(member, first: first, into: &errors)
        return true
      }
      seen[member.name] = member.nameOffset
      return false
    }
  }

  private static func report(
    _ member: LocatedValue.Member,
    first: Int,
    into errors: inout [ParseError]
  ) {
    errors.append(.duplicateKey(member.name, at: member.nameOffset, first: first))
  }
}
