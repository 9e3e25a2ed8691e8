/// Two versions that show what a rule of changes is about: the one change between them is of it.
public struct EvolutionExample: Hashable, Sendable {
  public let before: RuleExample
  public let after: RuleExample

  init(_ before: RuleExample, _ after: RuleExample) {
    self.before = before
    self.after = after
  }

  /// The same change undone.
  var reversed: EvolutionExample { EvolutionExample(after, before) }

  /// A record with these properties, some of them required or nullable.
  static func record(
    _ before: String,
    _ after: String,
    _ lists: (before: String, after: String) = ("", "")
  ) -> EvolutionExample {
    EvolutionExample(record(before, lists.before), record(after, lists.after))
  }

  /// A property `embed` stands beside objects: `#image` and `#picture`, which are the same, and
  /// `#video`.
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

  /// Fields of a procedure.
  static func procedure(_ before: String, _ after: String) -> EvolutionExample {
    EvolutionExample(.procedure(before), .procedure(after))
  }

  /// Definitions of one document.
  static func definitions(_ before: String, _ after: String) -> EvolutionExample {
    EvolutionExample(
      .definitions(before, of: "com.example.defs"),
      .definitions(after, of: "com.example.defs")
    )
  }
}
