import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import HTTPTypes
import Lexicon
import LexiconSamples
import XRPC
import XRPCServer

/// A request for a method, before and after its parts are decoded.
struct MockCall: Sendable {
  let nsid: String
  let verb: HTTPRequest.Method
  let fields: HTTPFields
  let query: [(name: String, value: String)]
  var body: [UInt8] = []
  /// The declared parameters.
  var parameters = DataObject()
  /// The input, if it is JSON.
  var input: DataValue?
  let serverSeed: UInt64

  init(
    nsid: String,
    verb: HTTPRequest.Method,
    fields: HTTPFields,
    query: String,
    seed: UInt64
  ) throws {
    self.nsid = nsid
    self.verb = verb
    self.fields = fields
    self.query = try QueryString.pairs(query, maximumCount: 2_000)
    serverSeed = seed
  }

  /// A header field, or the parameter of the same name, which browsers and WebSockets can set.
  func control(_ name: String) -> String? {
    HTTPField.Name(name).flatMap { fields[$0] } ?? query.first { $0.name == name }?.value
  }

  /// The seed of this call, before its parameters and input count.
  func seed() throws(XRPCServerError) -> UInt64 {
    guard let text = control("x-mock-seed") else { return serverSeed }
    guard let seed = UInt64(text) else {
      throw .invalidRequest("x-mock-seed must be a number from 0 to \(UInt64.max)")
    }
    return seed
  }

  /// A number that depends on the seed, the method, its parameters, and its input.
  ///
  /// - Parameter ignored: parameters that do not count.
  func contentSeed(except ignored: Set<String> = []) throws(XRPCServerError) -> UInt64 {
    var counted = DataObject()
    for (key, value) in parameters where !ignored.contains(key) { counted[key] = value }
    // DAG-CBOR has one form for each value, whatever the order of its fields.
    let content = DataValue.object(counted).cborBytes() + (input?.cborBytes() ?? body)
    return try seed().mixed(with: nsid).mixed(with: content)
  }

  /// A string in the parameters or the input.
  func text(_ name: String) -> String? {
    parameters[name]?.string ?? input?[name]?.string
  }

  var token: String? {
    guard let field = fields[.authorization] else { return nil }
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, ["bearer", "dpop"].contains(parts[0].lowercased()) else { return nil }
    return String(parts[1])
  }
}

// MARK: Decoding

extension MockCall {
  /// Decodes the parameters and checks them against the schema. Undeclared ones are ignored.
  mutating func decodeParameters(
    _ method: MockMethod,
    _ catalog: Catalog
  ) throws(XRPCServerError) {
    var decoded = DataObject()
    for property in method.parameters {
      let name = property.name.value
      let values = query.filter { $0.name == name }.map(\.value)
      guard !values.isEmpty else { continue }
      if case .array(let array) = property.schema.kind {
        var elements: [DataValue] = []
        for value in values { elements.append(try Self.decode(value, array.items, name)) }
        decoded[name] = .array(elements)
      } else {
        guard values.count == 1 else {
          throw .invalidRequest("parameter '\(name)' is given more than once")
        }
        decoded[name] = try Self.decode(values[0], property.schema, name)
      }
    }
    parameters = decoded
    let location = SourceLocation(path: "", offset: 0, line: 1, column: 1)
    let schema = Schema(.object(ObjectSchema(properties: method.parameters)), at: location)
    try Self.refuse(catalog.validate(.object(decoded), against: schema), "parameters")
  }

  private static func decode(
    _ text: String,
    _ schema: Schema,
    _ name: String
  ) throws(XRPCServerError) -> DataValue {
    switch schema.kind {
    case .boolean:
      switch text {
      case "true": return true
      case "false": return false
      default: throw .invalidRequest("parameter '\(name)' must be true or false")
      }
    case .integer:
      guard let number = Int(text) else {
        throw .invalidRequest("parameter '\(name)' must be an integer")
      }
      return .integer(number)
    default: return .string(text)
    }
  }

  /// Decodes the input and checks it against the schema.
  mutating func decodeInput(
    _ schema: BodySchema,
    _ catalog: Catalog
  ) throws(XRPCServerError) {
    let encoding = schema.encoding.value
    guard let type = fields[.contentType] else {
      throw body.isEmpty
        ? .invalidRequest("the input is missing; send \(encoding)")
        : .unsupportedMediaType("the request has no Content-Type; send \(encoding)")
    }
    guard MediaType.matches(type, pattern: encoding) else {
      throw .unsupportedMediaType("the input must be \(encoding), not \(MediaType.essence(type))")
    }
    guard MediaType.isJSON(type), MediaType.isJSON(encoding) || schema.schema != nil else { return }
    guard !body.isEmpty else { throw .invalidRequest("the input is missing; send \(encoding)") }
    let value: DataValue
    do throws(DataError) {
      value = try DataValue(json: body)
    } catch {
      throw .invalidRequest("the input is not valid: \(error)")
    }
    if let schema = schema.schema {
      try Self.refuse(catalog.validate(value, against: schema), "input")
    }
    input = value
  }

  static func refuse(
    _ violations: [Violation],
    _ part: String
  ) throws(XRPCServerError) {
    guard let violation = violations.first else { return }
    let place = violation.path.isEmpty ? part : "\(part): \(violation.path)"
    throw .invalidRequest("\(place): \(violation.message)")
  }
}

extension UInt64 {
  func mixed(with bytes: [UInt8]) -> UInt64 {
    let start = self &* 0x9E37_79B9_7F4A_7C15 ^ 0xCBF2_9CE4_8422_2325
    let hash = bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    return hash ^ (hash >> 29)
  }

  func mixed(with text: String) -> UInt64 { mixed(with: Array(text.utf8) + [0xFF]) }

  func mixed(with number: Int) -> UInt64 { mixed(with: "\(number)") }
}
