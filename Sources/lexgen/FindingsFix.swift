import Lexicon

/// `check --fix`: makes the changes that findings offer, file by file, until there are none.
struct FindingsFix {
  /// One change can make room for another; more rounds than this do not happen.
  private static let maximumRounds = 8

  let options: InputOptions

  init(_ options: InputOptions) {
    self.options = options
  }

  func run() throws {
    var counts: [String: Int] = [:]
    var refused: Set<String> = []
    for _ in 0..<Self.maximumRounds {
      let gate = try Gate(options, isLocated: false)
      var edits: [String: [TextEdit]] = [:]
      for finding in gate.findings where !finding.edits.isEmpty {
        edits[finding.diagnostic.location.path, default: []] += finding.edits
      }
      var isChanged = false
      for file in gate.files where !refused.contains(file.path) {
        guard let edits = edits[file.path] else { continue }
        guard let count = try apply(edits, to: file) else {
          refused.insert(file.path)
          continue
        }
        counts[file.path, default: 0] += count
        isChanged = true
      }
      if !isChanged { break }
    }
    for (path, count) in counts.sorted(by: { $0.key < $1.key }) {
      Terminal.progress("\(path): \(count) corrected")
    }
  }

  /// How many changes were made; nil where the file must stay as it is.
  private func apply(_ edits: [TextEdit], to file: SourceFile) throws -> Int? {
    let (bytes, count) = TextEdit.apply(edits, to: file.bytes)
    let before = LexiconDocument.parse(file)
    let after = LexiconDocument.parse(SourceFile(path: file.path, bytes: bytes))
    guard after.diagnostics.count < before.diagnostics.count || !after.hasErrors else {
      Terminal.error("\(file.path): error: the corrections do not fit together; none is made")
      return nil
    }
    try file.replace(with: bytes)
    return count
  }
}

extension SourceFile {
  /// Writes other bytes in the file's place. A link is not replaced by a file: that is refused.
  func replace(with bytes: [UInt8]) throws {
    do throws(FileSystem.Failure) {
      guard FileSystem.entryWithoutFollowing(path)?.kind == .file else {
        throw FileSystem.Failure(path: path, description: "is a link; name the file itself")
      }
      try FileSystem.write(bytes, to: path)
    } catch {
      Terminal.error("\(path): error: \(error.description)")
      throw Status.usage
    }
  }
}
