import ATProtoData
import Lexicon
import LexiconProject

extension FindingsReport {
  /// A single object on one line:
  ///
  ///     {"format": 1, "command": "check",
  ///      "summary": {"errors": 0, "warnings": 1, "notes": 0, "known": 0, …},
  ///      "findings": [{"rule": "…", "severity": "warning", "message": "…",
  ///        "file": "…", "line": 1, "column": 1, "offset": 0,
  ///        "nsid": "…", "path": "/defs/main", "properties": {…},
  ///        "related": [{"message": "…", "file": "…", "line": 1, "column": 1, "offset": 0}],
  ///        "edits": [{"start": 0, "end": 1, "text": "…"}]}]}
  ///
  /// Lines and columns start at 1, columns in Unicode scalars; offsets are in UTF-8 bytes. `nsid`,
  /// `path`, `properties`, `related`, and `edits` are omitted if empty. New keys may be added, but
  /// the meaning of existing keys does not change while `format` is 1.
  func json() -> String {
    var summary: DataValue = .object([
      "errors": .integer(count(.error)), "warnings": .integer(count(.warning)),
      "notes": .integer(count(.note)), "known": .integer(knownCount),
    ])
    for (key, value) in properties { summary[key] = .string(value) }
    let report: DataValue = .object([
      "format": .integer(1), "command": .string(command), "summary": summary,
      "findings": .array(findings.map(\.json)),
    ])
    return report.jsonString() + "\n"
  }
}

extension Finding {
  fileprivate var json: DataValue {
    var value = diagnostic.location.json(diagnostic.message)
    value["rule"] = .string(diagnostic.rule)
    value["severity"] = .string(diagnostic.severity.rawValue)
    if let nsid { value["nsid"] = .string(nsid) }
    if let path { value["path"] = .string(path) }
    if !properties.isEmpty { value["properties"] = .texts(properties) }
    if !diagnostic.notes.isEmpty {
      value["related"] = .array(diagnostic.notes.map { $0.location.json($0.message) })
    }
    if !edits.isEmpty {
      value["edits"] = .array(
        edits.map { edit in
          .object([
            "start": .integer(edit.range.lowerBound), "end": .integer(edit.range.upperBound),
            "text": .string(edit.replacement),
          ])
        }
      )
    }
    return value
  }
}

extension SourceLocation {
  fileprivate func json(_ message: String) -> DataValue {
    .object([
      "message": .string(message), "file": .string(path), "line": .integer(line),
      "column": .integer(column), "offset": .integer(offset),
    ])
  }
}

extension DataValue {
  static func texts(_ texts: [String: String]) -> DataValue {
    var object = DataObject()
    for (key, text) in texts { object[key] = .string(text) }
    return .object(object)
  }
}
