import ATProtoLabels
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI
import Testing

@Suite struct LabelDefinitionsTests {
  typealias Definition = ComAtproto.Label.Defs.LabelValueDefinition

  private static func definition(
    _ identifier: String,
    severity: Definition.Severity = .inform,
    name: String = "A name"
  ) -> Definition {
    Definition(
      identifier: identifier,
      severity: severity,
      blurs: .none_,
      locales: name.isEmpty ? [] : [.init(lang: "en", name: name, description: "…")]
    )
  }

  private static func record(
    _ values: [String],
    _ definitions: [Definition]
  ) -> AppBsky.Labeler.Service {
    AppBsky.Labeler.Service(
      policies: AppBsky.Labeler.Defs.LabelerPolicies(
        labelValues: values.map { ComAtproto.Label.Defs.LabelValue($0) },
        labelValueDefinitions: definitions
      ),
      createdAt: "2026-01-01T00:00:00.000Z"
    )
  }

  @Test func customDefinitionsReplaceGlobalOnes() {
    let definitions = LabelDefinitions(
      Self.record(
        ["porn", "nudity", "rude", "!hide"],
        [Self.definition("rude"), Self.definition("porn"), Self.definition("!hide")]
      )
    )
    #expect(definitions.definition(of: "rude")?.severity == .inform)
    #expect(definitions.definition(of: "rude")?.defaultSetting == .warn)
    #expect(definitions.definition(of: "porn")?.severity == .inform)
    #expect(definitions.definition(of: "nudity") == LabelDefinition.global["nudity"])
    // The behavior of system values is the same for all labelers.
    #expect(definitions.definition(of: "!hide") == LabelDefinition.global["!hide"])
    // What a labeler does not declare has no definition.
    #expect(definitions.definition(of: "sexual") == nil)
    #expect(definitions.definition(of: "!warn") == nil)
  }

  @Test func usefulDeclarationHasNoProblems() {
    let record = Self.record(["porn", "rude", "!takedown"], [Self.definition("rude")])
    #expect(LabelDefinitions.problems(record).isEmpty)
  }

  @Test(
    arguments: [
      (["rude"], [], "'rude' is not defined"),
      ([], ["rude"], "'rude' is not in labelValues"),
      (["porn", "porn"], [], "'porn' is in labelValues more than once"),
      (["rude"], ["rude", "rude"], "'rude' is defined more than once"),
      (["!hide"], ["!hide"], "the behavior of '!hide' cannot be defined"),
      (["Rude"], ["Rude"], "upper-case"),
      (["!made-up"], [], "reserved"),
      (
        [String(repeating: "a", count: 101)], [String(repeating: "a", count: 101)],
        "at most 100 bytes"
      ),
    ] as [([String], [String], String)]
  )
  func problemsOfDeclarationsAreFound(
    _ values: [String],
    _ identifiers: [String],
    _ problem: String
  ) {
    let record = Self.record(values, identifiers.map { Self.definition($0) })
    let problems = LabelDefinitions.problems(record)
    #expect(problems.count == 1 && problems[0].contains(problem), "\(problems)")
  }

  @Test func problemsOfDefinitionsAreFound() {
    let cases: [(Definition, String)] = [
      (Self.definition("rude", severity: .init("fatal")), "severity"),
      (Self.definition("rude", name: ""), "does not have a name"),
      (Self.definition("rude", name: String(repeating: "x", count: 65)), "1 to 64 characters"),
    ]
    for (definition, problem) in cases {
      let problems = LabelDefinitions.problems(Self.record(["rude"], [definition]))
      #expect(problems.count == 1 && problems[0].contains(problem), "\(problems)")
    }
  }
}
