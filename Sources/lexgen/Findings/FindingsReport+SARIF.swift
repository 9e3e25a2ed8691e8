import ATProtoData
import Lexicon
import LexiconProject

// Static Analysis Results Interchange Format 2.1.0 (OASIS standard, 27 March 2020).
extension FindingsReport {
  func sarif() -> String {
    // The rule of every finding is described (3.19.23), including rules that are not listed.
    var rules = rules
    var positions: [String: Int] = [:]
    for (position, rule) in rules.enumerated() { positions[rule.id] = position }
    for finding in shown where positions[finding.diagnostic.rule] == nil {
      let diagnostic = finding.diagnostic
      positions[diagnostic.rule] = rules.count
      rules.append(
        DiagnosticRule(
          id: diagnostic.rule,
          severity: diagnostic.severity,
          summary: diagnostic.rule,
          explanation: diagnostic.message
        )
      )
    }
    let driver: DataValue = .object([
      "name": .string("lexgen"), "rules": .array(rules.map(\.sarif)),
    ])
    var run: DataValue = .object([
      "tool": .object(["driver": driver]),
      // 3.14.17: the unit of columns.
      "columnKind": .string("unicodeCodePoints"),
      "results": .array(shown.map { $0.sarif(rule: positions[$0.diagnostic.rule]) }),
    ])
    if !properties.isEmpty { run["properties"] = .texts(properties) }
    let log: DataValue = .object([
      "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"),
      "version": .string("2.1.0"), "runs": .array([run]),
    ])
    return log.jsonString() + "\n"
  }

  /// A URI reference (RFC 3986): relative paths stay relative (3.4.3).
  static func uri(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: text.append(byte)
      default: text += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    let reference = String(decoding: text, as: UTF8.self)
    return path.hasPrefix("/") ? "file://\(reference)" : reference
  }
}

extension DiagnosticRule {
  /// 3.49, reportingDescriptor.
  fileprivate var sarif: DataValue {
    .object([
      "id": .string(id), "shortDescription": .object(["text": .string(summary)]),
      "fullDescription": .object(["text": .string(explanation)]),
      "help": .object(["text": .string(explanation)]),
      "defaultConfiguration": .object(["level": .string(severity.rawValue)]),
    ])
  }
}

extension Finding {
  /// 3.27, result.
  fileprivate func sarif(rule: Int?) -> DataValue {
    var result: DataValue = .object([
      "ruleId": .string(diagnostic.rule), "level": .string(diagnostic.severity.rawValue),
      "message": .object(["text": .string(diagnostic.message)]),
      "locations": .array([diagnostic.location.sarif(end: end)]),
    ])
    if let rule { result["ruleIndex"] = .integer(rule) }
    if !diagnostic.notes.isEmpty {
      result["relatedLocations"] = .array(
        diagnostic.notes.enumerated().map { position, note in
          var location = note.location.sarif(end: noteEnds[position])
          location["id"] = .integer(position)
          location["message"] = .object(["text": .string(note.message)])
          return location
        }
      )
    }
    if let nsid, let path {
      // 3.27.17: stable when lines move.
      result["partialFingerprints"] = .texts(["place/v1": "\(diagnostic.rule) \(nsid) \(path)"])
    }
    if !edits.isEmpty { result["fixes"] = .array([sarifFix]) }
    if !properties.isEmpty { result["properties"] = .texts(properties) }
    return result
  }

  /// 3.55, fix.
  private var sarifFix: DataValue {
    let replacements = edits.map { edit -> DataValue in
      .object([
        "deletedRegion": .object([
          "byteOffset": .integer(edit.range.lowerBound), "byteLength": .integer(edit.range.count),
        ]),
        "insertedContent": .object(["text": .string(edit.replacement)]),
      ])
    }
    let file = FindingsReport.uri(diagnostic.location.path)
    let change: DataValue = .object([
      "artifactLocation": .object(["uri": .string(file)]), "replacements": .array(replacements),
    ])
    return .object(["artifactChanges": .array([change])])
  }
}

extension SourceLocation {
  /// 3.28, location.
  fileprivate func sarif(end: SourceLocation?) -> DataValue {
    var region: DataObject = ["startLine": .integer(line), "startColumn": .integer(column)]
    if let end {
      // 3.30.8: the column after the region.
      region["endLine"] = .integer(end.line)
      region["endColumn"] = .integer(end.column)
    }
    return .object([
      "physicalLocation": .object([
        "artifactLocation": .object(["uri": .string(FindingsReport.uri(path))]),
        "region": .object(region),
      ])
    ])
  }
}
