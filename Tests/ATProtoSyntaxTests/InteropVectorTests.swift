import ATProtoSyntax
import Foundation
import Testing

private let interopFolder: URL? = {
  let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let folder = root.deletingLastPathComponent().appending(path: "shared/interop/syntax")
  return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
}()

/// The protocol's public vectors, if they are next to the project (`../shared/interop/syntax`).
@Suite(.enabled(if: interopFolder != nil))
struct InteropVectorTests {
  @Test(
    "the protocol's syntax vectors are followed",
    arguments: [
      ("atidentifier_syntax", "at-identifier"), ("aturi_syntax", "at-uri"), ("cid_syntax", "cid"),
      ("datetime_syntax", "datetime"), ("did_syntax", "did"), ("handle_syntax", "handle"),
      ("language_syntax", "language"), ("nsid_syntax", "nsid"), ("recordkey_syntax", "record-key"),
      ("tid_syntax", "tid"), ("uri_syntax", "uri"),
    ]
  )
  func syntax(_ file: String, _ name: String) throws {
    let format = AnyFormat.named(name)
    for text in try lines(of: "\(file)_valid.txt") {
      #expect(throws: Never.self, "\(text)") { try format.parse(text) }
    }
    for text in try lines(of: "\(file)_invalid.txt") {
      #expect(!format.accepts(text), "\(text)")
    }
  }

  /// Syntactically valid but meaningless, and rejected as well.
  @Test("the protocol's semantics vectors are followed", arguments: ["datetime", "language"])
  func semantics(_ name: String) throws {
    for text in try lines(of: "\(name)_parse_invalid.txt") {
      #expect(!AnyFormat.named(name).accepts(text), "\(text)")
    }
  }

  /// Spaces at the ends of a line are part of the vector.
  private func lines(of file: String) throws -> [String] {
    let folder = try #require(interopFolder)
    let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
    let lines = text.components(separatedBy: "\n").filter { !$0.isEmpty && !$0.hasPrefix("#") }
    #expect(!lines.isEmpty)
    return lines
  }
}
