public import AppBskyAPI
import ComAtprotoAPI

/// The definitions of one labeler, from its declaration `app.bsky.labeler.service`.
///
/// A definition of the labeler replaces the global one of the same value, except for values that begin
/// with `!`, whose behavior is the same for all labelers.
public struct LabelDefinitions: Sendable {
  private let definitions: [String: LabelDefinition]

  /// Reads a declaration.
  public init(_ record: AppBsky.Labeler.Service) {
    var definitions: [String: LabelDefinition] = [:]
    for value in record.policies.labelValues {
      definitions[value.rawValue] = LabelDefinition.global[value.rawValue]
    }
    for definition in record.policies.labelValueDefinitions ?? []
    where !definition.identifier.hasPrefix("!") {
      definitions[definition.identifier] = LabelDefinition(definition)
    }
    self.definitions = definitions
  }

  /// The definition of a value; nil if the labeler does not declare the value, so that apps can ignore
  /// its labels.
  public func definition(of value: String) -> LabelDefinition? {
    definitions[value]
  }
}

extension LabelDefinitions {
  /// What is wrong with a declaration, one sentence each; empty if apps can use all of it.
  public static func problems(_ record: AppBsky.Labeler.Service) -> [String] {
    let values = record.policies.labelValues.map(\.rawValue)
    let definitions = record.policies.labelValueDefinitions ?? []
    let defined = Set(definitions.map(\.identifier))
    return repeated(values).map { "'\($0)' is in labelValues more than once" }
      + repeated(definitions.map(\.identifier)).map { "'\($0)' is defined more than once" }
      + values.compactMap { problem(ofValue: $0, defined) }
      + definitions.flatMap { problems(of: $0, isListed: values.contains($0.identifier)) }
  }

  private static func problem(ofValue value: String, _ defined: Set<String>) -> String? {
    switch LabelValue.check(value) {
    case .invalid(let reason), .discouraged(let reason): return "'\(value)': \(reason)"
    case .valid: break
    }
    if defined.contains(value) || LabelValue.global.contains(value)
      || LabelValue.system.contains(value)
    {
      return nil
    }
    return "'\(value)' is not defined in labelValueDefinitions"
  }

  private static func problems(
    of definition: ComAtproto.Label.Defs.LabelValueDefinition,
    isListed: Bool
  ) -> [String] {
    let name = definition.identifier
    var problems: [String] = []
    if name.hasPrefix("!") {
      problems.append("the behavior of '\(name)' cannot be defined: '!' is reserved")
    }
    if name.utf8.count > 100 {
      problems.append("'\(name.prefix(20))…' must have at most 100 bytes")
    }
    if !isListed { problems.append("'\(name)' is not in labelValues") }
    if definition.locales.isEmpty { problems.append("'\(name)' does not have a name in locales") }
    for locale in definition.locales where locale.name.isEmpty || locale.name.count > 64 {
      problems.append("the name of '\(name)' in \(locale.lang) must have 1 to 64 characters")
    }
    return problems + unknownWords(in: definition)
  }

  private static func unknownWords(
    in definition: ComAtproto.Label.Defs.LabelValueDefinition
  ) -> [String] {
    typealias Definition = ComAtproto.Label.Defs.LabelValueDefinition
    let setting = definition.defaultSetting?.rawValue
    let fields: [(String, String?, [String])] = [
      ("severity", definition.severity.rawValue, Definition.Severity.knownValues),
      ("blurs", definition.blurs.rawValue, Definition.Blurs.knownValues),
      ("defaultSetting", setting, Definition.DefaultSetting.knownValues),
    ]
    return fields.compactMap { field, value, known in
      guard let value, !known.contains(value) else { return nil }
      return "the \(field) of '\(definition.identifier)' must be one of "
        + known.joined(separator: ", ")
    }
  }

  private static func repeated(_ texts: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for text in texts { counts[text, default: 0] += 1 }
    return counts.filter { $0.value > 1 }.keys.sorted()
  }
}
