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
  ///        "endLine": 1, "endColumn": 2, "endOffset": 1,
  ///        "nsid": "…", "path": "/defs/main", "properties": {…},
  ///        "related": [{"message": "…", "file": "…", "line": 1, "column": 1, "offset": 0, …}],
  ///        "edits": [{"start": 0, "end": 1, "text": "…"}]}]}
  ///
  /// Lines and columns start at 1, columns in Unicode scalars; offsets are in UTF-8 bytes. Ends are
  /// exclusive, and absent if the file cannot be read. `hidden` counts the findings below the
  /// severity that was asked for. `nsid`, `path`, `properties`, `related`, and `edits` are omitted if
  /// empty. New keys may be added, but the meaning of existing keys does not change while `format`
  /// is 1.
  func json() -> String {
    var summary: DataValue = .object([
      "errors": .integer(count(.error)), "warnings": .integer(count(.warning)),
      "notes": .integer(count(.note)), "known": .integer(knownCount),
      "hidden": .integer(hiddenCount),
    ])
    for (key, value) in properties { summary[key] = .string(value) }
    if let isComplete { summary["complete"] = .boolean(isComplete) }
    let report: DataValue = .object([
      "format": .integer(1), "command": .string(command), "summary": summary,
      "findings": .array(shown.map(\.json)),
    ])
    return report.jsonString() + "\n"
  }
}

extension Finding {
  fileprivate var json: DataValue {
    var value = diagnostic.location.json(diagnostic.message, end: end)
    value["rule"] = .string(diagnostic.rule)
    value["severity"] = .string(diagnostic.severity.rawValue)
    if let nsid { value["nsid"] = .string(nsid) }
    if let path { value["path"] = .string(path) }
    if !properties.isEmpty { value["properties"] = .texts(properties) }
    if !diagnostic.notes.isEmpty {
      value["related"] = .array(
        diagnostic.notes.enumerated().map { index, note in
          note.location.json(note.message, end: noteEnds[index])
        }
      )
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
  fileprivate func json(_ message: String, end: SourceLocation?) -> DataValue {
    var object: DataObject = [
      "message": .string(message), "file": .string(path), "line": .integer(line),
      "column": .integer(column), "offset": .integer(offset),
    ]
    if let end {
      object["endLine"] = .integer(end.line)
      object["endColumn"] = .integer(end.column)
      object["endOffset"] = .integer(end.offset)
    }
    return .object(object)
  }
}

extension DataValue {
  static func texts(_ texts: [String: String]) -> DataValue {
    var object = DataObject()
    for (key, text) in texts { object[key] = .string(text) }
    return .object(object)
  }
}
