import ATProtoData
import Lexicon

extension Sampler {
  func booleanVariants(_ schema: BooleanSchema, _ goal: Goal) -> [Variant] {
    switch goal {
    case .boundaries:
      guard let const = schema.const else { return [.edge(false, "false"), .edge(true, "true")] }
      return [.edge(.boolean(const), "const")]
    case .violations:
      let mismatch = Variant.shape("true", .typeMismatch)
      guard let const = schema.const else { return [mismatch] }
      return [mismatch, .constraint(.boolean(!const), "const")]
    }
  }

  // MARK: Integers

  func integerVariants(_ schema: IntegerSchema, _ goal: Goal) -> [Variant] {
    let named: [(String, [Int])] = [
      ("const", [schema.const].compactMap(\.self)), ("enum", schema.enum ?? []),
      ("minimum", around(schema.minimum)), ("maximum", around(schema.maximum)), ("range", edges),
    ]
    switch goal {
    case .boundaries:
      return named.flatMap { edge, values in
        values.filter { broken(by: $0, schema).isEmpty }.map { .edge(.integer($0), edge) }
      }
    case .violations:
      var variants: [Variant] = [.shape("1", .typeMismatch)]
      var seen: Set<Int> = []
      for value in named.flatMap(\.1).flatMap(around) where seen.insert(value).inserted {
        let broken = broken(by: value, schema)
        let isFirst = !variants.contains { $0.hasRule(broken.first) }
        if broken.count == 1, isFirst { variants.append(.constraint(.integer(value), broken[0])) }
      }
      return variants
    }
  }

  private func around(_ value: Int?) -> [Int] {
    guard let value else { return [] }
    return [value] + (value > .min ? [value - 1] : []) + (value < .max ? [value + 1] : [])
  }

  private func broken(by value: Int, _ schema: IntegerSchema) -> [String] {
    var broken: [String] = []
    if let minimum = schema.minimum, value < minimum { broken.append("minimum") }
    if let maximum = schema.maximum, value > maximum { broken.append("maximum") }
    if let const = schema.const, value != const { broken.append("const") }
    if let values = schema.enum, !values.contains(value) { broken.append("enum") }
    return broken
  }

  // MARK: Texts

  mutating func textVariants(_ rules: TextConstraints, _ goal: Goal) -> [Variant] {
    let edges = rules.edgeTexts(limits.length)
    switch goal {
    case .boundaries:
      let usual: [(String, [String])] = [
        ("const", [rules.const].compactMap(\.self)), ("enum", rules.values ?? []),
        ("knownValues", rules.known), ("length", edges),
        ("format", rules.format?.validSamples ?? []),
        ("text", rules.known.isEmpty && rules.format != nil ? [] : plainTexts()),
      ]
      return usual.flatMap { edge, texts in
        texts.filter(rules.accepts).map { .edge(.string($0), edge) }
      }
    case .violations:
      var variants: [Variant] = [.shape(.integer(1), .typeMismatch)]
      let invalid = (rules.format?.invalidSamples ?? []).shuffled(using: &random)
      let candidates =
        edges + invalid + (rules.values ?? []) + plainTexts() + (rules.format?.validSamples ?? [])
      for text in candidates {
        let broken = rules.broken(by: text)
        guard let rule = broken.first, !variants.contains(where: { $0.hasRule(rule) }) else {
          continue
        }
        if rule == "enum" {
          // It is not a value of the type, regardless of other violations.
          guard !variants.contains(where: { $0.hasShape(.unknownCase) }) else { continue }
          variants.append(.shape(.string(text), .unknownCase))
        } else if broken.count == 1 {
          variants.append(.constraint(.string(text), rule))
        }
      }
      return variants
    }
  }

  private mutating func plainTexts() -> [String] {
    budget = max(budget, 1)
    return ["", "a", "\r\n", "\u{0}\u{1F}\"\\/\u{7F}", "none of the known values"]
      + [text(graphemes: 5), text(graphemes: 9)]
  }

  // MARK: Bytes

  mutating func bytesVariants(_ length: LengthLimits, _ goal: Goal) -> [Variant] {
    let least = max(length.minimum ?? 0, 0)
    let most = length.maximum ?? .max
    func fits(_ count: Int) -> Bool { count >= 0 && count <= limits.length }
    switch goal {
    case .boundaries:
      var variants: [Variant] = []
      for (edge, count) in [("minLength", least), ("maxLength", most)] where fits(count) {
        variants.append(.edge(.bytes(Bytes(bytes(count))), edge))
      }
      for count in [0, 1, 2, 3, 23, 24, 255, 256] where count >= least && count <= most {
        variants.append(.edge(.bytes(Bytes(bytes(count))), "length"))
      }
      return variants
    case .violations:
      var variants: [Variant] = [.shape("AQID", .typeMismatch)]
      if fits(least - 1) {
        variants.append(.constraint(.bytes(Bytes(bytes(least - 1))), "minLength"))
      }
      if most < .max, fits(most + 1) {
        variants.append(.constraint(.bytes(Bytes(bytes(most + 1))), "maxLength"))
      }
      return variants
    }
  }
}

extension Variant {
  fileprivate func hasRule(_ rule: String?) -> Bool {
    if case .fault(.constraint(let own)) = mark { own == rule } else { false }
  }

  fileprivate func hasShape(_ code: DataError.Code) -> Bool {
    if case .fault(.shape(let own)) = mark { own == code } else { false }
  }
}
