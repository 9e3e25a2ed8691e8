// Lexicon specification, "boolean" and "integer".
extension DocumentDecoder {
  private static let booleanFields = LexiconGrammar.names(ofType: "boolean")
  private static let integerFields = LexiconGrammar.names(ofType: "integer")

  mutating func boolean(_ fields: inout Fields) -> BooleanSchema {
    let `default` = boolean("default", in: &fields)
    let const = boolean("const", in: &fields)
    checkExclusive(`default`, const)
    finish(fields, known: Self.booleanFields)
    return BooleanSchema(default: `default`?.value, const: const?.value)
  }

  mutating func integer(_ fields: inout Fields) -> IntegerSchema {
    let minimum = integer("minimum", in: &fields)
    let maximum = integer("maximum", in: &fields)
    checkOrder("minimum", minimum, "maximum", maximum)
    let values = integers("enum", in: &fields)
    let `default` = integer("default", in: &fields)
    let const = integer("const", in: &fields)
    checkExclusive(`default`, const)
    finish(fields, known: Self.integerFields)

    func fault(_ value: Int) -> String? {
      if let minimum, value < minimum.value { return "is less than the 'minimum' \(minimum.value)" }
      if let maximum, value > maximum.value {
        return "is greater than the 'maximum' \(maximum.value)"
      }
      return nil
    }
    if let values {
      let faults = values.value.map { fault($0.value) }
      for (value, reason) in zip(values.value, faults) {
        if let reason { outside("enum", at: value.offset, "\(value.value)", reason) }
      }
      if !faults.isEmpty, !faults.contains(nil) {
        unreachableEnum(at: values.offset)
      }
    }
    for (name, value) in [("default", `default`), ("const", const)] {
      guard let value else { continue }
      if let reason = fault(value.value) {
        outside(name, at: value.offset, "\(value.value)", reason)
      } else if let values, !values.value.contains(where: { $0.value == value.value }) {
        outside(name, at: value.offset, "\(value.value)", "is not in 'enum'")
      }
    }
    return IntegerSchema(
      minimum: minimum?.value,
      maximum: maximum?.value,
      enum: values?.value.map(\.value),
      default: `default`?.value,
      const: const?.value
    )
  }

  private mutating func integers(
    _ name: String,
    in fields: inout Fields
  ) -> Found<[Found<Int>]>? {
    guard let value = fields.take(name),
      let elements = array(value, "'\(name)'", of: "integers")
    else { return nil }
    if elements.isEmpty { emptyEnum(at: value.offset) }
    var result: [Found<Int>] = []
    var seen = Set<Int>()
    for element in elements {
      guard let integer = integer(element, "an element of '\(name)'") else { continue }
      if seen.insert(integer.value).inserted {
        result.append(integer)
      } else {
        duplicate("\(integer.value)", in: name, at: integer.offset)
      }
    }
    return Found(value: result, offset: value.offset)
  }
}
