import ATProtoData
import Lexicon

/// Known findings that are not reported for now.
///
/// They are identified by rule, NSID, and path in the document, not by line, so moving text has no
/// effect. Errors in the language are never part of a baseline.
package struct Baseline {
  package struct Key: Hashable, Comparable {
    package var nsid: String
    package var path: String
    package var rule: String

    package static func < (lhs: Key, rhs: Key) -> Bool {
      (lhs.nsid, lhs.path, lhs.rule) < (rhs.nsid, rhs.path, rhs.rule)
    }
  }

  private var counts: [Key: Int] = [:]

  package init(_ findings: [Finding]) {
    for key in findings.compactMap(Self.key) { counts[key, default: 0] += 1 }
  }

  /// The number of findings that no longer exist, after a call of ``unknown(among:)``.
  ///
  /// - Parameter isChecked: whether the document with an NSID was checked.
  package func outdated(where isChecked: (String) -> Bool) -> Int {
    counts.reduce(0) { isChecked($1.key.nsid) ? $0 + $1.value : $0 }
  }

  /// Adds the findings of another baseline in documents that were not checked.
  ///
  /// - Parameter isChecked: whether the document with an NSID was checked.
  package mutating func keep(_ other: Baseline, unless isChecked: (String) -> Bool) {
    for (key, count) in other.counts where !isChecked(key.nsid) { counts[key] = count }
  }

  /// Returns the findings that are not in the baseline. Each entry matches one finding.
  package mutating func unknown(among findings: [Finding]) -> [Finding] {
    findings.filter { finding in
      guard let key = Self.key(finding), let count = counts[key], count > 0 else { return true }
      counts[key] = count - 1
      return false
    }
  }

  private static func key(_ finding: Finding) -> Key? {
    let isOfLanguage = Rule[id: finding.diagnostic.rule]?.isOfLanguage ?? true
    if finding.diagnostic.severity == .error, isOfLanguage { return nil }
    guard let nsid = finding.nsid, let path = finding.path else { return nil }
    return Key(nsid: nsid, path: path, rule: finding.diagnostic.rule)
  }

  /// JSON with one finding per line, sorted, so that changes are easy to review.
  package var text: String {
    let lines = counts.sorted { $0.key < $1.key }.map { key, count in
      let value: DataValue = .object([
        "nsid": .string(key.nsid), "path": .string(key.path), "rule": .string(key.rule),
        "count": .integer(count),
      ])
      return "    \(value.jsonString())"
    }
    return "{\n  \"baseline\": 1,\n  \"findings\": [\n\(lines.joined(separator: ",\n"))\n  ]\n}\n"
  }

  /// - Throws: the reason why the file cannot be read or is not a baseline.
  package static func load(
    _ path: String,
    from provider: any FileProvider = DiskFiles()
  ) throws(CommandFailure) -> Baseline {
    let bytes: [UInt8]
    do throws(FileSystem.Failure) {
      bytes = try provider.read(path, limit: InputReader.fileSizeLimit)
    } catch {
      throw CommandFailure(path: path, error.description)
    }
    let tree = LocatedTree.read(SourceFile(path: path, bytes: bytes), as: .json)
    guard let root = tree.root, let baseline = Baseline(root) else {
      throw CommandFailure(
        path: path,
        "not a baseline of lexgen check",
        diagnostics: tree.diagnostics
      )
    }
    return baseline
  }

  private init?(_ root: LocatedValue) {
    guard case .integer(1)? = root["baseline"]?.kind,
      case .array(let findings)? = root["findings"]?.kind
    else { return nil }
    for finding in findings {
      guard case .string(let nsid)? = finding["nsid"]?.kind,
        case .string(let path)? = finding["path"]?.kind,
        case .string(let rule)? = finding["rule"]?.kind,
        case .integer(let count)? = finding["count"]?.kind, (1...1_000_000).contains(count)
      else { return nil }
      counts[Key(nsid: nsid, path: path, rule: rule)] = count
    }
  }
}
