/// Just enough of Swift's lexical structure to distinguish code from text.
enum SwiftGrammar {
  /// The Swift Programming Language, "Lexical Structure", grammar of an identifier, without
  /// backticks.
  static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, isHead(first) else { return false }
    return text != "_" && text.unicodeScalars.dropFirst().allSatisfy(isCharacter)
  }

  private static func isHead(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x41...0x5A, 0x61...0x7A, 0x5F: true
    case 0xA8, 0xAA, 0xAD, 0xAF, 0xB2...0xB5, 0xB7...0xBA, 0xBC...0xBE, 0xC0...0xD6, 0xD8...0xF6,
      0xF8...0xFF:
      true
    case 0x100...0x2FF, 0x370...0x167F, 0x1681...0x180D, 0x180F...0x1DBF, 0x1E00...0x1FFF: true
    case 0x200B...0x200D, 0x202A...0x202E, 0x203F...0x2040, 0x2054, 0x2060...0x206F,
      0x2070...0x20CF, 0x2100...0x218F, 0x2460...0x24FF, 0x2776...0x2793:
      true
    case 0x2C00...0x2DFF, 0x2E80...0x2FFF, 0x3004...0x3007, 0x3021...0x302F, 0x3031...0x303F,
      0x3040...0xD7FF:
      true
    case 0xF900...0xFD3D, 0xFD40...0xFDCF, 0xFDF0...0xFE1F, 0xFE30...0xFE44, 0xFE47...0xFFFD: true
    case 0x10000...0xEFFFD: scalar.value & 0xFFFF <= 0xFFFD
    default: false
    }
  }

  private static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x30...0x39, 0x300...0x36F, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F: true
    default: isHead(scalar)
    }
  }
}

/// Swift source split into code, without comments and with empty literals, and the literals.
struct ScannedSwift {
  struct Failure: Error {
    var offset: Int
    var reason: String
  }

  /// What the compiler sees, without comments and with empty string literals.
  private(set) var code = ""
  /// The values of the string literals.
  private(set) var literals: [String] = []
  /// The text of `///` comments, by line.
  private(set) var comments: [String] = []

  init(_ source: String) throws(Failure) {
    let scalars = Array(source.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      switch (scalar, next) {
      case ("/", "/"):
        let end = scalars[index...].firstIndex { $0 == "\n" || $0 == "\r" } ?? scalars.count
        comments.append(String(String.UnicodeScalarView(scalars[index..<end])))
        index = end
      case ("/", "*"): throw Failure(offset: index, reason: "a block comment")
      case ("#", "\""): throw Failure(offset: index, reason: "a raw literal")
      case ("\"", _):
        literals.append(try ScannedSwift.literal(scalars, &index))
        code += "\"\""
      default:
        code.unicodeScalars.append(scalar)
        index += 1
      }
    }
  }

  private static func literal(
    _ scalars: [Unicode.Scalar],
    _ index: inout Int
  ) throws(Failure) -> String {
    let start = index
    index += 1
    if scalars[index...].prefix(2) == ["\"", "\""] {
      throw Failure(offset: start, reason: "a multiline literal")
    }
    var value = String.UnicodeScalarView()
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      switch scalar {
      case "\"": return String(value)
      case "\n", "\r": throw Failure(offset: start, reason: "an unterminated literal")
      case "\\": value.append(try escape(scalars, &index))
      default: value.append(scalar)
      }
    }
    throw Failure(offset: start, reason: "an unterminated literal")
  }

  private static func escape(
    _ scalars: [Unicode.Scalar],
    _ index: inout Int
  ) throws(Failure) -> Unicode.Scalar {
    guard index < scalars.count else { throw Failure(offset: index, reason: "partial escape") }
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "n": return "\n"
    case "\\", "\"": return scalar
    case "u":
      guard index < scalars.count, scalars[index] == "{",
        let end = scalars[index...].firstIndex(of: "}"),
        let value = UInt32(String(String.UnicodeScalarView(scalars[(index + 1)..<end])), radix: 16),
        let result = Unicode.Scalar(value)
      else { throw Failure(offset: index, reason: "an invalid escape") }
      index = end + 1
      return result
    default: throw Failure(offset: index, reason: "the escape '\\\(scalar)'")
    }
  }
}
