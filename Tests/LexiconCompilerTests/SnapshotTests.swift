import Lexicon
import LexiconCompiler
import LexiconTemplates
import Testing

@Suite("Golden files")
struct SnapshotTests {
  @Test("the generated Swift of a feature matches the golden file", arguments: Snapshot.all)
  func feature(_ snapshot: Snapshot) throws {
    let checked = CheckedCatalog.check(try snapshot.sources())
    let errors = checked.diagnostics.filter { $0.severity == .error }
    try #require(errors.isEmpty, "\(errors)")
    #expect(!checked.catalog.documents.isEmpty)

    var options = CompilerOptions()
    options.singleModule = snapshot.module
    let output = try Compiler.compile(checked.catalog.documents, options: options)
    #expect(output.diagnostics == [])
    if Snapshot.isRecording {
      try snapshot.record(output.files)
      Issue.record("recorded \(snapshot); review the difference and run again")
      return
    }
    let recorded = try snapshot.recorded()
    #expect(output.files.map(\.path) == recorded.keys.sorted())
    for file in output.files {
      let line = firstDifference(file.content, recorded[file.path] ?? "")
      #expect(line == nil, "\(file.path): \(line ?? "")")
    }
  }

  @Test("every golden file belongs to a feature and has a unique name")
  func names() throws {
    let paths = try ProjectFolder.paths(in: Snapshot.generated, "swift")
    let modules = Set(Snapshot.all.map(\.module))
    #expect(modules.count == Snapshot.all.count)
    let strangers = paths.filter { path in
      !modules.contains(path.prefix { $0 != "/" }.description)
    }
    #expect(strangers == [])
    let names = paths.map { $0.split(separator: "/").last?.lowercased() }
    #expect(Set(names).count == names.count)
  }

  private func firstDifference(_ new: String, _ old: String) -> String? {
    guard new != old else { return nil }
    let new = new.split(separator: "\n", omittingEmptySubsequences: false)
    let old = old.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, pair) in zip(new, old).enumerated() where pair.0 != pair.1 {
      return "line \(index + 1) is now '\(pair.0)', was '\(pair.1)'"
    }
    return "has \(new.count) lines, had \(old.count)"
  }
}
