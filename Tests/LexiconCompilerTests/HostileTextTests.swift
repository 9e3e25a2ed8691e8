import Lexicon
import LexiconCompiler
import LexiconTemplates
import Testing

@Suite("Escaping of schema text in generated Swift")
struct HostileTextTests {
  static let texts = [
    "*/ public let x = 1 /*", "line\nbreak", "\r\npublic enum Evil {}", "\\(evil)", "\\", "\"",
    "\"\"\"",
    "\"#", "\u{2028}public enum Evil {}", "\u{2029}public enum Evil {}",
    "\u{85}public enum Evil {}",
    "\u{B}public enum Evil {}", "\u{C}public enum Evil {}", "\u{202E}abc", "\u{200F}", "\u{2066}",
    "\0", "\u{1B}[31m", "{{mustache}}", "{{{x}}}", "{{#doc}}", "`", "/* /*", "// x", "\u{FEFF}",
    "\u{FFFE}", "\u{10FFFF}", "\u{E000}", "\u{301}", "#if false",
    "#sourceLocation(file: \"x\", line: 1)",
    "<#x#>", "<<<<<<< x", "///", "- Parameter x: y", "\t", "\u{1F468}\u{200D}\u{1F469}",
    String(repeating: "x", count: 5_000), String(repeating: "word ", count: 1_000),
  ]

  /// A catalog in which every free text is `text`; none of them affects a name.
  static func sources(_ text: String) -> [SourceFile] {
    let quoted = json(text)
    let documents = [
      """
      {"lexicon": 1, "id": "com.example.record", "description": \(quoted), "defs": {
      "main": {"type": "record", "description": \(quoted), "key": "any", "record": {"type": "object",
      "description": \(quoted), "required": ["fixed"], "properties": {
      "text": {"type": "string", "description": \(quoted), "default": \(quoted)},
      "fixed": {"type": "string", "const": \(quoted)},
      "old": {"type": "string", "description": \(json("Deprecated: no " + text))},
      "object": {"type": "object", "description": \(quoted), "properties": {}},
      "choice": {"type": "union", "description": \(quoted), "refs": ["#thing"]}}}},
      "thing": {"type": "object", "description": \(quoted), "properties": {}},
      "mark": {"type": "token", "description": \(quoted)},
      "known": {"type": "string", "description": \(quoted), "knownValues": ["a"]},
      "alias": {"type": "array", "description": \(quoted), "items": {"type": "string"}}}}
      """,
      """
      {"lexicon": 1, "id": "com.example.call", "description": \(quoted), "defs": {
      "main": {"type": "procedure", "description": \(quoted), "parameters": {"type": "params",
      "description": \(quoted), "properties": {
      "a": {"type": "string", "description": \(quoted), "default": \(quoted)}}},
      "input": {"encoding": "application/json", "description": \(quoted),
      "schema": {"type": "object", "properties": {}}},
      "errors": [{"name": "A", "description": \(quoted)}]}}}
      """,
      """
      {"lexicon": 1, "id": "com.example.watch", "defs": {"main": {"type": "subscription",
      "message": {"description": \(quoted), "schema": {"type": "union", "refs": []}}}}}
      """,
      """
      {"lexicon": 1, "id": "com.example.set", "description": \(quoted), "defs": {"main": {
      "type": "permission-set", "title": \(quoted), "title:lang": {"de": \(quoted)},
      "detail": \(quoted), "detail:lang": {"de": \(quoted)}, "permissions": [
      {"type": "permission", "resource": "repo", "collection": ["com.example.record"],
      \(json("x" + text)): \(quoted)}]}}}
      """,
    ]
    return documents.enumerated().map { index, text in
      SourceFile(path: "\(index).json", bytes: Array(text.utf8))
    }
  }

  static func json(_ text: String) -> String {
    let scalars = text.utf16.map { unit in
      let hex = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    }
    return "\"\(scalars.joined())\""
  }

  static func compile(_ text: String) throws -> [OutputFile] {
    let checked = CheckedCatalog.check(sources(text))
    let errors = checked.diagnostics.filter { $0.severity == .error }
    try #require(errors.isEmpty, "\(errors)")
    var options = CompilerOptions()
    options.singleModule = "Hostile"
    return try Compiler.compile(checked.catalog.documents, options: options).files
  }

  @Test("hostile text in a schema does not change the generated code", arguments: texts)
  func sameCode(_ text: String) throws {
    let plain = try Self.compile("plain")
    let hostile = try Self.compile(text)
    #expect(hostile.map(\.path) == plain.map(\.path))
    for (file, reference) in zip(hostile, plain) {
      let scanned = try ScannedSwift(file.content)
      #expect(Self.words(scanned.code) == Self.words(try ScannedSwift(reference.content).code))
      #expect(Self.isHarmless(file.content))
    }
    let literals = try hostile.flatMap { try ScannedSwift($0.content).literals }
    // The default and constant of the record, the default of the parameter, the permission set.
    let uses = literals.filter { $0.unicodeScalars.elementsEqual(text.unicodeScalars) }
    #expect(uses.count >= 6)
  }

  @Test("keys, values, members, and errors appear only as names and literals")
  func names() throws {
    let snapshot = try #require(Snapshot.all.first { $0.feature == "hostile" })
    let files = try snapshot.recorded()
    #expect(!files.isEmpty)
    for (path, content) in files {
      #expect(Self.isHarmless(content), "\(path)")
      let code = try ScannedSwift(content).code
      let strange = code.unicodeScalars.filter { scalar in
        !scalar.properties.isXIDContinue
          && !" \n{}()[]<>:,.=?@&_-!`\"|*$;".unicodeScalars.contains(scalar)
      }
      #expect(strange.isEmpty, "\(path): \(strange)")
      #expect(!code.contains("enum Evil") && !code.contains("let x = 1"), "\(path)")
      let pairs: [(Unicode.Scalar, Unicode.Scalar)] = [("{", "}"), ("(", ")"), ("[", "]")]
      for (open, close) in pairs {
        let opened = code.unicodeScalars.count { $0 == open }
        #expect(opened == code.unicodeScalars.count { $0 == close }, "\(path)")
      }
    }
  }

  @Test("comments are wrapped, and empty ones are omitted")
  func comments() {
    #expect(SwiftLiteral.commentLines("", width: 80) == [])
    #expect(SwiftLiteral.commentLines("\n\r\n a  b \n\n", width: 80) == ["a b"])
    #expect(SwiftLiteral.commentLines("a\u{2028}b\rc\u{85}d", width: 80) == ["a", "b", "c", "d"])
    #expect(SwiftLiteral.commentLines("aa bb cc", width: 5) == ["aa bb", "cc"])
  }

  /// Code without white space, since comments leave empty lines behind.
  private static func words(_ code: String) -> [Substring] {
    code.split { $0 == " " || $0 == "\n" }
  }

  /// No character that an editor, a reviewer, or a tool could mistake for something else.
  private static func isHarmless(_ content: String) -> Bool {
    content.unicodeScalars.allSatisfy { scalar in
      if scalar == "\n" { return true }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
        return false
      default: return true
      }
    }
  }
}
