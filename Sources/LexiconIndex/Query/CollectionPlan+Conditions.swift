import ATProtoData
import ATProtoSyntax

// condition = path ":" operator [ ":" value ]        ; split at the first two colons
// operator  = "eq" / "ne" / "in" / "lt" / "le" / "gt" / "ge" / "prefix" / "exists" / "missing"
//
// The value of `in` is a JSON array of 1 to 100 values; `exists` and `missing` have no value.

/// The operators of conditions.
enum ConditionOperator: String, CaseIterable {
  case equal = "eq"
  case notEqual = "ne"
  case isOneOf = "in"
  case less = "lt"
  case lessOrEqual = "le"
  case greater = "gt"
  case greaterOrEqual = "ge"
  case hasPrefix = "prefix"
  case exists
  case isMissing = "missing"

  /// Whether the operator has a meaning for fields of a kind.
  func applies(to kind: FieldPlan.Kind) -> Bool {
    switch self {
    case .exists, .isMissing: true
    case .equal, .notEqual, .isOneOf: kind != .presence
    case .less, .lessOrEqual, .greater, .greaterOrEqual: kind != .presence && kind != .boolean
    case .hasPrefix: kind == .string
    }
  }
}

extension BuiltInField {
  /// What the values of the field are.
  var kind: FieldPlan.Kind {
    switch self {
    case .uri, .did, .recordKey, .cid: .string
    case .indexedAt, .sortAt: .datetime
    }
  }
}

extension CollectionPlan {
  /// Parses a condition: `path:operator` or `path:operator:value`. Throws
  /// ``IndexQueryError/Code/unknownField`` and ``IndexQueryError/Code/invalidFilter``.
  ///
  /// If a path leaves a union step out and leads to fields of different kinds, a value must fit one
  /// kind only, and is compared with the fields of that kind.
  public func condition(_ text: String) throws(IndexQueryError) -> FieldCondition {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count > 1, !parts[0].isEmpty else {
      throw IndexQueryError(
        .invalidFilter,
        "'\(excerpt(text))' is not a valid condition; write path:operator or path:operator:value"
      )
    }
    let path = String(parts[0])
    let target = try target(path)
    guard let operation = ConditionOperator(rawValue: String(parts[1])) else {
      let all = ConditionOperator.allCases.map(\.rawValue).joined(separator: ", ")
      throw IndexQueryError(
        .invalidFilter,
        "'\(excerpt(parts[1]))' is not an operator; the operators are \(all)"
      )
    }
    let value = parts.count > 2 ? String(parts[2]) : nil
    if operation == .exists || operation == .isMissing {
      guard value == nil else {
        throw IndexQueryError(
          .invalidFilter,
          "the operator '\(operation.rawValue)' of '\(excerpt(path))' does not take a value"
        )
      }
      return FieldCondition(
        field: target.all,
        test: operation == .exists ? .exists : .isMissing
      )
    }
    guard let value else {
      throw IndexQueryError(
        .invalidFilter,
        "the operator '\(operation.rawValue)' of '\(excerpt(path))' needs a value: "
          + "\(excerpt(path)):\(operation.rawValue):value"
      )
    }
    return try comparison(target, operation, value, path)
  }

  private func comparison(
    _ target: Target,
    _ operation: ConditionOperator,
    _ value: String,
    _ path: String
  ) throws(IndexQueryError) -> FieldCondition {
    let fields: [FieldPlan]
    switch target {
    case .builtIn(let field):
      let kind = field.kind
      guard operation.applies(to: kind) else { throw inapplicable(operation, kind, path) }
      return FieldCondition(
        field: .builtIn(field),
        test: try test(operation, value, kind, path, maximumBytes: .max)
      )
    case .fields(let all): fields = all
    }
    let scalars = fields.filter { $0.kind != .presence }
    guard !scalars.isEmpty else {
      throw IndexQueryError(
        .invalidFilter,
        "cannot compare '\(excerpt(path))' with '\(operation.rawValue)': "
          + uncompared(fields[0], path)
      )
    }
    let kinds = Set(scalars.map(\.kind)).sorted { $0.rawValue < $1.rawValue }
    let applicable = kinds.filter(operation.applies)
    guard let first = applicable.first else { throw inapplicable(operation, kinds[0], path) }
    var fitting: [(kind: FieldPlan.Kind, test: FieldCondition.Test)] = []
    var failure: IndexQueryError?
    for kind in applicable {
      do throws(IndexQueryError) {
        fitting.append((kind, try test(operation, value, kind, path)))
      } catch {
        failure = failure ?? error
      }
    }
    if fitting.count > 1 {
      throw IndexQueryError(
        .invalidFilter,
        "cannot compare '\(excerpt(path))': \(severalKinds(scalars))"
      )
    }
    guard let fit = fitting.first else {
      throw failure ?? inapplicable(operation, first, path)
    }
    let numbers = scalars.filter { $0.kind == fit.kind }.map(\.number)
    return FieldCondition(field: .planned(numbers), test: fit.test)
  }

