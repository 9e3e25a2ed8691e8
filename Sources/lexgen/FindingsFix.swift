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
    var yaml: [String: Int] = [:]
    for _ in 0..<Self.maximumRounds {
      let gate = try Gate(options, isLocated: false)
      var edits: [String: [TextEdit]] = [:]
      for finding in gate.findings where !finding.edits.isEmpty {
        edits[finding.diagnostic.location.path, default: []] += finding.edits
      }
      yaml = Self.fixable(.yaml, among: gate.findings)
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
    for (path, count) in yaml.sorted(by: { $0.key < $1.key }) {
      Terminal.progress("\(path): \(count) to correct by hand: --fix changes only JSON")
    }
  }

  /// How many findings of rules that have a safe answer there are in each file of a format.
  private static func fixable(
    _ format: DocumentFormat,
    among findings: [Finding]
  ) -> [String: Int] {
    var counts: [String: Int] = [:]
    for finding in findings {
      let path = finding.diagnostic.location.path
      guard DocumentFormat(path: path) == format,
        Rule[id: finding.diagnostic.rule]?.isFixable == true
      else { continue }
      counts[path, default: 0] += 1
    }
    return counts
  }

  /// How many changes were made; nil where the file must stay as it is.
  private func apply(_ edits: [TextEdit], to file: SourceFile) throws -> Int? {
    let (bytes, count) = TextEdit.apply(edits, to: file.bytes)
    let before = LexiconDocument.parse(file).errorCount
    let after = LexiconDocument.parse(SourceFile(path: file.path, bytes: bytes)).errorCount
    guard after <= before else {
      Terminal.error("\(file.path): error: the corrections do not fit together; none is made")
      return nil
    }
    try file.replace(with: bytes)
    return count
  }
}

extension DocumentParseResult {
  fileprivate var errorCount: Int { diagnostics.count { $0.severity == .error } }
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
