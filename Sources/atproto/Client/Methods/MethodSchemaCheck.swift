import ATProtoData
import Lexicon
import XRPC

/// One method of a catalog, and what its calls must be like.
struct MethodSchemaCheck {
  enum Kind: String {
    case query, procedure
  }

  private let schema: MethodSchema
  private let catalog: Catalog

  init(_ schema: MethodSchema, _ catalog: Catalog) {
    self.schema = schema
    self.catalog = catalog
  }

  /// What an input is where nobody says.
  var inputType: String? { schema.input?.encoding.value }

  /// Reads parameters by their types, and checks them.
  func check(_ parameters: [(name: String, value: String)]) throws {
    let properties = schema.parameters?.properties ?? []
    var object = DataObject()
    for (name, text) in parameters {
      guard let property = properties.first(where: { $0.name.value == name }) else {
        let known = properties.map(\.name.value).joined(separator: ", ")
        throw ClientFailure(
          reason: "no parameter '\(name)'; there is \(known.isEmpty ? "none" : known)"
        )
      }
      if case .array(let array) = property.schema.kind {
        let items = object[name]?.array ?? []
        object[name] = .array(items + [try Self.value(text, array.items, name)])
      } else if object[name] != nil {
        throw ClientFailure(reason: "parameter '\(name)' is no array, and comes twice")
      } else {
        object[name] = try Self.value(text, property.schema, name)
      }
    }
    guard let parameters = schema.parameters else { return }
    let location = schema.parameters?.properties.first?.schema.location
    guard let location else { return }
    let form = Schema(.object(ObjectSchema(properties: parameters.properties)), at: location)
    try report(catalog.validate(.object(object), against: form), of: "parameters")
  }

  func checkInput(_ body: RawBody?) throws {
    guard let input = schema.input else {
      guard body == nil else { throw ClientFailure(reason: "the method takes no input") }
      return
    }
    guard let body else {
      throw ClientFailure(reason: "the method takes \(input.encoding.value): --input <file>")
    }
    try check(body, input, of: "input")
  }

  /// - Parameter body: without its bytes where it is neither JSON nor empty.
  func checkOutput(_ body: RawBody) throws {
    guard let output = schema.output else {
      guard body.bytes?.isEmpty == true else {
        throw ClientFailure(reason: "the method has no output, and the server sent some")
      }
      return
    }
    try check(body, output, of: "output")
  }

  private func check(_ body: RawBody, _ form: BodySchema, of part: String) throws {
    guard MediaType.matches(body.contentType, pattern: form.encoding.value) else {
      throw ClientFailure(
        reason: "\(part) is \(body.contentType), not \(form.encoding.value)"
      )
    }
    guard let schema = form.schema, let bytes = body.bytes else { return }
    try report(catalog.validate(try DataValue(json: bytes), against: schema), of: part)
  }

  private func report(_ violations: [Violation], of part: String) throws {
    guard !violations.isEmpty else { return }
    throw ClientFailure(
      reason: "\(part) does not match the lexicon:",
      details: violations.map { "\($0)" }
    )
  }

  private static func value(_ text: String, _ schema: Schema, _ name: String) throws -> DataValue {
    let value: DataValue? =
      switch schema.kind {
      case .boolean: Bool(parameter: text).map { .boolean($0) }
      case .integer: Int(parameter: text).map { .integer($0) }
      default: .string(text)
      }
    guard let value else {
      throw ClientFailure(reason: "parameter '\(name)': '\(text)' is no \(schema.typeName)")
    }
    return value
  }
}
