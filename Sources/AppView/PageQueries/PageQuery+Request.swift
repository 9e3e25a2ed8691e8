import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconIndex
import XRPC
import XRPCServer

extension PageQuery {
  /// A request for a page.
  struct Call: Sendable {
    var query: RecordQuery
    /// Nil for all accounts.
    var repos: [ATIdentifier]?
    /// What a cursor belongs to.
    var scope: String
  }

  /// Reads the parameters of a request.
  ///
  /// Throws 400 `InvalidRequest` for parameters outside of the lexicon, and for a cursor that is not
  /// one of this list.
  func call(_ text: String, _ catalog: Catalog) throws -> Call {
    let values = try values(text)
    let schema = Schema(
      .object(ObjectSchema(properties: parameters.properties)),
      at: SourceLocation(path: "", offset: 0, line: 1, column: 1)
    )
    if let violation = catalog.validate(.object(values), against: schema).first {
      throw XRPCServerError.invalidRequest("\(violation.path): \(violation.message)")
    }
    var query = RecordQuery(collection: collection.collection, limit: Self.bounded(limit))
    var repos: [ATIdentifier]?
    var scope = [nsid.string]
    var cursor: String?
    for (name, value) in values {
      switch meanings[name] {
      case .limit: query.limit = Self.bounded(value.integer ?? limit)
      case .cursor: cursor = value.string
      case .repos:
        let given = value.array ?? [value]
        repos = (repos ?? []) + given.compactMap { $0.string.flatMap { try? ATIdentifier($0) } }
        scope.append("\(name)=\(value.jsonString())")
      case .field(let field, let kind):
        let given = (value.array ?? [value]).compactMap { IndexValue($0, kind) }
        query.conditions.append(
          FieldCondition(
            field: field,
            test: given.count == 1 ? .equal(given[0]) : .isOneOf(given)
          )
        )
        scope.append("\(name)=\(value.jsonString())")
      case nil: continue
      }
    }
    let joined = scope.joined(separator: "\0")
    do {
      query.after = try cursor.map { cursor throws(IndexQueryError) in
        try RecordPosition(cursor: cursor, scope: joined)
      }
    } catch {
      throw XRPCServerError.invalidRequest(error.reason)
    }
    return Call(query: query, repos: repos, scope: joined)
  }

  /// The parameters as data, in the order of the lexicon. Parameters that it does not have are
  /// ignored.
  private func values(_ text: String) throws -> DataObject {
    let reader = try ParameterReader(query: text)
    var values = DataObject()
    for property in parameters.properties {
      let name = property.name.value
      if case .array(let array) = property.schema.kind {
        values[name] = try Self.array(reader, name, array.items).map { .array($0) }
      } else {
        values[name] = try Self.scalar(reader, name, property)
      }
    }
    return values
  }

  private static func array(
    _ reader: ParameterReader,
    _ name: String,
    _ items: Schema
  ) throws(ParameterError) -> [DataValue]? {
    switch items.kind {
    case .boolean:
      let values: [Bool]? = try reader.optionalArray(name)
      return values?.map { .boolean($0) }
    case .integer:
      let values: [Int]? = try reader.optionalArray(name)
      return values?.map { .integer($0) }
    default:
      let values: [String]? = try reader.optionalArray(name)
      return values?.map { .string($0) }
    }
  }

  private static func scalar(
    _ reader: ParameterReader,
    _ name: String,
    _ property: PropertySchema
  ) throws(ParameterError) -> DataValue? {
    switch property.schema.kind {
    case .boolean(let schema):
      let value: Bool? =
        try property.isRequired ? reader.required(name) : reader.optional(name)
      return (value ?? schema.default).map { .boolean($0) }
    case .integer(let schema):
      let value: Int? = try property.isRequired ? reader.required(name) : reader.optional(name)
      return (value ?? schema.default).map { .integer($0) }
    case .string(let schema):
      let value: String? =
        try property.isRequired ? reader.required(name) : reader.optional(name)
      return (value ?? schema.default).map { .string($0) }
    default: return nil
    }
  }
}

extension IndexValue {
  /// The value of a parameter as a field of some kind compares it.
  fileprivate init?(_ value: DataValue, _ kind: FieldPlan.Kind) {
    switch (value, kind) {
    case (.boolean(let value), .boolean): self = .boolean(value)
    case (.integer(let value), .integer): self = .integer(Int64(value))
    case (.string(let value), .string): self = .text(value)
    case (.string(let value), .datetime):
      guard let datetime = try? Datetime(value) else { return nil }
      self = .instant(datetime.instant.sinceEpoch)
    default: return nil
    }
  }
}
