import Foundation
import PackagePlugin

/// The paths that `lexgen.yaml` names, found with a few rules of YAML only: a plugin has no parser
/// for it.
struct ConfiguredPaths {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private let file: URL
  private let lines: [Substring]

  init(_ configuration: URL) {
    file = configuration
    let text = (try? String(contentsOf: configuration, encoding: .utf8)) ?? ""
    lines = text.split(whereSeparator: \.isNewline)
  }

  /// The folders that `key` names, a key of the whole file: one as plain or quoted text, or a list
  /// of them in brackets or on lines with a dash. `lexgen` refuses to generate where it reads others.
  ///
  /// - Returns: nil where the key is not there.
  func folders(at key: String) throws -> [URL]? {
    guard let start = lines.firstIndex(where: { $0.hasPrefix("\(key):") }) else { return nil }
    let inline = Self.withoutComment(lines[start].dropFirst(key.count + 1))
    let items: [Substring]
    if inline.isEmpty {
      items = lines[start...].dropFirst().lazy.map(Self.withoutComment).filter { !$0.isEmpty }
        .prefix { $0.hasPrefix("- ") }.map { $0.dropFirst(2) }
    } else if inline.hasPrefix("["), inline.hasSuffix("]") {
      items = inline.dropFirst().dropLast().split(separator: ",")
    } else {
      items = [inline]
    }
    return try items.map(Self.scalar).map { item in
      let url = url(of: item)
      guard !item.isEmpty, Self.isFolder(url) else {
        throw Failure(
          description:
            "\(TargetLexicons.path(file)): '\(key)' names '\(item)', which is no folder; "
            + "the build plugin takes folders, whose paths spell NSIDs, each as plain or quoted "
            + "text, alone or in a list"
        )
      }
      return url
    }
  }

  /// The documents below what `key`, a key of the whole file, names; sorted.
  ///
  /// Whatever stands at the key and names a file or a folder is taken for one. That may be too much,
  /// never too little: a build that depends on a file in vain runs `lexgen` once more, which then
  /// changes nothing.
  func documents(at key: String) -> [URL] {
    TargetLexicons.sorted(values(of: key).flatMap(documents(below:)))
  }

  /// From each line that has the key to the next key of the whole file.
  private func values(of key: String) -> [String] {
    lines.indices.filter { lines[$0].contains(key) }.flatMap { start in
      let rest = lines[start...].dropFirst().prefix { $0.first?.isLetter != true }
      return ([lines[start]] + rest).flatMap(scalars)
    }
  }

  /// The pieces of a line between the marks of YAML.
  private func scalars(_ line: Substring) -> [String] {
    line.split { "[]{},#".contains($0) }
      .flatMap { $0.replacing(": ", with: "\n").replacing("- ", with: "\n").split(separator: "\n") }
      .map(Self.scalar)
      .filter { !$0.isEmpty }
  }

  private func documents(below path: String) -> [URL] {
    let url = url(of: path)
    if Self.isFolder(url) { return TargetLexicons.documents(below: url) }
    let exists = FileManager.default.fileExists(atPath: url.path(percentEncoded: false))
    return exists && TargetLexicons.isDocument(url) ? [url] : []
  }

  private func url(of path: String) -> URL {
    let place =
      path.hasPrefix("/")
      ? URL(filePath: path) : file.deletingLastPathComponent().appending(path: path)
    return place.standardizedFileURL
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    let path = url.path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// A `#` begins a comment at the begin of a line and behind a space.
  private static func withoutComment(_ line: Substring) -> Substring {
    let text = line.range(of: " #").map { line[..<$0.lowerBound] } ?? line
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    return trimmed.hasPrefix("#") ? "" : trimmed[...]
  }

  private static func scalar(_ text: Substring) -> String {
    text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\"'"))
  }
}
