import Foundation
import PackagePlugin

/// The documents that a key of `lexgen.yaml` names, found without reading YAML: a plugin has no
/// parser for it.
///
/// Whatever stands at the key and names a file or a folder is taken for one. That may be too much,
/// never too little: a build that depends on a file in vain runs `lexgen` once more, which then
/// changes nothing.
struct ConfiguredPaths {
  private let folder: URL
  private let lines: [Substring]

  init(_ configuration: URL) {
    folder = configuration.deletingLastPathComponent()
    let text = (try? String(contentsOf: configuration, encoding: .utf8)) ?? ""
    lines = text.split(whereSeparator: \.isNewline)
  }

  /// The documents below what `key`, a key of the whole file, names; sorted.
  func documents(at key: String) -> [URL] {
    Set(values(of: key).flatMap(documents(below:))).sorted {
      $0.path(percentEncoded: false) < $1.path(percentEncoded: false)
    }
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
      .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r\"'")) }
      .filter { !$0.isEmpty }
  }

  private func documents(below path: String) -> [URL] {
    let place = path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path)
    let url = place.standardizedFileURL
    var isFolder: ObjCBool = false
    guard
      FileManager.default.fileExists(
        atPath: url.path(percentEncoded: false),
        isDirectory: &isFolder
      )
    else { return [] }
    guard isFolder.boolValue else { return LexiconFolder.isDocument(url) ? [url] : [] }
    let found = FileManager.default.enumerator(
      at: url,
      includingPropertiesForKeys: nil,
      options: .skipsHiddenFiles
    )
    return (found?.compactMap { $0 as? URL } ?? []).filter(LexiconFolder.isDocument)
  }
}
