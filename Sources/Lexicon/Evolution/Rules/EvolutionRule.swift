/// One kind of change between two versions of a schema, with its effect in each data flow.
///
/// Two rules are equal if their ids are.
public struct EvolutionRule: Hashable, Sendable {
  /// How the set of valid values changes.
  public enum Effect: Hashable, Sendable {
    /// Some valid values become invalid; none become valid.
    case narrows
    /// Some invalid values become valid; none become invalid.
    case widens
    /// Some values become valid and others invalid, or values change their meaning.
    case replaces
    /// The change has the same class in every flow, independent of the set of valid values.
    case always(ChangeClass)
    /// The change has a separate class in each flow.
    case varies(shared: ChangeClass, request: ChangeClass, response: ChangeClass)

    /// Returns the class of a change with this effect in one data flow.
    public func classification(in flow: DataFlow) -> ChangeClass {
      switch (self, flow) {
      case (.narrows, .response), (.widens, .request): .compatible
      case (.narrows, _), (.widens, _), (.replaces, _): .breaking
      case (.always(let classification), _): classification
      case (.varies(let classification, _, _), .shared): classification
      case (.varies(_, let classification, _), .request): classification
      case (.varies(_, _, let classification), .response): classification
      }
    }
  }

  /// The stable id in kebab case, such as `property-removed`.
  public let id: String
  /// How the change affects the set of valid values.
  public let effect: Effect
  /// The source of the classification: a specification or guide, with its section.
  public let clause: String
  /// Why the change has its class: a clause that begins in lowercase and does not end with a
  /// period.
  public let reason: String
  /// Replaces ``reason`` in some flows.
  private let reasons: [DataFlow: String]
  private let makeExample: @Sendable () -> EvolutionExample

  /// - Parameters:
  ///   - reasons: replaces `reason` in some flows
  ///   - example: two versions that differ only by this change; created on first use
  init(
    _ id: String,
    _ effect: Effect,
    _ reason: String,
    in reasons: [DataFlow: String] = [:],
    clause: String = Clause.evolution,
    example: @autoclosure @escaping @Sendable () -> EvolutionExample
  ) {
    self.id = id
    self.effect = effect
    self.reason = reason
    self.reasons = reasons
    self.clause = clause
    makeExample = example
  }

  /// Two versions of a document that differ only by a change of this kind.
  public var example: EvolutionExample { makeExample() }

  public static func == (left: EvolutionRule, right: EvolutionRule) -> Bool {
    left.id == right.id
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(id) }

  /// What the change means for data and software in a flow: a clause of a sentence.
  package func consequence(in flow: DataFlow) -> String {
    switch (effect, flow) {
    case (.narrows, .shared): "existing data may no longer be valid"
    case (.narrows, .request): "a request that was valid before may be rejected"
    case (.narrows, .response): "every response was already valid before"
    case (.widens, .shared): "software built for the old schema may reject new data"
    case (.widens, .request): "every request that was valid before still is"
    case (.widens, .response): "clients built for the old schema may reject a response"
    case (.replaces, .shared): "software built for one version cannot read the data of the other"
    case (.replaces, .request): "servers misread requests of clients built for the old schema"
    case (.replaces, .response): "clients built for the old schema misread responses"
    case (.always, _), (.varies, _): reasons[flow] ?? reason
    }
  }
}

extension EvolutionRule {
  /// Every rule, in the order of the language: documents, methods, objects, unions, values,
  /// constraints. A test compares it with the rules that the sources declare.
  public static let all: [EvolutionRule] =
    documentRules + methodRules + objectRules + unionRules + valueRules
    + Constraint.allCases.flatMap(\.rules)

  /// The rule with the given id, or nil if there is none.
  public static subscript(id id: String) -> EvolutionRule? { all.first { $0.id == id } }

  enum Clause {
    static let evolution = "Lexicon specification, \"Lexicon Evolution\""
    static let fields = "Lexicon specification, \"Field Type Definitions\""
    static let union = "Lexicon specification, \"union\""
    static let object = "Lexicon specification, \"object\""
    static let record = "Lexicon specification, \"Record\""
    static let method = "Lexicon specification, \"Query and Procedure (HTTP API)\""
    static let permission = "Permission specification, \"Permission Sets\""
    static let constraints = "Lexicon guide, \"Versioning\""
    static let values = "Lexicon specification, \"string\""
    static let reference = "Lexicon specification, \"ref\""
    static let formats = "Lexicon specification, \"String Formats\""
  }
}
