import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Foundation
import Lexicon
import XRPC

/// Checks what goes to a method and comes from it by lexicons in files: no type was generated.
struct MethodLexicons: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file or folder with lexicons; parameters, input and output are checked by them.",
      valueName: "path"
    )
  )
  var lexicons: [String] = []

  /// No folder of lexicons comes near.
  private static let maximumFiles = 20_000
  private static let maximumFileBytes = 16 << 20

  /// Nil where no lexicons were given.
  func method(_ nsid: NSID, _ kind: MethodSchemaCheck.Kind) throws -> MethodSchemaCheck? {
    guard !lexicons.isEmpty else { return nil }
    let checked = CheckedCatalog.check(try lexicons.flatMap { try Self.files(at: $0) })
    guard let document = checked.catalog[nsid.string] else {
      let errors = checked.diagnostics.filter { $0.severity == .error }.prefix(5)
      throw ClientFailure(
        reason: "the lexicons do not have \(nsid)",
        details: errors.map { "\($0)" }
      )
    }
    switch (document[definition: "main"]?.kind, kind) {
    case (.query(let schema)?, .query), (.procedure(let schema)?, .procedure):
      return MethodSchemaCheck(schema, checked.catalog)
    case (let other?, _):
      let type = Definition(name: Located("main", at: document.id.location), kind: other).typeName
      throw ClientFailure(reason: "\(nsid) is a \(type), no \(kind.rawValue)")
    case (nil, _):
      throw ClientFailure(reason: "\(nsid) is no method")
    }
  }

  private static func files(at path: String) throws -> [SourceFile] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ClientFailure(reason: "no such file or folder: \(path)")
    }
    var paths = [path]
    if isFolder.boolValue {
      let names = FileManager.default.enumerator(atPath: path)
      paths = []
      while let name = names?.nextObject() as? String {
        guard DocumentFormat(path: name) != nil else { continue }
        paths.append("\(path)/\(name)")
        guard paths.count <= maximumFiles else {
          throw ClientFailure(reason: "\(path) has more than \(maximumFiles) documents")
        }
      }
    }
    return try paths.sorted().map { path in
      guard let handle = FileHandle(forReadingAtPath: path),
        let data = try handle.read(upToCount: maximumFileBytes + 1),
        data.count <= maximumFileBytes
      else { throw ClientFailure(reason: "cannot read \(path)") }
      return SourceFile(path: path, bytes: [UInt8](data))
    }
  }
}
