import ATProtoSyntax
import Foundation
import Testing

@testable import Lexicon

@Suite("Incremental check")
struct IncrementalCheckTests {
  /// Random numbers that are the same in every run.
  private struct Numbers {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
      elements[next(below: elements.count)]
    }
  }

  private struct Findings: Equatable {
    var diagnostics: [Diagnostic]
    var advice: [Diagnostic]
    var valid: [String]
    var removed: [String]

    init(_ checked: CheckedCatalog, _ advice: [Diagnostic]) {
      diagnostics = checked.diagnostics
      self.advice = advice
      valid = checked.catalog.documents.map(\.id.value.string)
      removed = checked.removed.map(\.string)
    }

    /// The findings of a check from scratch.
    init(_ files: [String: CatalogFile]) {
      let files = files.sorted { $0.key < $1.key }.map(\.value)
      let checked = CheckedCatalog.check(files)
      let external = files.filter { $0.role == .external }
        .compactMap { LexiconDocument.parse($0.file).document }
      self.init(checked, checked.findings(in: checked.ownDocuments, external: external))
    }
  }

  private static func compare(
    _ incremental: inout IncrementalCheck,
    _ files: [String: CatalogFile],
    _ edit: String
  ) {
    let update = incremental.update()
    let (found, expected) = (Findings(update.checked, update.advice), Findings(files))
    #expect(found == expected, "\(edit)")
    #expect(files.keys.allSatisfy { update.tree(of: $0) != nil })
  }

  /// A document of one of 12 NSIDs that refers to some of the others, with a random fault.
  private static func document(_ numbers: inout Numbers) -> (path: String, file: SourceFile) {
    let names = ["note", "defs", "getNote", "listNotes", "subscribeNotes", "auth"]
    let nsids = ["com.example", "org.other"].flatMap { root in names.map { "\(root).\($0)" } }
    let id = numbers.pick(nsids)
    let refs = (0..<numbers.next(below: 4)).map { _ in
      numbers.pick(nsids + ["net.third.x"])
        + numbers.pick(["", "#view", "#view", "#list", "#list", "#deep", "#lost"])
    }
    let properties = refs.enumerated().map { index, ref in
      #""\#(numbers.pick(["p", "items", "cursor"]))\#(index)":{"type":"ref","ref":"\#(ref)"}"#
    }
    let object = #"{"type":"object","properties":{\#(properties.joined(separator: ","))}}"#
    let body = numbers.pick([object, #"{"type":"ref","ref":"\#(numbers.pick(nsids))#view"}"#])
    let main = numbers.pick([
      #""main":{"type":"record","key":"tid","record":\#(object)},"#,
      #""main":{"type":"query","description":"D.","parameters":{"type":"params","properties":{"#
        + #""cursor":{"type":"string"},"limit":{"type":"integer"}}},"output":{"#
        + #""encoding":"application/json","schema":\#(body)}},"#,
      #""main":{"type":"subscription","message":{"schema":{"type":"union","refs":["#
        + #""\#(numbers.pick(nsids))#view"]}}},"#,
      #""main":{"type":"permission-set","permissions":[{"type":"permission","resource":"repo","#
        + #""collection":["\#(numbers.pick(nsids))"]}]},"#,
      "",
    ])
    let text = #"""
      {"lexicon":1,"id":"\#(id)","defs":{\#(main)"view":\#(object),
      "list":{"type":"array","items":{"type":"\#(numbers.pick(["string", "string", "float"]))"}},
      "deep":{"type":"array","items":{"type":"ref","ref":"\#(numbers.pick(nsids))#list"}}}}
      """#
    let path = numbers.next(below: 8) == 0 ? "copy/\(id).json" : "\(id).json"
    let isBroken = numbers.next(below: 12) == 0
    return (path, SourceFile(path: path, bytes: Array((isBroken ? "{" + text : text).utf8)))
  }

  @Test("After any random edit, all findings equal those of a check from scratch", arguments: 1...6)
  func incrementalEqualsFull(_ seed: Int) {
    var numbers = Numbers(state: UInt64(seed))
    var incremental = IncrementalCheck()
    var files: [String: CatalogFile] = [:]
    for round in 0..<80 {
      var edit = ""
      for _ in 0...numbers.next(below: 3) {
        if !files.isEmpty, numbers.next(below: 5) == 0 {
          let path = numbers.pick(files.keys.sorted())
          files[path] = nil
          incremental.set(path, nil)
          edit += " -\(path)"
        } else {
          let (path, file) = Self.document(&numbers)
          let role = numbers.pick([.own, .own, .own, .reference, .external] as [DocumentRole])
          files[path] = CatalogFile(file, role: role)
          incremental.set(path, files[path])
          edit += " +\(path) \(role)"
        }
      }
      Self.compare(&incremental, files, "round \(round):\(edit)")
    }
  }

  @Test("Edits of real documents have the findings of a check from scratch")
  func realDocumentsAgree() throws {
    let root = URL(filePath: #filePath).appending(path: "../../../../Lexicons").standardized
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".json") }.sorted()
    try #require(paths.count > 100)
    var incremental = IncrementalCheck()
    var files: [String: CatalogFile] = [:]
    for path in paths {
      let bytes = [UInt8](try Data(contentsOf: root.appending(path: path)))
      files[path] = CatalogFile(SourceFile(path: path, bytes: bytes))
      incremental.set(path, files[path])
    }
    Self.compare(&incremental, files, "all")
    var numbers = Numbers(state: 24)
    for _ in 0..<12 {
      let path = numbers.pick(paths)
      let original = files[path]
      switch numbers.next(below: 3) {
      case 0: files[path] = nil
      case 1: files[path]?.file.bytes.removeLast(8)
      default:
        let text = String(decoding: files[path]?.file.bytes ?? [], as: UTF8.self)
          .replacing("\"string\"", with: "\"integer\"").replacing("\"object\"", with: "\"unknown\"")
        files[path]?.file.bytes = Array(text.utf8)
      }
      incremental.set(path, files[path])
      Self.compare(&incremental, files, path)
      files[path] = original
      incremental.set(path, original)
    }
    Self.compare(&incremental, files, "restored")
  }

  @Test("An update names the changed documents, before and after")
  func changedDocumentsAreNamed() {
    var check = IncrementalCheck()
    func file(_ id: String) -> CatalogFile {
      CatalogFile(CheckedCatalogTests.file(id, #""a":{"type":"token"}"#, path: "a.json"))
    }
    check.set("a.json", file("com.example.a"))
    #expect(check.update().changedDocuments == ["com.example.a"])
    #expect(check.update().changedDocuments == [])
    check.set("a.json", file("com.example.b"))
    #expect(check.update().changedDocuments == ["com.example.a", "com.example.b"])
    check.set("a.json", nil)
    let update = check.update()
    #expect(update.changedDocuments == ["com.example.b"])
    #expect(update.checked.ownNSIDs == [] && update.tree(of: "a.json") == nil)
  }
}
