import Foundation
import Testing

/// `docs/lexicon-resolution.md` lists what the code has.
@Suite struct LexiconDocumentationTests {
  private static let page = "docs/lexicon-resolution.md"

  /// The names in backticks in the first column of the table after a heading.
  private static func names(in section: String) throws -> [String] {
    let text = try Project.text(page)
    let start = try #require(text.range(of: section)).upperBound
    let table = text[start...].components(separatedBy: "\n").drop { !$0.hasPrefix("|") }
      .prefix { $0.hasPrefix("|") }
    return table.dropFirst(2).compactMap {
      $0.firstMatch(of: /^\| `([^`]+)` \|/).map { String($0.1) }
    }
  }

  /// The raw values of the cases of an enum in a file.
  private static func cases(of declaration: String, in path: String) throws -> [String] {
    let text = try Project.text(path)
    let start = try #require(text.range(of: declaration), "\(path) has no \(declaration)")
      .upperBound
    let body = text[start...].components(separatedBy: "\n").prefix { !$0.hasPrefix("  }") }
    return body.filter { !$0.contains("//") }.flatMap { line in
      line.matches(of: /case (\w+)(?: = "([^"]+)")?/).map { String($0.2 ?? $0.1) }
    }
  }

  @Test func everyErrorNameIsListedOnce() throws {
    let listed = try Self.names(in: "<!-- errors -->")
    let declared = try Self.cases(
      of: "public enum Code: String",
      in: "Sources/LexiconResolution/Resolution/LexiconError.swift"
    )
    #expect(declared.count > 25)
    #expect(listed.sorted() == declared.sorted())
  }

  @Test func everyStateOfAPublicationIsListed() throws {
    let declared = try Self.cases(
      of: "public enum State: String",
      in: "Sources/LexiconResolution/Publication/LexiconPublication.swift"
    )
    #expect(try Self.names(in: "What the states mean:") == declared)
  }
}
