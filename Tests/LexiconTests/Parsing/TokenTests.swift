import Lexicon
import Testing

@Suite("Tokens of a file")
struct TokenTests {
  private static func tree(_ text: String, _ path: String = "a.json") throws -> LocatedTree {
    let file = SourceFile(path: path, bytes: Array(text.utf8))
    return LocatedTree.read(file, as: try #require(file.format))
  }

  private static func token(_ text: String, _ offset: Int, _ path: String) throws -> String {
    let tree = try tree(text, path)
    return String(decoding: tree.source.bytes[tree.token(at: offset)], as: UTF8.self)
  }

  @Test(
    "The token at an offset is a key, a scalar, or a bracket",
    arguments: [
      (#"{"a":1}"#, 0, "{"), (#"{"a":1}"#, 1, #""a""#), (#"{"a":1}"#, 2, #""a""#),
      (#"{"a":1}"#, 4, ":"), (#"{"a":1}"#, 5, "1"), (#"{"a":1}"#, 6, "}"),
      (#"{"a":[true, "x\"y"]}"#, 5, "["), (#"{"a":[true, "x\"y"]}"#, 8, "true"),
      (#"{"a":[true, "x\"y"]}"#, 10, ","), (#"{"a":[true, "x\"y"]}"#, 14, #""x\"y""#),
      (#"{"é":"日本"}"#, 1, #""é""#), (#"{"é":"日本"}"#, 8, #""日本""#),
      // The file is not well-formed.
      (#"{"a" 1}"#, 5, "1"), (#"{"a": tru}"#, 6, "tru"), (#"{"a": "x"#, 6, #""x"#),
      (#"{"a": 'x'}"#, 6, "'"), (#"{"a": "\uD800", }"#, 16, "}"), (#"{"a": é}"#, 6, "é"),
      ("{\"a\": \"x\n}", 6, "\"x"),
    ]
  )
  func tokenIsFound(_ text: String, _ offset: Int, _ expected: String) throws {
    #expect(try Self.token(text, offset, "a.json") == expected)
  }

  @Test(
    "In YAML, a block mapping begins with its first key",
    arguments: [
      ("a: b\n", 0, "a"), ("a: b\n", 3, "b"), ("x:\n  key: \"v w\"\n", 5, "key"),
      ("x:\n  key: \"v w\"\n", 12, "\"v w\""), ("x: [one, two]\n", 9, "two"),
      ("x: {y: z}\n", 3, "{"), ("a: [\n", 3, "["),
    ]
  )
  func yamlTokenIsFound(_ text: String, _ offset: Int, _ expected: String) throws {
    #expect(try Self.token(text, offset, "a.yaml") == expected)
  }

  @Test("A token contains its offset, and is only empty at the end of the file")
  func tokensAreNeverEmpty() throws {
    for (text, path) in [
      (LocatedTreeTests.json, "a.json"), (LocatedTreeTests.yaml, "a.yaml"),
      (String(LocatedTreeTests.json.dropLast(9)), "a.json"), ("", "a.json"),
      ("\u{FEFF}{}", "a.json"),
      ("lexicon: [1\nx: \"é", "a.yaml"),
    ] {
      let tree = try Self.tree(text, path)
      for offset in tree.source.bytes.indices.dropFirst(text.hasPrefix("\u{FEFF}") ? 3 : 0) {
        #expect(tree.token(at: offset).contains(offset), "\(path) \(offset)")
      }
      let end = tree.source.bytes.count
      #expect(tree.token(at: end) == end..<end && tree.token(at: end + 9) == end..<end)
      #expect(tree.token(at: -1).lowerBound >= 0)
    }
  }

  @Test("The range of a key includes its quotation marks")
  func keysHaveRanges() throws {
    for (text, path) in [(#"{ "a\"b" : 1}"#, "a.json"), (#""a\"b": 1"#, "a.yaml")] {
      let tree = try Self.tree(text, path)
      guard case .object(let members)? = tree.root?.kind else {
        Issue.record("not an object")
        return
      }
      #expect(
        String(decoding: tree.source.bytes[members[0].nameRange], as: UTF8.self) == #""a\"b""#
      )
    }
  }
}
