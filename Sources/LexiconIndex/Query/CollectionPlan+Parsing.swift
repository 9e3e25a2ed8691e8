import ATProtoSyntax
import Lexicon

// The texts of `dev.lexgen.index` requests, resolved against a plan.

extension CollectionPlan {
  /// Parses the path of a field to order by. Throws ``IndexQueryError/Code/unknownField`` and
  /// ``IndexQueryError/Code/invalidSort``.
  public func order(_ path: String, isDescending: Bool) throws(IndexQueryError) -> RecordOrder {
    let candidates: [FieldPlan]
    switch try target(path) {
    case .builtIn(let field): return RecordOrder(.builtIn(field), isDescending: isDescending)
    case .fields(let fields): candidates = fields
    }
    if candidates.count > 1 {
      throw IndexQueryError(
        .invalidSort,
        "cannot sort by '\(excerpt(path))': it is \(candidates.count) fields; name the member of "
          + "the union, as in '\(candidates[0].path)'"
      )
    }
    guard let field = candidates.first, field.isSortable else {
      throw IndexQueryError(
        .invalidSort,
        "cannot sort by '\(excerpt(path))': " + (candidates.first.map(unsortable) ?? "not a field")
      )
    }
    return RecordOrder(.planned([field.number]), isDescending: isDescending)
  }

  private func unsortable(_ field: FieldPlan) -> String {
    switch field.kind {
    case .presence: "its type is \(field.type), and only scalars are compared"
    case .boolean: "records cannot be ordered by a boolean"
    default: "it is in an array, so that a record may have several values"
    }
  }

  /// Resolves a path to fields, for typed handlers. Throws ``IndexQueryError/Code/unknownField``.
  ///
  /// The fields may be of different kinds if the path leaves a union step out. To compare them, use
  /// ``condition(_:)``, which decides what a value is compared with, or ``grouping(_:)``.
  public func field(_ path: String) throws(IndexQueryError) -> QueryField {
    switch try target(path) {
    case .builtIn(let field): .builtIn(field)
    case .fields(let fields): .planned(fields.map(\.number))
    }
  }

  /// Resolves a path to fields of one kind with values, for `groupBy`. Throws
  /// ``IndexQueryError/Code/unknownField``, and ``IndexQueryError/Code/invalidFilter`` for objects
  /// and for fields of different kinds.
  public func grouping(_ path: String) throws(IndexQueryError) -> QueryField {
    let fields: [FieldPlan]
    switch try target(path) {
    case .builtIn(let field): return .builtIn(field)
    case .fields(let all): fields = all
    }
    let scalars = fields.filter { $0.kind != .presence }
    guard let first = scalars.first else {
      throw IndexQueryError(
        .invalidFilter,
        "cannot group by '\(excerpt(path))': \(uncompared(fields[0], path))"
      )
    }
    if scalars.contains(where: { $0.kind != first.kind }) {
      throw IndexQueryError(
        .invalidFilter,
        "cannot group by '\(excerpt(path))': \(severalKinds(scalars))"
      )
    }
    return .planned(scalars.map(\.number))
  }
}

// MARK: Paths

extension CollectionPlan {
  /// What a path leads to.
  enum Target {
    case builtIn(BuiltInField)
    /// At least one.
    case fields([FieldPlan])
  }

  func target(_ path: String) throws(IndexQueryError) -> Target {
    if path.utf8.first == UInt8(ascii: "$") {
      if let field = BuiltInField(rawValue: path) { return .builtIn(field) }
      throw IndexQueryError(
        .unknownField,
        "'\(excerpt(path))' is not a field; the built-in fields are "
          + BuiltInField.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    guard let steps = FieldPath(path) else {
      throw IndexQueryError(
        .unknownField,
        "'\(excerpt(path))' is not a valid path; write names joined by '.', '[]' for any element of "
          + "an array, and '[nsid#name]' for a member of a union" + hint(path)
      )
    }
    let positions = tree.positions(at: steps)
    guard !positions.isEmpty else {
      throw IndexQueryError(
        .unknownField,
        "'\(excerpt(path))' is not a field of \(collection.string)" + hint(path)
      )
    }
    return .fields(positions.map { fields[$0] })
  }

  /// `; did you mean '…'?`, or nothing.
  private func hint(_ path: String) -> String {
    let plain = FieldPath.withoutBrackets(path)
    let paths = fields.lazy.map(\.path)
    // Forgotten brackets first: for a type in them, that is many edits.
    if let same = paths.first(where: { $0 != path && FieldPath.withoutBrackets($0) == plain }) {
      return "; did you mean '\(same)'?"
    }
    let near = Suggestion.nearest(to: path, among: paths)
    return near.map { "; did you mean '\($0)'?" } ?? ""
  }

  /// Why a value is not compared with a field.
  func uncompared(_ field: FieldPlan, _ path: String) -> String {
    let reason = "its type is \(field.type), and only scalars are compared"
    guard field.type == "array" else { return reason }
    return reason + "; write '\(excerpt(path))[]' for its elements"
  }

  func severalKinds(_ fields: [FieldPlan]) -> String {
    let kinds = Set(fields.map(\.kind.rawValue)).sorted().joined(separator: " or ")
    return "it may be \(kinds); name the member of the union, as in '\(fields[0].path)'"
  }

  /// Text of a request for a message.
  func excerpt(_ text: some StringProtocol) -> String {
    text.utf8.count <= 200 ? String(text) : String(text.prefix(100)) + "…"
  }
}
