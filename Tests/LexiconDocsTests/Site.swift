import Foundation
import Lexicon
import LexiconDocs
import LexiconTemplates

/// Sites for tests.
enum Site {
  /// Every kind of document, with text that would have an effect if it were not escaped.
  static let documents = [
    #"""
    {"lexicon":1,"id":"com.example.notes.note","defs":{
      "main":{"type":"record","key":"tid",
        "description":"A note <script>alert(1)</script> & \"more\".\nSecond paragraph.",
        "record":{"type":"object","required":["text"],"nullable":["mood"],"properties":{
          "text":{"type":"string","maxGraphemes":300,"maxLength":3000,"description":"Words."},
          "mood":{"type":"string","knownValues":["com.example.notes.note#happy","#happy","</script>"]},
          "nested":{"type":"object","properties":{"in side":{"type":"integer","default":3}}},
          "list":{"type":"array","items":{"type":"object","properties":{"deep":{"type":"bytes"}}}},
          "old":{"type":"boolean","description":"Deprecated: use mood."},
          "tagged":{"type":"union","refs":["#tag","com.example.notes.defs#tag"]}}}},
      "tag":{"type":"object","properties":{"again":{"type":"ref","ref":"#tag"}}},
      "happy":{"type":"token","description":"Glad."}}}
    """#,
    #"""
    {"lexicon":1,"id":"com.example.notes.defs","description":"Shared.","defs":{
      "tag":{"type":"object","properties":{"name":{"type":"string","format":"language"}}}}}
    """#,
    #"""
    {"lexicon":1,"id":"com.example.notes.getNote","defs":{"main":{"type":"query",
      "description":"Gets a `note<T>`; `` and `this stay.",
      "parameters":{"type":"params","properties":{"input":{"type":"string"}}},
      "output":{"encoding":"application/json","schema":{"type":"ref","ref":"com.example.notes.note"}},
      "errors":[{"name":"NotFound","description":"No such note."}]}}}
    """#,
    #"""
    {"lexicon":1,"id":"com.example.notes.subscribeNotes","defs":{"main":{"type":"subscription",
      "message":{"schema":{"type":"union","refs":["#gone"]}}},
      "gone":{"type":"object","properties":{"seq":{"type":"integer"}}}}}
    """#,
    #"""
    {"lexicon":1,"id":"com.example.notes.authBasic","defs":{"main":{"type":"permission-set",
      "title":"Notes","detail":"All notes.","permissions":[{"type":"permission",
      "resource":"repo","collection":["com.example.notes.note"]}]}}}
    """#,
  ]

  static func files(_ texts: [String] = documents) throws -> [String: String] {
    let sources = texts.enumerated().map {
      SourceFile(path: "\($0).json", bytes: Array($1.utf8))
    }
    let checked = CheckedCatalog.check(sources)
    let site = try DocumentationSite(checked.catalog.documents, title: "Notes & more")
    return Dictionary(uniqueKeysWithValues: site.files().map { ($0.path, $0.content) })
  }

  private static let package = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The site of `Lexicons/`.
  static func ofProject() throws -> [OutputFile] {
    let root = package.appending(path: "Lexicons")
    let files = try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".json") }.sorted()
      .map { path in
        SourceFile(path: path, bytes: [UInt8](try Data(contentsOf: root.appending(path: path))))
      }
    let documents = CheckedCatalog.check(files).catalog.documents
    return try DocumentationSite(documents, title: "Lexicons").files()
  }
}

extension String {
  /// The values of the attribute in all elements that have it.
  func attributes(_ name: String) -> [String] {
    components(separatedBy: " \(name)=\"").dropFirst().compactMap {
      $0.components(separatedBy: "\"").first
    }
  }
}
