import ATProtoSyntax
import ArgumentParser
import Foundation
import Lexicon
import LexiconResolution

/// Files with Lexicon documents, as an author keeps them.
struct LexiconFiles {
  private(set) var files: [SourceFile]
  /// The files that were named by themselves.
  let named: Set<String>

  /// Far more than any real directory of lexicons has.
  private static let maximumFiles = 20_000
  private static let maximumFileBytes = 16 << 20
  private static let maximumTotalBytes = 256 << 20

  /// Reads files, and the documents below directories. Names that begin with a dot are passed over.
  init(_ paths: [String]) throws {
    var places: Set<String> = []
    var named: Set<String> = []
    for path in paths {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        throw LexiconError(.fileFailed, "cannot find \(path)")
      }
      if isDirectory.boolValue {
        places.formUnion(try Self.documents(below: path))
      } else {
        named.insert(path)
      }
    }
    self.named = named
    files = []
    var total = 0
    for path in places.union(named).sorted() {
      let file = try Self.file(path)
      total += file.bytes.count
      guard total <= Self.maximumTotalBytes else {
        throw LexiconError(
          .tooLarge,
          "the files have more than \(Self.maximumTotalBytes >> 20) MiB together"
        )
      }
      files.append(file)
    }
  }

  /// The files without those at the places of installed documents.
  func excluding(_ installed: Set<NSID>, below directory: String) -> LexiconFiles {
    let prefix = directory.hasSuffix("/") ? directory : "\(directory)/"
    let paths = Set(installed.map { prefix + LexiconFile.path(of: $0) })
    var others = self
    others.files.removeAll { paths.contains($0.path) }
    return others
  }

  private static func documents(below directory: String) throws -> [String] {
    let prefix = directory.hasSuffix("/") ? directory : "\(directory)/"
    let names = FileManager.default.enumerator(atPath: directory)
    var paths: [String] = []
    while let name = names?.nextObject() as? String {
      var isDirectory: ObjCBool = false
      guard DocumentFormat(path: name) != nil,
        !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
        FileManager.default.fileExists(atPath: prefix + name, isDirectory: &isDirectory),
        !isDirectory.boolValue
      else { continue }
      paths.append(prefix + name)
      guard paths.count <= maximumFiles else {
        throw LexiconError(.tooMany, "\(directory) has more than \(maximumFiles) files")
      }
    }
    return paths
  }

  private static func file(_ path: String) throws -> SourceFile {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(filePath: path).resolvingSymlinksInPath().path
    )
    // Reading a pipe would wait for someone who writes.
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let handle = FileHandle(forReadingAtPath: path)
    else { throw LexiconError(.fileFailed, "cannot read \(path)") }
    let data = try handle.read(upToCount: maximumFileBytes + 1) ?? Data()
    guard data.count <= maximumFileBytes else {
      throw LexiconError(.tooLarge, "\(path) is larger than \(maximumFileBytes >> 20) MiB")
    }
    return SourceFile(path: path, bytes: [UInt8](data))
  }
}
