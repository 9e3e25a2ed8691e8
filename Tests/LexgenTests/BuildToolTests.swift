import Foundation
import TestSupport
import Testing

@Suite("lexgen-build")
struct BuildToolTests {
  private static func build(_ arguments: [String], in folder: TemporaryFolder) throws
    -> ChildProcess
  {
    try ChildProcess(
      try ChildProcess.built("lexgen-build"),
      arguments,
      folder: URL(filePath: folder.path)
    )
  }

  @Test(
    "the build tool and the command agree",
    arguments: [
      ["in", "--root", "in", "--module", "M"],
      ["in", "--root", "in", "--module", "M", "--quiet", "--access", "package"],
      ["in", "--root", "in", "--module", "M", "--config", "project.yaml", "--quiet"],
      ["in", "--module", "M", "--import", "Others=others"],
      ["in", "misplaced", "--root", "in", "--root", "misplaced", "--module", "M"],
      ["in", "broken", "--module", "M"],
      ["in", "--module", "a-b"],
      ["in", "--config", "absent.yaml"],
      ["absent", "--module", "M"],
      [],
    ]
  )
  func agreement(_ arguments: [String]) throws {
    let folder = try TemporaryFolder()
    let one = Documents.object("com.example.one", "org.other.two")
    try folder.write(one, to: "in/com/example/one.json")
    try folder.write(Documents.object("org.other.two"), to: "in/org/other/two.json")
    try folder.write(Documents.object("net.others.x"), to: "others/x.json")
    try folder.write(Documents.query("com.example.three"), to: "misplaced/com/example/four.json")
    try folder.write(Documents.broken, to: "broken/bad.json")
    try folder.write("access: internal\nemit: types\n", to: "project.yaml")
    try folder.folder("out")
    let command = try LexgenProcess(
      ["generate"] + arguments + ["--output", "out", "--cache", "command.cache"],
      in: folder
    )
    let files = try folder.texts(below: "out")
    try folder.remove("out")
    try folder.folder("out")
    let tool = try Self.build(
      arguments + ["--output", "out", "--cache", "tool.cache"],
      in: folder
    )
    #expect(tool.status == command.status)
    // The summary has the time of the run.
    func text(_ error: String) -> String { error.replacing(/[0-9.]+ s\n/, with: "TIME\n") }
    #expect(text(String(decoding: tool.error, as: UTF8.self)) == text(command.error))
    #expect(try folder.texts(below: "out") == files)
  }

  @Test(
    "an option that the plugin does not use is an error",
    arguments: [["--strict"], ["in", "--nope", "x"], ["in", "--output"]]
  )
  func options(_ arguments: [String]) throws {
    let tool = try Self.build(arguments, in: try TemporaryFolder())
    #expect(tool.status == 2)
    let text = String(decoding: tool.error, as: UTF8.self)
    #expect(text.hasPrefix("Error: unknown option '--"), "\(text)")
  }
}
