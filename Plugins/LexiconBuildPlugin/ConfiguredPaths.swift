import Foundation
import PackagePlugin

/// The paths in `lexgen.yaml`, found with a parser for a small part of YAML, because a plugin
/// cannot use a full parser.
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

  /// The directories under a top-level key: one as plain or quoted text, or a list in brackets or on
  /// lines with a dash. `lexgen` reports an error if it reads other directories.
  ///
  /// - Returns: nil if the file does not have the key.
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
            "\(TargetLexicons.path(file)): '\(key)' lists '\(item)', which is not a directory; "
            + "the build plugin requires directories, as plain or quoted text, one value or a list"
        )
      }
      return url
    }
  }

  /// The documents in the files and directories under a top-level key, sorted.
  ///
  /// Every string under the key that is the path of a file or directory is included. That may be
  /// too many, but never too few: an unneeded dependency only causes another run of `lexgen`, which
  /// does not change anything.
  func documents(at key: String) -> [URL] {
    TargetLexicons.sorted(values(of: key).flatMap(documents(below:)))
  }

  /// The values from each line with the key up to the next top-level key.
  private func values(of key: String) -> [String] {
    lines.indices.filter { lines[$0].contains(key) }.flatMap { start in
      let rest = lines[start...].dropFirst().prefix { $0.first?.isLetter != true }
      return ([lines[start]] + rest).flatMap(scalars)
    }
  }

  /// The pieces of a line between YAML punctuation.
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

  /// A `#` starts a comment at the beginning of a line and after a space.
  private static func withoutComment(_ line: Substring) -> Substring {
    let text = line.range(of: " #").map { line[..<$0.lowerBound] } ?? line
    let trimmed = text.trimmingCharacters(in: .whitespaces)
    return trimmed.hasPrefix("#") ? "" : trimmed[...]
  }

  private static func scalar(_ text: Substring) -> String {
    text.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\"'"))
  }
}
