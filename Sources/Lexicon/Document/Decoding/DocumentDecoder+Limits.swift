/// The two limits of a length, with their locations.
struct FoundLimits {
  var minimum: Found<Int>?
  var maximum: Found<Int>?

  var values: LengthLimits { LengthLimits(minimum: minimum?.value, maximum: maximum?.value) }

  func allows(_ length: Int) -> Bool {
    length >= minimum?.value ?? 0 && length <= maximum?.value ?? .max
  }
}

extension DocumentDecoder {
  /// The maximum number of alternatives. A type with more of them takes minutes and gigabytes to
  /// compile, or is rejected by the compiler. The official documents have at most 30.
  static let maximumAlternatives = 1000

  /// Reports a list of errors, union members or enum values that is too long to compile.
  mutating func checkCount(_ count: Int, _ field: String, at offset: Int) {
    guard count > Self.maximumAlternatives else { return }
    report(
      .tooMany,
      at: offset,
      "'\(field)' has \(count) elements; at most \(Self.maximumAlternatives) are supported"
    )
  }

  mutating func limits(
    _ minimumName: String,
    _ maximumName: String,
    in fields: inout Fields
  ) -> FoundLimits {
    let limits = FoundLimits(
      minimum: length(minimumName, in: &fields),
      maximum: length(maximumName, in: &fields)
    )
    checkOrder(minimumName, limits.minimum, maximumName, limits.maximum)
    return limits
  }

  private mutating func length(_ name: String, in fields: inout Fields) -> Found<Int>? {
    guard let length = integer(name, in: &fields) else { return nil }
    guard length.value >= 0 else {
      report(
        .badLimit,
        at: length.offset,
        "'\(name)' is \(length.value); expected 0 or more"
      )
      return nil
    }
    return length
  }

  mutating func checkOrder(
    _ minimumName: String,
    _ minimum: Found<Int>?,
    _ maximumName: String,
    _ maximum: Found<Int>?
  ) {
    guard let minimum, let maximum, minimum.value > maximum.value else { return }
    report(
      .contradictoryLimits,
      at: maximum.offset,
      "'\(maximumName)' (\(maximum.value)) is less than '\(minimumName)' (\(minimum.value))",
      note: (minimum.offset, "'\(minimumName)' is here")
    )
  }

  /// "`const` and `default` are mutually exclusive."
  mutating func checkExclusive<Value>(_ default: Found<Value>?, _ const: Found<Value>?) {
    guard let `default`, let const else { return }
    report(
      .constAndDefault,
      at: `default`.offset,
      "'default' and 'const' are mutually exclusive; remove one of them",
      note: (const.offset, "'const' is here")
    )
  }

  /// Reports a value in a schema that violates the constraints of that schema.
  mutating func outside(_ name: String, at offset: Int, _ value: String, _ reason: String) {
    switch name {
    case "default":
      report(.defaultOutsideConstraints, at: offset, "the 'default' \(value) \(reason)")
    case "const":
      report(.constOutsideConstraints, at: offset, "the 'const' \(value) \(reason)")
    default:
      report(.unreachableValue, at: offset, "the '\(name)' value \(value) \(reason)")
    }
  }

  mutating func emptyEnum(at offset: Int) {
    report(.emptyEnum, at: offset, "'enum' is empty and allows no value; list values or remove it")
  }

  mutating func unreachableEnum(at offset: Int) {
    report(
      .contradictoryLimits,
      at: offset,
      "the other constraints exclude every value of 'enum'"
    )
  }
}
