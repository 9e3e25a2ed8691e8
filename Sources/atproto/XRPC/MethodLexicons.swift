import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Foundation
import Lexicon
import XRPC

/// Checks the calls of a method against lexicons in files, without generated types.
struct MethodLexicons: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Check parameters, input and output against the lexicons in this file or directory.",
      valueName: "path"
    )
  )
  var lexicons: [String] = []

  /// Far more than any real directory of lexicons contains.
  private static let maximumFiles = 20_000
  private static let maximumFileBytes = 16 << 20

  /// Returns nil if no lexicons were given.
  func method(_ nsid: NSID, _ kind: MethodSchemaCheck.Kind) throws -> MethodSchemaCheck? {
    guard !lexicons.isEmpty else { return nil }
    let checked = CheckedCatalog.check(try lexicons.flatMap { try Self.files(at: $0) })
    guard let document = checked.catalog[nsid.string] else {
      let errors = checked.diagnostics.filter { $0.severity == .error }.prefix(5)
      throw CommandError(
        reason: "cannot find \(nsid) in the lexicons",
        details: errors.map { "\($0)" }
      )
    }
    switch (document[definition: "main"]?.kind, kind) {
    case (.query(let schema)?, .query), (.procedure(let schema)?, .procedure):
      return MethodSchemaCheck(schema, checked.catalog)
    case (let other?, _):
      let type = Definition(name: Located("main", at: document.id.location), kind: other).typeName
      throw CommandError(reason: "\(nsid) is a \(type), not a \(kind.rawValue)")
    case (nil, _):
      throw CommandError(reason: "\(nsid) is not a method")
    }
  }

  private static func files(at path: String) throws -> [SourceFile] {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw CommandError(reason: "cannot find \(path)")
    }
    var paths = [path]
    if isDirectory.boolValue {
      let names = FileManager.default.enumerator(atPath: path)
      paths = []
      while let name = names?.nextObject() as? String {
        guard DocumentFormat(path: name) != nil else { continue }
        paths.append("\(path)/\(name)")
        guard paths.count <= maximumFiles else {
          throw CommandError(reason: "\(path) has more than \(maximumFiles) lexicons")
        }
      }
    }
    return try paths.sorted().map { path in
      guard let handle = FileHandle(forReadingAtPath: path),
        let data = try handle.read(upToCount: maximumFileBytes + 1),
        data.count <= maximumFileBytes
      else { throw CommandError(reason: "cannot read \(path)") }
      return SourceFile(path: path, bytes: [UInt8](data))
    }
  }
}
