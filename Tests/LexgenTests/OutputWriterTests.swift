import LexiconCompiler
import LexiconProject
import LexiconTemplates
import TestSupport
import Testing

@Suite("Output writer")
struct OutputWriterTests {
  static let header = "\(OutputFile.marker) from somewhere. Do not edit.\n"

  static func files(_ names: String..., text: String = "") -> [OutputFile] {
    names.map { OutputFile(path: $0, content: header + text) }
  }

  @Test("an unchanged file is not written again")
  func unchanged() throws {
    let folder = try TemporaryFolder()
    let writer = OutputWriter(directory: "\(folder.path)/out")
    let files = Self.files("A/One.swift", "A/Two.swift", "B/One.swift")
    #expect(try writer.write(files).written == 3)
    try folder.age("out/A/One.swift")
    let before = try folder.modified("out/A/One.swift")
    let second = try writer.write(files)
    #expect(second.written == 0 && second.unchanged == 3 && second.removed == 0)
    #expect(try folder.modified("out/A/One.swift") == before)

    let third = try writer.write(Self.files("A/One.swift", text: "let x = 1\n") + files.dropFirst())
    #expect(third.written == 1 && third.unchanged == 2)
    #expect(try folder.text("out/A/One.swift").hasSuffix("let x = 1\n"))
    #expect(try folder.modified("out/A/One.swift") != before)
  }

  @Test("a stale file is removed if and only if it has the generated header")
  func stale() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.header, to: "A/Old.swift")
    try folder.write("// swift-tools-version: 6.3\n\(OutputFile.marker).\n", to: "Package.swift")
    try folder.write("// Mine. \(Self.header)", to: "A/Mine.swift")
    try folder.write("", to: "A/Empty.swift")
    try folder.write(Self.header, to: "A/notes.txt")
    try folder.write(Self.header, to: "Gone/Old.swift")
    let outside = try TemporaryFolder()
    try outside.write(Self.header, to: "Linked.swift")
    try folder.link("Elsewhere", to: outside.path)
    try folder.link("A/Linked.swift", to: "\(outside.path)/Linked.swift")

    let summary = try OutputWriter(directory: folder.path).write(Self.files("A/One.swift"))
    #expect(summary.removed == 3)
    #expect(
      try folder.names().filter { !$0.hasPrefix("Elsewhere") } == [
        "A/Empty.swift", "A/Linked.swift", "A/Mine.swift", "A/One.swift", "A/notes.txt",
      ]
    )
    #expect(FileSystem.entry(at: "\(folder.path)/Gone") == nil)
    #expect(try outside.names() == ["Linked.swift"])
  }

  @Test("a file without the generated header is not overwritten")
  func foreign() throws {
    let folder = try TemporaryFolder()
    try folder.write("let mine = 1\n", to: "A/One.swift")
    #expect(throws: FileSystem.Failure.self) {
      try OutputWriter(directory: folder.path).write(Self.files("A/One.swift"))
    }
    #expect(try folder.text("A/One.swift") == "let mine = 1\n")
  }
}
