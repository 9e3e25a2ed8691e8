import Foundation
import TestSupport
import Testing

/// `lexgen watch` as a process.
struct WatchProcessTests {
  private static func note(_ name: String, _ property: String) -> String {
    """
    {"lexicon": 1, "id": "com.example.\(name)", "defs": {"main": {"type": "object",
      "description": "A note.", "properties": {"\(property)": {"type": "integer"}}}}}
    """
  }

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.note("a", "first"), to: "Lexicons/com/example/a.json")
  }

  private func start(_ arguments: String...) throws -> RunningProcess {
    try RunningProcess(
      try ChildProcess.built("lexgen"),
      ["watch"] + arguments,
      output: "\(folder.path)/output",
      error: "\(folder.path)/error",
      folder: folder.path
    )
  }

  /// Waits until a condition holds, for at most a minute.
  private func wait(_ condition: () throws -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: 60)
    while try !condition() {
      guard Date() < deadline else {
        throw ProcessFailure(reason: "no change: \((try? folder.text("error")) ?? "")")
      }
      usleep(20_000)
    }
  }

  private func generated() -> String {
    let texts = try? folder.texts(below: "Output")
    return (texts ?? [:]).values.joined()
  }

  @Test func anEditRegeneratesItsFile() throws {
    let process = try start("generate", "Lexicons", "--output", "Output")
    try wait { generated().contains("var first") }
    try folder.write(Self.note("a", "second"), to: "Lexicons/com/example/a.json")
    try wait { generated().contains("var second") }
    kill(process.identifier, SIGINT)
    #expect(process.wait(seconds: 30) == 0)
    #expect(try folder.text("error").contains("Lexicons/com/example/a.json changed"))
  }

  @Test func errorsKeepTheOutput() throws {
    let process = try start("generate", "Lexicons", "--output", "Output")
    try wait { generated().contains("var first") }
    try folder.write("{", to: "Lexicons/com/example/a.json")
    try wait { try folder.text("error").contains("json-syntax") }
    #expect(generated().contains("var first"))
    try folder.write(Self.note("a", "second"), to: "Lexicons/com/example/a.json")
    try wait { generated().contains("var second") }
    _ = process
  }

  @Test func aNewDirectoryIsWatched() throws {
    let process = try start("generate", "Lexicons", "--output", "Output")
    try wait { generated().contains("var first") }
    try folder.write(Self.note("deep.b", "third"), to: "Lexicons/com/example/deep/b.json")
    try wait { generated().contains("var third") }
    try folder.write(Self.note("deep.b", "fourth"), to: "Lexicons/com/example/deep/b.json")
    try wait { generated().contains("var fourth") }
    _ = process
  }

  @Test(arguments: ["Common", "other/lexgen.yaml"])
  func anImportedModuleIsWatched(_ path: String) throws {
    let common = Self.note("common", "first").replacing("com.example", with: "org.other")
    try folder.write(common, to: "Common/org/other/common.json")
    try folder.write("inputs: ../Common\nmodule: Common\n", to: "other/lexgen.yaml")
    let process = try start("check", "Lexicons", "--import", "Common=\(path)")
    try wait { try folder.text("error").contains("checked ") }
    try folder.write("{", to: "Common/org/other/common.json")
    try wait { try folder.text("output").contains("json-syntax") }
    _ = process
  }

  @Test func aRootIsWatched() throws {
    let process = try start(
      "generate",
      "Lexicons/com/example/a.json",
      "--root",
      "Lexicons",
      "--output",
      "Output"
    )
    try wait { generated().contains("var first") }
    try folder.write(Self.note("b", "second"), to: "Lexicons/com/example/b.json")
    try wait { try folder.text("error").contains("b.json changed") }
    _ = process
  }

  @Test func aChangedConfigurationCounts() throws {
    try folder.write("inputs: Lexicons\n", to: "lexgen.yaml")
    let process = try start("check")
    try wait { try folder.text("error").contains("document") }
    try folder.write("inputs: Lexicons\nrules:\n  generic-name: nonsense\n", to: "lexgen.yaml")
    try wait { try folder.text("error").contains("nonsense") }
    _ = process
  }

  @Test(
    "Files beside the documents count",
    arguments: [
      ([], "known.json"), (["--baseline", "other.known"], "other.known"), ([], "lexicons.json"),
      (["--import", "Other=Imported"], "Imported/org/example/b.json"),
    ]
  )
  func otherFilesCount(_ arguments: [String], _ path: String) throws {
    let baseline = #"{"baseline": 1, "findings": []}"#
    let manifest = #"{"version": 1, "lexicons": [], "resolutions": {}}"#
    try folder.write("inputs: Lexicons\nbaseline: known.json\nlocked: true\n", to: "lexgen.yaml")
    try folder.write(baseline, to: "known.json")
    try folder.write(baseline, to: "other.known")
    try folder.write(manifest, to: "lexicons.json")
    let imported = Self.note("a", "first").replacing("com.example.a", with: "org.example.b")
    try folder.write(imported, to: "Imported/org/example/b.json")
    let process = try RunningProcess(
      try ChildProcess.built("lexgen"),
      ["watch", "check"] + arguments,
      output: "\(folder.path)/output",
      error: "\(folder.path)/error",
      folder: folder.path
    )
    try wait { try folder.text("error").contains("checked") }
    try folder.write(try folder.text(path) + "\n", to: path)
    try wait { try folder.text("error").contains("\(path) changed") }
    _ = process
  }

  @Test func aHiddenConfigurationCounts() throws {
    try folder.write("inputs: Lexicons\n", to: ".lexgen.yaml")
    let process = try start("check", "--config", ".lexgen.yaml")
    try wait { try folder.text("error").contains("checked") }
    try folder.write("inputs: Lexicons\nstrict: nonsense\n", to: ".lexgen.yaml")
    try wait { try folder.text("error").contains(".lexgen.yaml changed") }
    _ = process
  }

  @Test func standardInputIsRefused() throws {
    let run = try LexgenProcess("watch", "check", "-", in: folder)
    #expect(run.status == 2)
    #expect(run.error.contains("cannot watch standard input"))
  }

  @Test func otherCommandsAreRefused() throws {
    #expect(try LexgenProcess("watch", "diff", "a", "b", in: folder).status == 2)
    #expect(try LexgenProcess("watch", "check", in: folder).status == 2)
  }
}
