/// Two versions of one or more documents that differ by one change.
public struct EvolutionExample: Hashable, Sendable {
  /// The old version.
  public let before: RuleExample
  /// The new version.
  public let after: RuleExample

  init(_ before: RuleExample, _ after: RuleExample) {
    self.before = before
    self.after = after
  }

  /// The change from the new version back to the old one.
  var reversed: EvolutionExample { EvolutionExample(after, before) }

  /// A record with the given properties. `lists` contains its `required` and `nullable` fields.
  static func record(
    _ before: String,
    _ after: String,
    _ lists: (before: String, after: String) = ("", "")
  ) -> EvolutionExample {
    EvolutionExample(record(before, lists.before), record(after, lists.after))
  }

  /// Adds the objects that a property `embed` refers to: `#image` and `#picture`, which are equal,
  /// and `#video`.
  private static func record(_ properties: String, _ lists: String) -> RuleExample {
    .definitions(
      """
      "main":{"type":"record","description":"A note.","key":"tid",\
      "record":{"type":"object"\(lists),"properties":{\(properties)}}}
      """
        + (properties.contains("\"embed\"") ? others : "")
    )
  }

  private static let others = """
    ,"image":{"type":"object","properties":{"alt":{"type":"string","maxLength":300}}},\
    "picture":{"type":"object","properties":{"alt":{"type":"string","maxLength":300}}},\
    "video":{"type":"object","properties":{"length":{"type":"integer"}}}
    """

  /// A procedure with the given fields.
  static func procedure(_ before: String, _ after: String) -> EvolutionExample {
    EvolutionExample(.procedure(before), .procedure(after))
  }

  /// A document `com.example.defs` with the given definitions.
  static func definitions(_ before: String, _ after: String) -> EvolutionExample {
    EvolutionExample(
      .definitions(before, of: "com.example.defs"),
      .definitions(after, of: "com.example.defs")
    )
  }
}

extension Rule {
  /// The change from the bad example of the rule to the good one.
  public var mended: EvolutionExample { EvolutionExample(bad, good) }
}
