import ATProtoData

/// The kind of variants to generate.
enum Goal: Sendable {
  case boundaries
  case violations
}

/// A value with an edge or a violation at one path.
struct Variant: Sendable {
  enum Mark: Sendable {
    case edge(String)
    case fault(MarkedSample.Fault)
  }

  var value: DataValue
  /// The path from the value to the edge or violation.
  var path: [DataPath] = []
  var mark: Mark

  static func edge(_ value: DataValue, _ edge: String) -> Variant {
    Variant(value: value, mark: .edge(edge))
  }

  static func shape(_ value: DataValue, _ code: DataError.Code) -> Variant {
    Variant(value: value, mark: .fault(.shape(code)))
  }

  static func constraint(_ value: DataValue, _ rule: String) -> Variant {
    Variant(value: value, mark: .fault(.constraint(rule)))
  }

  /// The variant as a part of `whole`.
  func inside(_ whole: DataValue, at step: DataPath) -> Variant {
    Variant(value: whole, path: [step] + path, mark: mark)
  }

  var pathText: String { DataPath.description(of: path) }
}
