import Lexicon
import LexiconProject

/// `check --fix`: applies the corrections of the findings file by file until none are left.
struct FindingsFix {
  /// The maximum number of rounds, because one correction can enable another.
  private static let maximumRounds = 8

  let options: InputSelection
  /// Settings of rules in addition to those of the configuration.
  let rules: [RuleSettings.Entry]

  init(_ options: InputSelection, rules: [RuleSettings.Entry]) {
    self.options = options
    self.rules = rules
  }

  func run() throws {
    var counts: [String: Int] = [:]
    var refused: Set<String> = []
    var yaml: [String: Int] = [:]
    for _ in 0..<Self.maximumRounds {
      let check = try ProjectCheck(options, rules: rules)
      let findings = check.findings(isLocated: false)
      var edits: [String: [TextEdit]] = [:]
      for finding in findings where !finding.edits.isEmpty {
        edits[finding.diagnostic.location.path, default: []] += finding.edits
      }
      yaml = Self.fixable(.yaml, among: findings)
      var isChanged = false
      for file in check.sources.ownFiles where !refused.contains(file.path) {
        guard let edits = edits[file.path] else { continue }
        guard let count = try apply(edits, to: file, check.sources.features) else {
          refused.insert(file.path)
          continue
        }
        counts[file.path, default: 0] += count
        isChanged = true
      }
      if !isChanged { break }
    }
    for (path, count) in counts.sorted(by: { $0.key < $1.key }) {
      Terminal.progress("\(path): fixed \(Terminal.count(count, "finding"))")
    }
    for (path, count) in yaml.sorted(by: { $0.key < $1.key }) {
      Terminal.progress(
        "\(path): \(Terminal.count(count, "finding")) to fix by hand; --fix changes only JSON"
      )
    }
  }

  /// The number of findings with a safe correction, by file, in the files of a format.
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

  /// Applies corrections and returns their number, or nil if the file must not be changed.
  private func apply(
    _ edits: [TextEdit],
    to file: SourceFile,
    _ features: LexiconFeatures
  ) throws -> Int? {
    guard let (bytes, count) = file.corrected(with: edits, features: features) else {
      Terminal.error(
        "\(file.path): error: cannot apply the corrections: they conflict; the file is unchanged"
      )
      return nil
    }
    try file.replace(with: bytes)
    return count
  }
}

extension SourceFile {
  /// Replaces the content of the file. Throws if it is a symbolic link, which must not be replaced.
  func replace(with bytes: [UInt8]) throws {
    do throws(FileSystem.Failure) {
      guard FileSystem.entryWithoutFollowing(path)?.kind == .file else {
        throw FileSystem.Failure(
          path: path,
          description: "cannot write: symbolic link; name the file itself"
        )
      }
      try FileSystem.write(bytes, to: path)
    } catch {
      throw CommandFailure(error)
    }
  }
}
