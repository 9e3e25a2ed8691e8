import Foundation
import Testing

/// Public targets document their declarations and have a DocC page.
@Suite struct PublicDocumentationTests {
  /// The targets of the package's library products that are not generated.
  static let targets: [String] = {
    let manifest = (try? Project.text("Package.swift")) ?? ""
    return manifest.matches(of: /\.library\(name: "(\w+)"/).map { String($0.1) }
      .filter { !$0.hasSuffix("API") }
  }()

  @Test func productsAreFound() {
    #expect(Self.targets.contains("ATProtoSyntax") && Self.targets.count >= 15)
  }

  @Test(arguments: targets)
  func nineOfTenPublicDeclarationsAreDocumented(_ target: String) throws {
    var documented = 0
    var missing: [String] = []
    for path in Project.files(below: "Sources/\(target)", ending: ".swift") {
      let lines = try SwiftSource(path).lines
      for (index, line) in lines.enumerated() where Self.isPublicDeclaration(line) {
        var before = index - 1
        while before >= 0, lines[before].contains(/^\s*(?:@|#if|#else|#endif|\/\/ )/) {
          before -= 1
        }
        if before >= 0, lines[before].contains(/^\s*\/\/\//) {
          documented += 1
        } else {
          missing.append("\(path):\(index + 1)")
        }
      }
    }
    let all = documented + missing.count
    #expect(
      documented * 10 >= all * 9,
      "\(documented) of \(all); not \(missing.prefix(20).joined(separator: " "))"
    )
  }

  @Test(arguments: targets)
  func targetHasAPageWithAnExample(_ target: String) throws {
    let page = try Project.text("Sources/\(target)/\(target).docc/\(target).md")
    #expect(page.hasPrefix("# ``\(target)``\n"))
    #expect(page.contains("```swift\n"))
  }

  /// DocC resolves links within a module only, and leaves others as text, with a warning.
  @Test(arguments: targets)
  func linksOfThePageLeadToDeclarations(_ target: String) throws {
    let directory = "Sources/\(target)"
    let pages = Project.files(below: directory, ending: ".md")
    var declared: Set = [target]
    for path in Project.files(below: directory, ending: ".swift") {
      let types = /\b(?:struct|class|actor|enum|protocol|typealias|extension) (\w+)/
      declared.formUnion(try Project.text(path).matches(of: types).map { String($0.1) })
    }
    for page in pages {
      for link in try Project.text(page).matches(of: /``([A-Z]\w*)/) {
        #expect(declared.contains(String(link.1)), "\(page) links to \(link.1)")
      }
    }
  }

  private static func isPublicDeclaration(_ line: String) -> Bool {
    guard line.contains("public ") else { return false }
    let declaration =
      /^\s*(?:@[\w.]+(?:\([^)]*\))? )*public (?:(?:private|internal|package)\(set\) )?(?:static |mutating |nonmutating |final |consuming |borrowing |nonisolated |indirect |override |convenience |required )*(struct|class|actor|enum|protocol|func|var|let|init|subscript|typealias)\b(.*)$/
    // Members documented by protocols of the standard library.
    let inherited =
      /^\s*(?:== |< |hash\(into|encode\(to|rawValue\b|description\b|debugDescription\b|errorDescription\b|makeAsyncIterator|makeIterator|next\(|startIndex|endIndex|index\(after)/
    let inheritedInitializer =
      /^\??\((?:rawValue:|from decoder|stringLiteral |integerLiteral |booleanLiteral |dictionaryLiteral |arrayLiteral )/
    guard let match = line.firstMatch(of: declaration) else { return false }
    let name = match.2
    return match.1 == "init"
      ? !name.contains(inheritedInitializer) : !name.contains(inherited)
  }
}
