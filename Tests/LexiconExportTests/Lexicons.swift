import Foundation
import Lexicon

/// Documents for the tests of this target.
enum Lexicons {
  /// Every type, and every constraint that has a rule for exporting.
  static let everything = """
    {"lexicon":1,"id":"com.example.thing","description":"Doc","defs":{
      "main":{"type":"record","key":"tid","description":"A thing.","record":{"type":"object",
        "required":["text","when"],"nullable":["note"],"properties":{
          "text":{"type":"string","minLength":5,"maxLength":3000,"maxGraphemes":300},
          "when":{"type":"string","format":"datetime"},
          "note":{"type":"string","knownValues":["a","b"]},
          "kind":{"type":"string","enum":["x","y"]},
          "count":{"type":"integer","minimum":1,"maximum":9,"default":3},
          "flag":{"type":"boolean","const":true},
          "key":{"type":"bytes","minLength":1,"maxLength":4},
          "link":{"type":"cid-link"},
          "picture":{"type":"blob","accept":["image/*"],"maxSize":1000},
          "tags":{"type":"array","items":{"type":"string"},"minLength":1,"maxLength":2},
          "part":{"type":"ref","ref":"#part"},
          "open":{"type":"union","refs":["#part"]},
          "closed":{"type":"union","closed":true,"refs":["#part"]},
          "any":{"type":"unknown"}}}},
      "part":{"type":"object","properties":{"id":{"type":"string","format":"did"}}},
      "sign":{"type":"token","description":"A sign."}
    }}
    """

  static let query = """
    {"lexicon":1,"id":"com.example.getThing","defs":{"main":{"type":"query",
      "description":"Gets one.",
      "parameters":{"type":"params","required":["id"],"properties":{
        "id":{"type":"string","description":"Which."},
        "tags":{"type":"array","items":{"type":"string"}}}},
      "output":{"encoding":"application/json",
        "schema":{"type":"ref","ref":"com.example.thing#part"}},
      "errors":[{"name":"NotFound","description":"No such thing."}]}}}
    """

  static let procedure = """
    {"lexicon":1,"id":"com.example.putThing","defs":{"main":{"type":"procedure",
      "input":{"encoding":"*/*"},
      "output":{"encoding":"application/json","schema":{"type":"object","properties":{}}}}}}
    """

  static let subscription = """
    {"lexicon":1,"id":"com.example.subscribeThings","defs":{"main":{"type":"subscription",
      "message":{"schema":{"type":"union","refs":["#gone"]}}},
      "gone":{"type":"object","properties":{}}}}
    """

  static let permissionSet = """
    {"lexicon":1,"id":"com.example.authThings","defs":{"main":{"type":"permission-set",
      "title":"Things","title:lang":{"de":"Dinge"},"permissions":[{"type":"permission","resource":"repo",
      "collection":["com.example.thing"]}]}}}
    """

  static let all = [everything, query, procedure, subscription, permissionSet]

  static func checked(_ texts: [String]) -> CheckedCatalog {
    CheckedCatalog.check(
      texts.enumerated().map { SourceFile(path: "\($0).json", bytes: Array($1.utf8)) }
    )
  }

  private static let package = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The documents of `Lexicons/`, and the official ones if they are next to the project.
  static let folders: [String] = ["Lexicons", "../shared/reference/lexicons"].filter {
    FileManager.default.fileExists(atPath: package.appending(path: $0).path)
  }

  static func folder(_ name: String) throws -> CheckedCatalog {
    CheckedCatalog.check(try files(name))
  }

  /// The texts of the documents in a folder.
  static func texts(_ name: String) throws -> [String] {
    try files(name).map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  private static func files(_ name: String) throws -> [SourceFile] {
    let root = package.appending(path: name)
    return try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".json") }.sorted()
      .map { path in
        SourceFile(path: path, bytes: [UInt8](try Data(contentsOf: root.appending(path: path))))
      }
  }
}
