/// Collects the constraints that values violate, with the paths to the values.
///
/// Generated types state their constraints with its methods, which exist twice: with a field's key,
/// and without one for elements of arrays. A nil value does not violate anything.
///
/// A hostile value can violate a constraint every few bytes, each at a path as long as the value.
/// Therefore, validation ends after ``maximumViolations``, and a long path is truncated in the
/// middle.
public struct Validator {
  /// The number of violations after which validation ends.
  public static let maximumViolations = 256

  /// The violations found so far, in the order of the value's fields.
  public private(set) var violations: [Violation] = []
  /// The steps from the top to the value of each violation, if ``recordsSteps`` is set.
  package private(set) var steps: [[DataPath]] = []
  /// Whether to keep the steps to violations, which take more memory than their paths as text.
  package var recordsSteps = false
  private var path: [DataPath] = []
  /// Whether the CID of a blob may have a codec other than `raw`.
  package var allowsForeignBlobCodecs = false

  /// Creates a validator without violations.
  public init() {}

  /// Whether the maximum number of violations has been reached.
  package var isFull: Bool { violations.count >= Self.maximumViolations }

  /// The number of steps from the top to the current value.
  package var depth: Int { path.count }

  /// Reports that the current value violates a constraint.
  ///
  /// - Parameters:
  ///   - rule: the name of the constraint in the Lexicon language, such as `maxLength`.
  ///   - message: a description of the violation.
  public mutating func report(_ rule: String, _ message: String) {
    if isFull { return }
    if recordsSteps { steps.append(path) }
    violations.append(
      Violation(path: DataPath.shortDescription(of: path), rule: rule, message: message)
    )
  }

  package mutating func within(_ step: DataPath, _ check: (inout Validator) -> Void) {
    if isFull { return }
    path.append(step)
    check(&self)
    path.removeLast()
  }

  private mutating func within(_ key: StaticString, _ check: (inout Validator) -> Void) {
    within(.key(key.description), check)
  }

  // MARK: Fields

  /// Checks the constraints of a `string` field: lengths in UTF-8 bytes and in graphemes, `const`,
  /// `enum`.
  public mutating func string(
    _ key: StaticString,
    _ value: String?,
    minLength: Int? = nil,
    maxLength: Int? = nil,
    minGraphemes: Int? = nil,
    maxGraphemes: Int? = nil,
    const: String? = nil,
    oneOf: [String]? = nil
  ) {
    guard let value else { return }
    within(key) {
      $0.string(
        value,
        minLength: minLength,
        maxLength: maxLength,
        minGraphemes: minGraphemes,
        maxGraphemes: maxGraphemes,
        const: const,
        oneOf: oneOf
      )
    }
  }

  /// Checks the constraints of an `integer` field.
  public mutating func integer(
    _ key: StaticString,
    _ value: Int?,
    minimum: Int? = nil,
    maximum: Int? = nil,
    const: Int? = nil,
    oneOf: [Int]? = nil
  ) {
    guard let value else { return }
    within(key) {
      $0.integer(value, minimum: minimum, maximum: maximum, const: const, oneOf: oneOf)
    }
  }

  /// Checks the constant of a `boolean` field.
  public mutating func boolean(_ key: StaticString, _ value: Bool?, const: Bool) {
    guard let value else { return }
    within(key) { $0.boolean(value, const: const) }
  }

  /// Checks the length of a `bytes` field.
  public mutating func bytes(
    _ key: StaticString,
    _ value: Bytes?,
    minLength: Int? = nil,
    maxLength: Int? = nil
  ) {
    guard let value else { return }
    within(key) { $0.bytes(value, minLength: minLength, maxLength: maxLength) }
  }

  /// Checks the accepted media types and the size of a `blob` field, and its own constraints.
  public mutating func blob(
    _ key: StaticString,
    _ value: Blob?,
    accept: [String]? = nil,
    maxSize: Int? = nil
  ) {
    guard let value else { return }
    within(key) { $0.blob(value, accept: accept, maxSize: maxSize) }
  }

  /// Checks the number of elements of an `array` field.
  public mutating func count(
    _ key: StaticString,
    _ value: Int?,
    minLength: Int? = nil,
    maxLength: Int? = nil
  ) {
    guard let value else { return }
    within(key) { $0.count(value, minLength: minLength, maxLength: maxLength) }
  }

  /// Checks the constraints of the type of a field.
  public mutating func nested(_ key: StaticString, _ value: (some LexiconValue)?) {
    guard let value else { return }
    within(key) { value.validate(into: &$0) }
  }

  /// Checks each element of an `array` field.
  public mutating func each<Element>(
    _ key: StaticString,
    _ elements: [Element]?,
    _ check: (inout Validator, Element) -> Void
  ) {
    guard let elements else { return }
    within(key) { $0.each(elements, check) }
  }

  // MARK: Values