  private func inapplicable(
    _ operation: ConditionOperator,
    _ kind: FieldPlan.Kind,
    _ path: String
  ) -> IndexQueryError {
    let others = ConditionOperator.allCases.filter { $0.applies(to: kind) }.map(\.rawValue)
    return IndexQueryError(
      .invalidFilter,
      "cannot compare '\(excerpt(path))' with '\(operation.rawValue)': its type is \(kind.rawValue), "
        + "which allows \(others.joined(separator: ", "))"
    )
  }
}

// MARK: Values

extension CollectionPlan {
  private func test(
    _ operation: ConditionOperator,
    _ text: String,
    _ kind: FieldPlan.Kind,
    _ path: String,
    maximumBytes: Int = IndexLimits.valueBytes
  ) throws(IndexQueryError) -> FieldCondition.Test {
    if operation == .isOneOf {
      return .isOneOf(try list(text, kind, path, maximumBytes))
    }
    guard let value = value(text, kind) else { throw misfit(text, kind, path) }
    try check(value, path, maximumBytes)
    return switch operation {
    case .equal: .equal(value)
    case .notEqual: .notEqual(value)
    case .less: .less(value)
    case .lessOrEqual: .lessOrEqual(value)
    case .greater: .greater(value)
    case .greaterOrEqual: .greaterOrEqual(value)
    case .hasPrefix: .hasPrefix(text)
    case .isOneOf: .isOneOf([value])
    case .exists: .exists
    case .isMissing: .isMissing
    }
  }

  private func value(_ text: String, _ kind: FieldPlan.Kind) -> IndexValue? {
    switch kind {
    case .boolean: text == "true" ? .boolean(true) : text == "false" ? .boolean(false) : nil
    // Int64 also accepts "+1", which is not how integers are written.
    case .integer: text.utf8.first == UInt8(ascii: "+") ? nil : Int64(text).map { .integer($0) }
    case .datetime: Microseconds.ofRFC3339(text).map { .instant($0) }
    case .string: .text(text)
    case .presence: nil
    }
  }

  private func value(_ data: DataValue, _ kind: FieldPlan.Kind) -> IndexValue? {
    switch (kind, data) {
    case (.boolean, .boolean(let value)): .boolean(value)
    case (.integer, .integer(let value)): .integer(Int64(value))
    case (.datetime, .string(let text)): Microseconds.ofRFC3339(text).map { .instant($0) }
    case (.string, .string(let text)): .text(text)
    default: nil
    }
  }

  private func list(
    _ text: String,
    _ kind: FieldPlan.Kind,
    _ path: String,
    _ maximumBytes: Int
  ) throws(IndexQueryError) -> [IndexValue] {
    let limits = DataLimits(inputSize: 1 << 20, depth: 8, elements: 10_000)
    guard let elements = try? DataValue(json: text, limits: limits).array else {
      throw IndexQueryError(
        .invalidFilter,
        "'\(excerpt(text))' is not a valid value of the operator 'in' of '\(excerpt(path))'; write a "
          + "JSON array, as in \(Self.example(kind, inList: true))"
      )
    }
    guard (1...IndexLimits.listedValues).contains(elements.count) else {
      throw IndexQueryError(
        .invalidFilter,
        "the operator 'in' of '\(excerpt(path))' takes 1 to \(IndexLimits.listedValues) values, not "
          + "\(elements.count)"
      )
    }
    var values: [IndexValue] = []
    var seen: Set<IndexValue> = []
    for element in elements {
      guard let value = value(element, kind) else {
        throw misfit(element.jsonString(), kind, path, inList: true)
      }
      try check(value, path, maximumBytes)
      if seen.insert(value).inserted { values.append(value) }
    }
    return values
  }

  /// Longer strings of records are not compared, so that a longer value would never be found.
  private func check(
    _ value: IndexValue,
    _ path: String,
    _ maximum: Int
  ) throws(IndexQueryError) {
    guard case .text(let text) = value, text.utf8.count > maximum else { return }
    throw IndexQueryError(
      .invalidFilter,
      "cannot compare '\(excerpt(path))': the value has more than \(maximum) bytes; search for its "
        + "words instead"
    )
  }

  private func misfit(
    _ text: String,
    _ kind: FieldPlan.Kind,
    _ path: String,
    inList: Bool = false
  ) -> IndexQueryError {
    IndexQueryError(
      .invalidFilter,
      "'\(excerpt(text))' is not a valid value of '\(excerpt(path))'; its type is \(kind.rawValue), as "
        + "in \(Self.example(kind, inList: inList))"
    )
  }

  private static func example(_ kind: FieldPlan.Kind, inList: Bool) -> String {
    let value =
      switch kind {
      case .boolean: "true"
      case .integer: "42"
      case .datetime: inList ? "\"2026-01-31T12:00:00Z\"" : "2026-01-31T12:00:00Z"
      case .string, .presence: inList ? "\"text\"" : "text"
      }
    return inList ? "[\(value)]" : value
  }
}

extension CollectionPlan.Target {
  /// Everything that the path leads to, for tests of presence.
  fileprivate var all: QueryField {
    switch self {
    case .builtIn(let field): .builtIn(field)
    case .fields(let fields): .planned(fields.map(\.number))
    }
  }
}
