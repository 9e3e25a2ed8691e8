/// A constraint that a schema can tighten or loosen. Each has its own evolution rules.
enum Constraint: String, CaseIterable {
  case integerRange = "integer-range"
  case stringLength = "string-length"
  case stringGraphemes = "string-graphemes"
  case bytesLength = "bytes-length"
  case arrayLength = "array-length"
  case blobSize = "blob-size"
  case blobTypes = "blob-types"
  case format
  case encoding

  var narrowed: EvolutionRule {
    EvolutionRule(
      "\(rawValue)-narrowed",
      .narrows,
      "\(subject) that was valid no longer is",
      clause: clause,
      example: EvolutionExample(versions[1], versions[0])
    )
  }

  var widened: EvolutionRule {
    EvolutionRule(
      "\(rawValue)-widened",
      .widens,
      "\(subject) that was invalid is valid now",
      clause: clause,
      example: EvolutionExample(versions[0], versions[1])
    )
  }

  var changed: EvolutionRule {
    EvolutionRule(
      "\(rawValue)-changed",
      .replaces,
      "\(subject) that was valid no longer is, and another that was invalid is valid now",
      clause: clause,
      example: EvolutionExample(versions[0], versions[2])
    )
  }

  var rules: [EvolutionRule] {
    // A size has only an upper bound, which cannot move in both directions.
    self == .blobSize ? [narrowed, widened] : [narrowed, widened, changed]
  }

  /// Returns the rule for a change that makes some values invalid, valid, or both; nil if it does
  /// neither.
  func rule(narrows: Bool, widens: Bool) -> EvolutionRule? {
    switch (narrows, widens) {
    case (false, false): nil
    case (true, false): narrowed
    case (false, true): widened
    case (true, true): changed
    }
  }

  private var clause: String {
    switch self {
    case .format: EvolutionRule.Clause.formats
    case .encoding: EvolutionRule.Clause.method
    default: EvolutionRule.Clause.constraints
    }
  }

  private var subject: String {
    switch self {
    case .integerRange: "a number"
    case .stringLength, .stringGraphemes, .bytesLength, .arrayLength: "a length"
    case .blobSize: "a size"
    case .blobTypes: "a media type"
    case .format: "a string"
    case .encoding: "an encoding"
    }
  }

  /// Three versions for the examples: one that allows little, one that allows more, and one that
  /// allows part of the first and something else. Sizes do not have the third version.
  private var versions: [RuleExample] {
    switch self {
    case .integerRange:
      lengths("minimum", "maximum").map { record(#""count":{"type":"integer",\#($0)}"#) }
    case .stringLength:
      lengths("minLength", "maxLength").map { record(#""text":{"type":"string",\#($0)}"#) }
    case .stringGraphemes:
      lengths("minGraphemes", "maxGraphemes").map {
        record(#""text":{"type":"string",\#($0),"maxLength":100}"#)
      }
    case .bytesLength:
      lengths("minLength", "maxLength").map { record(#""seal":{"type":"bytes",\#($0)}"#) }
    case .arrayLength:
      lengths("minLength", "maxLength").map {
        record(#""tags":{"type":"array","items":{"type":"string","maxLength":64},\#($0)}"#)
      }
    case .blobSize:
      [1000, 2000].map { record(#""file":{"type":"blob","maxSize":\#($0)}"#) }
    case .blobTypes:
      ["image/png", "image/*", "image/jpeg"].map {
        record(#""file":{"type":"blob","accept":["\#($0)"]}"#)
      }
    case .format:
      ["did", "at-identifier", "handle"].map {
        record(#""text":{"type":"string","format":"\#($0)"}"#)
      }
    case .encoding:
      ["image/png", "image/*", "image/jpeg"].map {
        .procedure(#""input":{"encoding":"\#($0)"},"output":{"encoding":"application/json"}"#)
      }
    }
  }

  private func lengths(_ minimum: String, _ maximum: String) -> [String] {
    [(1, 8), (1, 9), (2, 9)].map { #""\#(minimum)":\#($0),"\#(maximum)":\#($1)"# }
  }

  private func record(_ property: String) -> RuleExample {
    EvolutionExample.record(property, property).before
  }
}
