import Foundation
import Lexicon
import LexiconProject
import Testing

@testable import lexgen

@Suite("Findings report")
struct FindingsReportTests {
  private static func place(
    _ line: Int,
    _ column: Int,
    _ offset: Int,
    path: String = "a.json"
  ) -> Lexicon.SourceLocation {
    Lexicon.SourceLocation(path: path, offset: offset, line: line, column: column)
  }

  private static func report(_ text: String, _ findings: Finding...) -> FindingsReport {
    FindingsReport(
      command: "check",
      findings: findings,
      sources: [SourceFile(path: "a.json", bytes: Array(text.utf8))]
    )
  }

  private static func finding(
    _ column: Int,
    _ offset: Int,
    _ message: String = "wrong",
    notes: [Diagnostic.Note] = []
  ) -> Finding {
    Finding(
      Diagnostic(.warning, rule: "some-rule", at: place(1, column, offset), message, notes: notes)
    )
  }

  @Test(
    "the caret is below the location",
    arguments: [
      ("{\"a\":1}", 2, 1, "{\"a\":1}", " ^"),
      ("\t\ta", 3, 2, "    a", "    ^"),
      ("日本a", 3, 6, "日本a", "    ^"),
      ("e\u{301}a", 3, 3, "e\u{301}a", " ^"),
      ("\u{1B}[2Ja\u{202E}", 5, 4, "\\u{1b}[2Ja\\u{202e}", "         ^"),
      ("ab\r\n", 3, 2, "ab", "  ^"),
      ("\u{FEFF}ab", 2, 4, "ab", " ^"),
    ]
  )
  func excerpt(_ text: String, _ column: Int, _ offset: Int, _ line: String, _ caret: String) {
    let printed = Self.report(text, Self.finding(column, offset)).text(isColored: false)
    #expect(
      printed == """
        a.json:1:\(column): warning: wrong [some-rule]
            1 | \(line)
              | \(caret)

        """
    )
  }

  @Test("a long line is truncated around the location", arguments: [0, 50, 100_000, 199_999])
  func long(_ offset: Int) throws {
    let text = String(repeating: "x", count: 200_000)
    let lines = Self.report(text, Self.finding(offset + 1, offset)).text(isColored: false)
      .split(separator: "\n")
    #expect(lines.count == 3 && lines.allSatisfy { $0.count < 160 })
    let caret = try #require(lines[2].firstIndex(of: "^"))
    let column = lines[2].distance(from: lines[2].startIndex, to: caret)
    #expect(Array(lines[1])[column] == "x")
  }

  @Test("a location outside the text or in a missing file has no excerpt")
  func absent() {
    let missing = Self.report("", Self.finding(1, 0)).text(isColored: false)
    #expect(missing == "a.json:1:1: warning: wrong [some-rule]\n")
    let outside = Self.report("a", Self.finding(1, 99)).text(isColored: false)
    #expect(outside == missing)
  }

  @Test("control characters in messages are escaped, and colors are added on request")
  func colors() {
    let report = Self.report("", Self.finding(1, 0, "a\u{1B}[31m\nb"))
    #expect(
      report.text(isColored: false)
        == "a.json:1:1: warning: a\\u{1b}[31m\\u{a}b [some-rule]\n"
    )
    let colored = report.text(isColored: true)
    #expect(colored.contains("\u{1B}[33mwarning:\u{1B}[0m") && colored.hasSuffix("[some-rule]\n"))
  }

  @Test("GitHub workflow commands are escaped")
  func github() {
    var finding = Self.finding(
      1,
      0,
      "50% a,b:c\r\nd",
      notes: [.init("there", at: Self.place(2, 3, 5))]
    )
    finding.diagnostic.location.path = "a%,b:c.json"
    finding.diagnostic.severity = .note
    #expect(
      Self.report("", finding).github()
        == "::notice file=a%25%2Cb%3Ac.json,line=1,col=1,title=some-rule::"
        + "50%25 a,b:c%0D%0Ad%0Aa.json:2:3: there\n"
    )
  }

  private static func object(_ text: String) throws -> [String: Any] {
    #expect(text.hasSuffix("\n"))
    return try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    )
  }

  private static func full() -> FindingsReport {
    var finding = finding(2, 1, "wrong", notes: [.init("there", at: place(2, 3, 5))])
    finding.nsid = "com.example.a"
    finding.path = "/defs/main"
    finding.edits = [TextEdit(1..<3, "x")]
    finding.properties = ["class": "breaking"]
    var report = report("{}", finding)
    report.knownCount = 3
    report.properties = ["verdict": "breaking"]
    return report
  }

  @Test("JSON has the documented shape")
  func json() throws {
    let report = try Self.object(Self.full().json())
    let expected: [String: Any] = [
      "format": 1, "command": "check",
      "summary": [
        "errors": 0, "warnings": 1, "notes": 0, "known": 3, "hidden": 0,
        "verdict": "breaking",
      ],
      "findings": [
        [
          "rule": "some-rule", "severity": "warning", "message": "wrong", "file": "a.json",
          "line": 1, "column": 2, "offset": 1, "nsid": "com.example.a", "path": "/defs/main",
          "properties": ["class": "breaking"],
          "related": [
            ["message": "there", "file": "a.json", "line": 2, "column": 3, "offset": 5]
          ],
          "edits": [["start": 1, "end": 3, "text": "x"]],
        ]
      ],
    ]
    #expect(NSDictionary(dictionary: report) == NSDictionary(dictionary: expected))
  }

  /// The parts of the SARIF 2.1.0 schema that a report uses: required fields, and no fields that
  /// the schema does not define. Complete reports were validated against the schema itself.
  @Test("SARIF has the fields that its schema requires and allows")
  func sarif() throws {
    let log = try Self.object(Self.full().sarif())
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    #expect(Set(run.keys) == ["tool", "columnKind", "results", "properties"])
    #expect(run["columnKind"] as? String == "unicodeCodePoints")
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    #expect(driver["name"] as? String == "lexgen")
    let rules = try #require(driver["rules"] as? [[String: Any]])
    #expect(rules.map { $0["id"] as? String } == ["some-rule"])
    let result = try #require((run["results"] as? [[String: Any]])?.first)
    #expect(
      Set(result.keys) == [
        "ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations",
        "partialFingerprints", "fixes", "properties",
      ]
    )
    #expect(result["ruleIndex"] as? Int == 0 && result["level"] as? String == "warning")
    let location = try #require((result["locations"] as? [[String: Any]])?.first)
    let physical = try #require(location["physicalLocation"] as? [String: Any])
    #expect((physical["artifactLocation"] as? [String: String]) == ["uri": "a.json"])
    #expect((physical["region"] as? [String: Int]) == ["startLine": 1, "startColumn": 2])
    let related = try #require((result["relatedLocations"] as? [[String: Any]])?.first)
    #expect((related["message"] as? [String: String]) == ["text": "there"])
    let change = try #require(
      ((result["fixes"] as? [[String: Any]])?.first?["artifactChanges"] as? [[String: Any]])?.first
    )
    let replacement = try #require((change["replacements"] as? [[String: Any]])?.first)
    #expect((replacement["deletedRegion"] as? [String: Int]) == ["byteOffset": 1, "byteLength": 2])
    #expect((replacement["insertedContent"] as? [String: String]) == ["text": "x"])
  }

  @Test(
    "paths become URI references",
    arguments: [
      ("a b/c#d.json", "a%20b/c%23d.json"), ("/x/é.json", "file:///x/%C3%A9.json"),
      ("c:d", "c%3Ad"), ("../a.json", "../a.json"),
    ]
  )
  func uri(_ path: String, _ uri: String) {
    #expect(FindingsReport.uri(path) == uri)
  }
}
