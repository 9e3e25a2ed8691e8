import ATProtoData
import Lexicon
import XRPC

/// Checks the parameters, input and output of one method against its lexicon.
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

  /// The MIME type of the input that the lexicon declares.
  var inputType: String? { schema.input?.encoding.value }

  /// Parses parameters by their types, and checks them.
  func check(_ parameters: [(name: String, value: String)]) throws {
    let properties = schema.parameters?.properties ?? []
    var object = DataObject()
    for (name, text) in parameters {
      guard let property = properties.first(where: { $0.name.value == name }) else {
        let known = properties.map(\.name.value).joined(separator: ", ")
        throw CommandError(
          reason: "unknown parameter '\(name)'; "
            + (known.isEmpty ? "the method has no parameters" : "the method has: \(known)")
        )
      }
      if case .array(let array) = property.schema.kind {
        let items = object[name]?.array ?? []
        object[name] = .array(items + [try Self.value(text, array.items, name)])
      } else if object[name] != nil {
        throw CommandError(reason: "parameter '\(name)' is not an array, but was given twice")
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
      guard body == nil else { throw CommandError(reason: "the method takes no input") }
      return
    }
    guard let body else {
      throw CommandError(
        reason: "missing input of type \(input.encoding.value); use --input <file>"
      )
    }
    try check(body, input, of: "input")
  }

  /// - Parameter body: the body, without its bytes if it is neither JSON nor empty.
  func checkOutput(_ body: RawBody) throws {
    guard let output = schema.output else {
      guard body.bytes?.isEmpty == true else {
        throw CommandError(reason: "the server sent output, but the method has none")
      }
      return
    }
    try check(body, output, of: "output")
  }

  private func check(_ body: RawBody, _ form: BodySchema, of part: String) throws {
    guard MediaType.matches(body.contentType, pattern: form.encoding.value) else {
      throw CommandError(
        reason: "the \(part) is \(body.contentType), not \(form.encoding.value)"
      )
    }
    guard let schema = form.schema, let bytes = body.bytes else { return }
    try report(catalog.validate(try DataValue(json: bytes), against: schema), of: part)
  }

  private func report(_ violations: [Violation], of part: String) throws {
    guard !violations.isEmpty else { return }
    throw CommandError(
      reason: "invalid \(part):",
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
      throw CommandError(reason: "parameter '\(name)': '\(text)' is not a valid \(schema.typeName)")
    }
    return value
  }
}
