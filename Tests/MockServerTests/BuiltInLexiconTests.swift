import BuiltInLexicons
import Foundation
import Lexicon
import TestSupport
import Testing

@Suite struct BuiltInLexiconTests {
  @Test("every document of Lexicons is built in; if not, run .ci/built-in-lexicons")
  func listIsCurrent() throws {
    let root = PythonEnvironment.package.appending(path: "Lexicons").path
    let names = try FileManager.default.subpathsOfDirectory(atPath: root)
      .filter { $0.hasSuffix(".json") }
    let expected = names.map { String($0.dropLast(".json".count)).replacing("/", with: ".") }
      .sorted()
    let files = BuiltInDocuments.files()
    #expect(files.map(\.path).sorted() == expected)
    for file in files {
      let path = "\(root)/\(file.path.replacing(".", with: "/")).json"
      let data = try Data(contentsOf: URL(filePath: path))
      #expect(file.bytes == Array(data), "\(file.path)")
    }
    #expect(!CheckedCatalog.check(BuiltInDocuments.files(in: ["com.atproto"])).hasErrors)
  }
}
