import ATProtoData
import ATProtoSyntax
import Foundation
import Lexicon
import LexiconIndex
import LexiconSamples
import Testing

/// The lexicons of the tests.
enum Lexicons {
  static let photo = NSID("com.example.photo")

  /// A record with every kind of schema.
  static let example = check([
    #"""
    {"lexicon":1,"id":"com.example.photo","defs":{
     "main":{"type":"record","key":"tid","record":{"type":"object","required":["createdAt"],
      "nullable":["note"],"properties":{
       "createdAt":{"type":"string","format":"datetime"},
       "title":{"type":"string","maxLength":100000},
       "note":{"type":"string"},
       "rating":{"type":"integer"},
       "isPublic":{"type":"boolean"},
       "mood":{"type":"string","knownValues":["happy","sad"]},
       "kind":{"type":"string","enum":["print","scan"]},
       "owner":{"type":"string","format":"did"},
       "page":{"type":"string","format":"uri"},
       "source":{"type":"cid-link"},
       "raw":{"type":"bytes"},
       "file":{"type":"blob"},
       "any":{"type":"unknown"},
       "place":{"type":"ref","ref":"#place"},
       "tags":{"type":"array","items":{"type":"string"}},
       "scores":{"type":"array","items":{"type":"integer"}},
       "places":{"type":"array","items":{"type":"ref","ref":"#place"}},
       "subject":{"type":"ref","ref":"com.example.defs#link"},
       "media":{"type":"union","refs":["#picture","#film","com.example.audio"]},
       "parts":{"type":"array","items":{"type":"union","refs":["#picture","#film"]}}}}},
     "place":{"type":"object","properties":{
       "name":{"type":"string"},"seenAt":{"type":"string","format":"datetime"},
       "inside":{"type":"ref","ref":"#place"}}},
     "picture":{"type":"object","required":["alt"],"properties":{
       "alt":{"type":"string"},"size":{"type":"integer"},"width":{"type":"integer"}}},
     "film":{"type":"object","properties":{
       "size":{"type":"string"},"length":{"type":"integer"}}}}}
    """#,
    #"""
    {"lexicon":1,"id":"com.example.audio","defs":{"main":{"type":"object","properties":{
      "size":{"type":"boolean"},"title":{"type":"string"}}}}}
    """#,
    #"""
    {"lexicon":1,"id":"com.example.defs","defs":{"link":{"type":"object","required":["uri"],
     "properties":{"uri":{"type":"string","format":"at-uri"},
      "cid":{"type":"string","format":"cid"}}}}}
    """#,
  ])

  static let plan = IndexPlan(example.catalog)
  static let photoPlan = plan[photo]!

  static func check(_ documents: [String]) -> CheckedCatalog {
    CheckedCatalog.check(
      documents.enumerated().map { SourceFile(path: "\($0).json", bytes: Array($1.utf8)) }
    )
  }

  /// Creates a valid photo with more fields.
  static func photo(_ fields: DataObject) -> DataValue {
    var object: DataObject = [
      "$type": "com.example.photo", "createdAt": "2026-01-02T03:04:05.678901Z",
    ]
    for (key, value) in fields { object[key] = value }
    return .object(object)
  }

  /// The entries of a photo, which must be valid.
  static func entries(
    _ fields: DataObject,
    location: Testing.SourceLocation = #_sourceLocation
  ) -> IndexEntries {
    let entries = plan.entries(of: photo(fields), in: photo)
    #expect(entries.isValid, "\(entries.problem ?? "")", sourceLocation: location)
    return entries
  }

  /// The lexicons of this package, and the official ones if they are there.
  static let packaged: CheckedCatalog = {
    let package = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let directories = ["Lexicons", "../shared/reference/lexicons"].map {
      package.appending(path: $0)
    }
    // The first file with an NSID is used, so that both directories may have it.
    var seen: Set<String> = []
    var files: [SourceFile] = []
    for directory in directories {
      let walk = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
      while let file = walk?.nextObject() as? URL {
        guard file.pathExtension == "json", let data = try? Data(contentsOf: file) else { continue }
        let path = String(
          file.standardizedFileURL.path.dropFirst(
            directory.standardizedFileURL.path.count
          )
        )
        if seen.insert(path).inserted {
          files.append(SourceFile(path: String(path.dropFirst()), bytes: Array(data)))
        }
      }
    }
    return CheckedCatalog.check(files)
  }()
}

extension IndexEntries {
  /// The values of a field of the example by its path.
  func values(_ path: String, _ plan: CollectionPlan = Lexicons.photoPlan) -> [IndexValue?] {
    let numbers = plan.fields.filter { $0.path == path }.map(\.number)
    return values.filter { numbers.contains($0.field) }.map(\.value)
  }

  /// `path target`, sorted.
  var linkTexts: [String] { links.map { "\($0.path) \($0.target)" }.sorted() }
}
