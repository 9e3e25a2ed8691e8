import ATProtoData

/// The unit in which the positions of a client count.
enum PositionEncoding: String {
  case utf8 = "utf-8"
  case utf16 = "utf-16"

  /// The first encoding in the client's order of preference that the server has. UTF-16 is the
  /// default, and every client supports it.
  init(offered: [String]) {
    self = offered.lazy.compactMap { PositionEncoding(rawValue: $0) }.first ?? .utf16
  }
}

/// A position in a text: a line and a column, both counted from 0.
struct Position: Hashable {
  var line: Int
  var character: Int

  init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  init(_ value: JSONValue?) throws(MessageFailure) {
    guard case .integer(let line)? = value?["line"], line >= 0,
      case .integer(let character)? = value?["character"], character >= 0
    else { throw MessageFailure(.invalidParams, "expected a position with a line and a character") }
    self.line = line
    self.character = character
  }

  var json: DataValue { ["line": .integer(line), "character": .integer(character)] }
}
