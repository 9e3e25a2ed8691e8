import Lexicon

/// The constraints of a string, and strings that satisfy or violate them.
struct TextConstraints {
  let format: StringSchema.Format?
  let length: LengthLimits
  let graphemes: LengthLimits
  let const: String?
  /// A closed set: other strings are not values of the type.
  let values: [String]?
  let known: [String]

  init(_ schema: StringSchema) {
    let values = schema.enum.map { $0.map(\.value) }
    self.values = values?.isEmpty == true ? nil : values
    // With an `enum`, the author's list decides which values are valid.
    format = self.values == nil ? schema.format : nil
    length = schema.length
    graphemes = schema.graphemes
    const = schema.const
    known = (schema.knownValues ?? []).map(\.value)
  }

  /// The names of the constraints that a string violates, `enum` first.
  func broken(by text: String) -> [String] {
    var broken: [String] = []
    if let values, !values.contains(where: { $0.utf8.elementsEqual(text.utf8) }) {
      broken.append("enum")
    }
    let size = text.utf8.count
    if let least = length.minimum, size < least { broken.append("minLength") }
    if let most = length.maximum, size > most { broken.append("maxLength") }
    if graphemes.minimum != nil || graphemes.maximum != nil {
      let count = text.count
      if let least = graphemes.minimum, count < least { broken.append("minGraphemes") }
      if let most = graphemes.maximum, count > most { broken.append("maxGraphemes") }
    }
    if let const, !const.utf8.elementsEqual(text.utf8) { broken.append("const") }
    if let format, format.fault(in: text) != nil { broken.append("format") }
    return broken
  }

  func accepts(_ text: String) -> Bool { broken(by: text).isEmpty }

  // MARK: Texts

  /// A random string that satisfies every constraint.
  func value(_ sampler: inout Sampler) -> String? {
    if let const { return accepts(const) ? const : nil }
    if let values { return sampler.random.pick(values.filter(accepts)) }
    if sampler.budget > 0, let known = sampler.random.pick(known), sampler.random.oneIn(2),
      accepts(known)
    {
      return known
    }
    for _ in 0..<4 {
      let text = anyText(&sampler)
      if accepts(text) { return text }
    }
    return edgeTexts(sampler.limits.length).first { accepts($0) }
  }

  private func anyText(_ sampler: inout Sampler) -> String {
    if let format {
      return sampler.random.pick(format.validSamples) ?? ""
    }
    let least = max(graphemes.minimum ?? 0, 0)
    let most = min(graphemes.maximum ?? .max, length.maximum ?? .max, least + 24)
    guard sampler.budget > 0, least < most else { return sampler.text(graphemes: least) }
    return sampler.text(graphemes: least + sampler.random.below(most - least + 1))
  }

  /// Strings exactly at, one below, and one above each limit, none of them longer than `longest`
  /// bytes.
  func edgeTexts(_ longest: Int) -> [String] {
    let leastGraphemes = max(graphemes.minimum ?? 0, 0)
    let mostGraphemes = max(graphemes.maximum ?? .max, leastGraphemes)
    let leastBytes = max(length.minimum ?? 0, 0)
    let mostBytes = max(length.maximum ?? .max, leastBytes)
    var sizes: [(bytes: Int, graphemes: Int)] = []
    for limit in [length.minimum, length.maximum].compactMap(\.self) {
      for bytes in [limit - 1, limit, limit &+ 1] {
        // One string with as many characters as the other limits allow, and one with as few.
        sizes.append((bytes, min(bytes, mostGraphemes)))
        sizes.append((bytes, max(leastGraphemes, min(bytes, 1))))
      }
    }
    for limit in [graphemes.minimum, graphemes.maximum].compactMap(\.self) {
      for count in [limit - 1, limit, limit &+ 1] {
        sizes.append((max(leastBytes, count), count))
        sizes.append((min(mostBytes, count &* 2 &+ 8), count))
      }
    }
    sizes.append((leastBytes, min(leastBytes, mostGraphemes)))
    return sizes.filter { $0.bytes <= longest }.compactMap { size in
      format.map { $0.text(ofLength: size.bytes) } ?? text(size.bytes, graphemes: size.graphemes)
    }
  }
}

/// A string with the given numbers of bytes and grapheme clusters: one letter for each cluster, and
/// on the last one as many combining marks as are needed.
func text(_ bytes: Int, graphemes: Int) -> String? {
  guard bytes >= graphemes, graphemes > 0 || bytes == 0, bytes >= 0 else { return nil }
  guard graphemes > 0 else { return "" }
  var text = String(repeating: "a", count: graphemes - 1)
  let last = bytes - graphemes + 1
  text += last.isMultiple(of: 2) ? "\u{E9}" : "e"
  text.unicodeScalars.append(
    contentsOf: repeatElement("\u{301}" as Unicode.Scalar, count: (last - 1) / 2)
  )
  return text
}

extension Sampler {
  /// A string with the given number of grapheme clusters of one to 25 bytes, some of which are
  /// difficult for codecs.
  mutating func text(graphemes: Int) -> String {
    let alphabet: [String] = [
      "a", "Z", "0", " ", "e\u{301}", "é", "\"", "\\", "/", "\u{1}", "\u{7F}", "\u{2028}", "日",
      "\u{FFFD}", "😀", "👩‍👩‍👧‍👦", "🇯🇵", "\u{10FFFF}",
    ]
    let isPlain = budget <= 0 || random.oneIn(2)
    var text = ""
    for _ in 0..<graphemes {
      text += isPlain ? "a" : random.pick(alphabet) ?? "a"
    }
    return text
  }
}
