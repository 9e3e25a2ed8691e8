import ATProtoLabels
import Testing

@Suite struct LabelValueTests {
  enum Kind: Sendable { case valid, discouraged, invalid }

  @Test(
    arguments: [
      ("spam", .valid), ("graphic-media", .valid), ("!takedown", .valid), ("!hide", .valid),
      (String(repeating: "a", count: 128), .valid), ("Spam", .discouraged), ("x1", .discouraged),
      ("a_b", .discouraged), ("a.b", .discouraged), ("-a", .discouraged), ("a-", .discouraged),
      ("-", .discouraged), ("", .invalid), (String(repeating: "a", count: 129), .invalid),
      ("späm", .invalid), ("a b", .invalid), ("a\n", .invalid), ("a\u{7F}", .invalid),
      ("!unknown", .invalid), ("!Hide", .invalid), ("!", .invalid), ("🌊", .invalid),
    ] as [(String, Kind)]
  )
  func labelValueFindings(_ value: String, _ kind: Kind) {
    switch LabelValue.check(value) {
    case .valid: #expect(kind == .valid)
    case .discouraged: #expect(kind == .discouraged)
    case .invalid: #expect(kind == .invalid)
    }
  }

  /// Apps compare values exactly and show only those with the recommended syntax.
  @Test func upperCaseValueIsDiscouraged() {
    guard case .discouraged(let reason) = LabelValue.check("Art") else {
      Issue.record("'Art' should be discouraged")
      return
    }
    #expect(reason.contains("upper-case"))
  }

  @Test func globalValuesHaveDefinitions() {
    #expect(Set(LabelDefinition.global.keys) == LabelValue.global)
    for value in LabelValue.global.union(LabelValue.system) {
      #expect(LabelValue.check(value) == .valid)
    }
  }
}
