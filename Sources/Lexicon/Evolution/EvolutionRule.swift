/// One kind of change, and what it means where.
public struct EvolutionRule: Hashable, Sendable {
  /// How the values allowed by the new schema relate to those allowed by the old one.
  public enum Effect: Hashable, Sendable {
    /// Values allowed before are not allowed now; no new ones are.
    case narrows
    /// Values are allowed that were not before; none is lost.
    case widens
    /// Some values are lost and others gained, or what values mean has changed.
    case replaces
    /// The same everywhere: the change is not about which values are allowed.
    case always(ChangeClass)
    /// Neither: the rule knows for each flow.
    case varies(shared: ChangeClass, request: ChangeClass, response: ChangeClass)

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

  /// Stable, in kebab case: `property-removed`.
  public let id: String
  public let effect: Effect
  /// Where the specification or a guide says so.
  public let clause: String
  /// Why a change of this kind is classed as it is; a sentence without its full stop.
  public let reason: String
  /// What to say instead in flows where ``reason`` is not to the point.
  private let reasons: [DataFlow: String]

  init(
    _ id: String,
    _ effect: Effect,
    _ reason: String,
    in reasons: [DataFlow: String] = [:],
    clause: String = Clause.evolution
  ) {
    self.id = id
    self.effect = effect
    self.reason = reason
    self.reasons = reasons
    self.clause = clause
  }

  /// What follows from the change for somebody, in a clause of a sentence.
  package func consequence(in flow: DataFlow) -> String {
    switch (effect, flow) {
    case (.narrows, .shared): "data that was written before may no longer be valid"
    case (.narrows, .request): "a request that was right before may be refused"
    case (.narrows, .response): "what is answered was allowed before too"
    case (.widens, .shared): "software that knows the old schema may refuse new data"
    case (.widens, .request): "a request that was right before still is"
    case (.widens, .response): "clients that know the old schema may refuse an answer"
    case (.replaces, .shared): "old and new data are no longer valid for one another's software"
    case (.replaces, .request): "a request of a client that knows the old schema is misunderstood"
    case (.replaces, .response): "a client that knows the old schema misunderstands the answer"
    case (.always, _), (.varies, _): reasons[flow] ?? reason
    }
  }

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
    static let files = "Lexicon specification, \"Lexicon Files\""
  }
}
