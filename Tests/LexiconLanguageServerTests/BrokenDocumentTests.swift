import Lexicon
import Testing

@testable import LexiconLanguageServer

struct BrokenDocumentTests {
  private func read(_ text: String, _ format: DocumentFormat = .json) -> SyntaxNode? {
    SyntaxNode.broken(Array(text.utf8), format)
  }

  /// A tree in short form: `{a: 1, b: [c]}`.
  private func shown(_ node: SyntaxNode?) -> String {
    guard let node else { return "nil" }
    return switch node.kind {
    case .scalar(let token): token.text
    case .array(let elements): "[\(elements.map { shown($0) }.joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\($0.key.text): \(shown($0.value))" }.joined(separator: ", "))}"
    }
  }

  @Test(
    arguments: [
      (#"{"a": 1, "b": ["c", {}]}"#, "{a: 1, b: [c, {}]}"),
      (#"{"a": {"b": "c""#, "{a: {b: c}}"), (#"{"a": , "b": 2}"#, "{a: nil, b: 2}"),
      (#"{"a" "b": 2}"#, "{a: nil, b: 2}"), (#"{"a": "b" "c": "d"}"#, "{a: b, c: d}"),
      ("{\"a\": \"b\n\"c\": 1}", "{a: b, c: 1}"), (#"{"a": "b, "c": 1}"#, "{a: b, c: 1}"),
      (#"{"a": ["b", "c": 1}"#, "{a: [b], c: 1}"),
      (#"{"a": [{"b": 1], "c": 2}"#, "{a: [{b: 1}], c: 2}"),
      (#"{"a": {"b": ]}, "c": 2}"#, "{a: {b: nil}, c: 2}"), ("", "nil"), ("]", "nil"),
      (#"{"a": b}"#, "{a: b}"), (#"{"a":"#, "{a: nil}"), (#"{"a": "b" "#, "{a: b}"),
    ]
  )
  func jsonIsRecognized(_ text: String, _ expected: String) {
    #expect(shown(read(text)) == expected)
  }

  @Test(
    arguments: [
      ("a: 1\nb:\n  c: d\n", "{a: 1, b: {c: d}}"),
      ("a:\n- b\n- c: d\n  e: f\n", "{a: [b, {c: d, e: f}]}"),
      ("a:\n  - b\nc\n", "{a: [b], c: nil}"),
      ("a: {b: c, d: [e, 'f']}\ng: h\n", "{a: {b: c, d: [e, f]}, g: h}"),
      ("a: |\n  b: c\nd: e # f\n", "{a: |\n  b: c, d: e}"), ("\"a\": 'b: c'\n", "{a: b: c}"),
      ("# x\n---\na: 1\n", "{a: 1}"), ("a: {b: \"c\nd: e\n", "{a: {b: c, d: e}}"), ("", "nil"),
      ("- - a\n  - b\n- c\n", "[[a, b], c]"), ("a:\n    b: 1\n  c: 2\nd: 3\n", "{a: {b: 1}, d: 3}"),
    ]
  )
  func yamlIsRecognized(_ text: String, _ expected: String) {
    #expect(shown(read(text, .yaml)) == expected)
  }

  /// Well-formed documents have the same tree, whichever reader reads them.
  @Test(arguments: Sample.files.keys.sorted())
  func bothReadersAgree(_ path: String) throws {
    let text = try #require(Sample.files[path])
    let file = SourceFile(path: path, bytes: Array(text.utf8))
    let format = try #require(file.format)
    #expect(shown(SyntaxNode.read(file)) == shown(read(text, format)))
  }

  /// Random damage never ends the reader, and all offsets stay in the text.
  @Test(arguments: [(Sample.note, DocumentFormat.json), (Sample.list, .yaml)])
  func damageIsSurvived(_ text: String, _ format: DocumentFormat) {
    var random = SystemRandomNumberGenerator()
    let damage = Array("{}[]\",:#'- \n\r\\|&*x".utf8)
    for _ in 0..<300 {
      var bytes = Array(text.utf8)
      for _ in 0..<Int.random(in: 1...20, using: &random) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = damage.randomElement(using: &random) ?? 0
        case 1: bytes.insert(damage.randomElement(using: &random) ?? 0, at: index)
        default: bytes.removeSubrange(index..<min(bytes.count, index + 20))
        }
      }
      var nodes = [SyntaxNode.broken(bytes, format)].compactMap(\.self)
      while let node = nodes.popLast() {
        #expect(0 <= node.range.lowerBound && node.range.upperBound <= bytes.count)
        nodes += node.elements + node.members.compactMap(\.value)
        for token in node.members.map(\.key) + [node.token].compactMap(\.self) {
          #expect(token.content.upperBound <= bytes.count)
        }
      }
      for _ in 0..<5 {
        let cursor = Int.random(in: 0...bytes.count, using: &random)
        let context = CursorContext(at: cursor, in: bytes, format)
        #expect(context.map { $0.start <= cursor } ?? true)
      }
    }
  }

  /// Each of these documents of 1 MB would take hours if the time were not proportional to the size.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("{\"a\": \"", #"\""#, ""), ("{\"a\": \"", #"\""#, "\" x"), ("{\"a\": \"", #"\\\""#, "\n"),
      ("{", "\"lexicon\":,", ""), ("{", "\"lexicon\":\"a\",", ""), ("{\"defs\":[", "\"a\",", "]"),
      ("", "[", ""), ("", "\"a\" ", ""), ("", "'a' ", ""), ("", ": ", ""),
    ]
  )
  func largeDocumentsAreReadInLinearTime(_ start: String, _ part: String, _ end: String) {
    let text = start + String(repeating: part, count: (1 << 20) / part.utf8.count) + end
    let bytes = Array(text.utf8)
    for format in [DocumentFormat.json, .yaml] {
      #expect(SyntaxNode.broken(bytes, format)?.range.upperBound ?? 0 <= bytes.count)
      let context = CursorContext(at: bytes.count, in: bytes, format)
      #expect(context.map { $0.start <= bytes.count } ?? true)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func outlinesOfLargeDocumentsTakeLinearTime() {
    let names = (0..<50_000).map { "\"a\($0)\"" }
    let properties = names.map { "\($0):{}" }.joined(separator: ",")
    let outline = DocumentOutline(
      read(
        "{\"defs\":{\"a\":{\"type\":\"object\",\"required\":[\(names.joined(separator: ","))],"
          + "\"properties\":{\(properties)}}}}"
      )
    )
    #expect(outline.propertySites.count == names.count)
  }

  @Test(arguments: [DocumentFormat.json, .yaml])
  func deepNestingIsBounded(_ format: DocumentFormat) {
    #expect(read(String(repeating: "[{\"a\":", count: 50_000), format) != nil)
    #expect(read(String(repeating: "- ", count: 50_000), format) != nil || format == .json)
  }
}