  /// Checks the constraints of a string: lengths in UTF-8 bytes and in graphemes, `const`, `enum`.
  public mutating func string(
    _ value: String?,
    minLength: Int? = nil,
    maxLength: Int? = nil,
    minGraphemes: Int? = nil,
    maxGraphemes: Int? = nil,
    const: String? = nil,
    oneOf: [String]? = nil
  ) {
    guard let value else { return }
    let size = value.utf8.count
    length(size, "bytes", minLength, maxLength)
    // A grapheme takes at least one byte, so the graphemes of most strings need not be counted.
    if let maxGraphemes, size > maxGraphemes {
      let graphemes = value.count
      if graphemes > maxGraphemes {
        report("maxGraphemes", "has \(graphemes) graphemes, at most \(maxGraphemes) allowed")
      }
    }
    if let minGraphemes {
      let graphemes = value.count
      if graphemes < minGraphemes {
        report("minGraphemes", "has \(graphemes) graphemes, at least \(minGraphemes) needed")
      }
    }
    if let const, !const.isSame(as: value) {
      report("const", "'\(value.excerpt)' is not '\(const)'")
    }
    if let oneOf, !oneOf.contains(where: { $0.isSame(as: value) }) {
      let allowed = oneOf.map { "'\($0)'" }.joined(separator: ", ")
      report("enum", "'\(value.excerpt)' is not one of \(allowed)")
    }
  }

  /// Checks the constraints of an integer.
  public mutating func integer(
    _ value: Int?,
    minimum: Int? = nil,
    maximum: Int? = nil,
    const: Int? = nil,
    oneOf: [Int]? = nil
  ) {
    guard let value else { return }
    if let minimum, value < minimum {
      report("minimum", "\(value) is less than \(minimum)")
    }
    if let maximum, value > maximum {
      report("maximum", "\(value) is more than \(maximum)")
    }
    if let const, value != const {
      report("const", "\(value) is not \(const)")
    }
    if let oneOf, !oneOf.contains(value) {
      let allowed = oneOf.map(String.init).joined(separator: ", ")
      report("enum", "\(value) is not one of \(allowed)")
    }
  }

  /// Checks the constant of a boolean.
  public mutating func boolean(_ value: Bool?, const: Bool) {
    guard let value, value != const else { return }
    report("const", "\(value) is not \(const)")
  }

  /// Checks the length of a byte string.
  public mutating func bytes(_ value: Bytes?, minLength: Int? = nil, maxLength: Int? = nil) {
    guard let value else { return }
    length(value.count, "bytes", minLength, maxLength)
  }

  /// Checks the accepted media types and the size of a blob, and its own constraints.
  public mutating func blob(_ value: Blob?, accept: [String]? = nil, maxSize: Int? = nil) {
    guard let value else { return }
    value.validate(into: &self)
    if let accept, !accept.contains(where: { value.mimeType.matches(mediaRange: $0) }) {
      let allowed = accept.joined(separator: ", ")
      report("accept", "the MIME type '\(value.mimeType.excerpt)' is not of \(allowed)")
    }
    if let maxSize, let size = value.size, size > maxSize {
      report("maxSize", "has \(size) bytes, at most \(maxSize) allowed")
    }
  }

  /// Checks the number of elements of an array.
  public mutating func count(_ value: Int?, minLength: Int? = nil, maxLength: Int? = nil) {
    guard let value else { return }
    length(value, "elements", minLength, maxLength)
  }

  /// Checks the constraints of a value's type.
  public mutating func nested(_ value: (some LexiconValue)?) {
    value?.validate(into: &self)
  }

  /// Checks each element of an array.
  public mutating func each<Element>(
    _ elements: [Element]?,
    _ check: (inout Validator, Element) -> Void
  ) {
    guard let elements else { return }
    for (index, element) in elements.enumerated() {
      if isFull { return }
      within(.index(index)) { check(&$0, element) }
    }
  }

  private mutating func length(
    _ value: Int,
    _ unit: StaticString,
    _ minimum: Int?,
    _ maximum: Int?
  ) {
    if let minimum, value < minimum {
      report("minLength", "has \(value) \(unit), at least \(minimum) needed")
    }
    if let maximum, value > maximum {
      report("maxLength", "has \(value) \(unit), at most \(maximum) allowed")
    }
  }
}

extension String {
  /// Lexicon, `accept`: a MIME type, or a pattern such as `image/*` or `*/*`.
  fileprivate func matches(mediaRange: String) -> Bool {
    if mediaRange == "*/*" || mediaRange == "*" || mediaRange == self { return true }
    return mediaRange.utf8.suffix(2).elementsEqual("/*".utf8)
      && utf8.starts(with: mediaRange.utf8.dropLast())
  }
}

/// A constraint that a value violates.
public struct Violation: Hashable, Sendable {
  /// The keys and indices that lead to the value: `reply.root.uri`, `facets[0].index`; empty at the
  /// top.
  public var path: String
  /// The name of the constraint in the Lexicon language: `maxLength`, `format`, `enum`, …
  public var rule: String
  /// A description of the violation.
  public var message: String

  /// Creates a violation.
  public init(path: String, rule: String, message: String) {
    self.path = path
    self.rule = rule
    self.message = message
  }
}

extension Violation: CustomStringConvertible {
  /// The path, the message and the name of the constraint.
  public var description: String {
    "\(path.isEmpty ? "value" : path): \(message) (\(rule))"
  }
}
