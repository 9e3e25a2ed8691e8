import Foundation
import Lexicon
import LexiconProject
import TestSupport
import Testing

@Suite("Input reader")
struct InputReaderTests {
  @Test("directories are walked in order, and each document is read once")
  func walk() throws {
    let folder = try TemporaryFolder()
    for name in ["b/two.yaml", "a/one.json", "a/three.yml", "a/readme.md", ".git/x.json", "z.json"]
    {
      try folder.write("{}", to: name)
    }
    try folder.folder("a/folder.json")
    try folder.link("a/loop", to: "..")
    try folder.link("again.json", to: "z.json")
    let reader = InputReader([folder.path + "/"])
    #expect(reader.diagnostics.isEmpty)
    let names = reader.files.map { $0.path.dropFirst(folder.path.utf8.count + 1) }
    #expect(names == ["a/one.json", "a/three.yml", "again.json", "b/two.yaml"])
    let twice = InputReader([folder.path, "\(folder.path)/a/one.json"])
    #expect(twice.files.count == 4)
  }

  @Test("an unreadable file is an error with its path, and the others are read")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    try folder.write("{}", to: "good.json")
    try folder.link("dangling.json", to: "nowhere.json")
    try folder.link("dangling.txt", to: "nowhere.txt")
    try folder.link("self.json", to: "self.json")
    #expect(makePipe("\(folder.path)/pipe.json"))
    let reader = InputReader([folder.path, "\(folder.path)/absent"])
    #expect(reader.files.count == 1)
    #expect(
      reader.diagnostics.map {
        "\($0.location.path.dropFirst(folder.path.utf8.count + 1)) \($0.rule)"
      }
        == ["dangling.json unreadable-file", "self.json unreadable-file", "absent no-such-input"]
    )
  }

  @Test("a file beyond the size limit is an error")
  func large() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "large.json")
    let handle = try #require(FileHandle(forWritingAtPath: "\(folder.path)/large.json"))
    try handle.truncate(atOffset: UInt64(InputReader.fileSizeLimit) + 1)
    try handle.close()
    let reader = InputReader([folder.path])
    #expect(reader.files.isEmpty)
    #expect(reader.diagnostics.map(\.rule) == ["unreadable-file"])
  }

  @Test("directories nested too deeply are an error")
  func depth() throws {
    let folder = try TemporaryFolder()
    let deep = Array(repeating: "d", count: InputReader.depthLimit + 2).joined(separator: "/")
    try folder.write("{}", to: "\(deep)/x.json")
    let reader = InputReader([folder.path])
    #expect(reader.files.isEmpty)
    #expect(reader.diagnostics.map(\.rule) == ["folder-too-deep"])
  }
}

@Suite("Overlay files")
struct OverlayFilesTests {
  @Test("buffers replace files and appear in directories")
  func buffers() throws {
    let folder = try TemporaryFolder()
    try folder.write("{\"saved\":1}", to: "in/saved.json")
    try folder.write("{}", to: "in/other.json")
    let root = folder.path
    let files = OverlayFiles(open: [
      "\(root)/in/saved.json": Array("{\"edited\":1}".utf8),
      "\(root)/in/new.json": Array("{}".utf8),
      "\(root)/in/new/deep.json": Array("{}".utf8),
    ])
    let reader = InputReader(["\(root)/in"], from: files)
    #expect(reader.diagnostics.isEmpty)
    let texts = reader.files.map { file in
      "\(file.path.dropFirst(root.utf8.count + 4)) \(String(decoding: file.bytes, as: UTF8.self))"
    }
    #expect(
      texts == ["new/deep.json {}", "new.json {}", "other.json {}", "saved.json {\"edited\":1}"]
    )
    #expect(InputReader(["\(root)/in/absent.json"], from: files).diagnostics.count == 1)
  }

  @Test("a buffer in the place of the configuration is read")
  func configuration() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/lexgen.yaml"
    try folder.write("inputs: old\n", to: "lexgen.yaml")
    let files = OverlayFiles(open: [path: Array("inputs: new\n".utf8)])
    let configuration = try ProjectConfiguration.load(path, from: files)
    #expect(configuration.inputs == ["\(folder.path)/new"])
  }
}

@Suite("Selection of documents")
struct SelectionTests {
  @Test(
    "patterns match NSIDs and prefixes",
    arguments: [
      ([], [], "com.example.a", true),
      (["com.example.a"], [], "com.example.a", true),
      (["com.example.a"], [], "com.example.ab", false),
      (["com.example.*"], [], "com.example.a", true),
      (["com.example.*"], [], "com.example.a.b", true),
      (["com.example.*"], [], "com.examples.a", false),
      (["com.example.*"], ["com.example.a"], "com.example.a", false),
      ([], ["com.example.*"], "com.example.a", false),
      ([], ["com.example.*"], "com.other.a", true),
    ]
  )
  func patterns(_ include: [String], _ exclude: [String], _ nsid: String, _ isTaken: Bool) {
    #expect(ProjectSelection(include: include, exclude: exclude).takes(nsid) == isTaken)
  }
}
