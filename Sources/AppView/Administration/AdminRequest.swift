import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore
import XRPCServer

/// A request of the administrator, with its body read.
struct AdminRequest: Sendable {
  /// A URI and a few words.
  static let maximumBodyLength = 64 << 10

  let head: HTTPRequest
  let path: String
  private let query: [String: String]
  private let body: [UInt8]

  /// Throws 413 for a body that is too long.
  init(_ request: Request) async throws {
    head = request.head
    path = request.uri.path
    query = Dictionary(
      request.uri.queryParameters.map { (String($0.key), String($0.value)) }
    ) { first, _ in first }
    do {
      let buffer = try await request.body.collect(upTo: Self.maximumBodyLength)
      body = Array(buffer.readableBytesView)
    } catch is NIOTooManyBytesError {
      throw XRPCServerError.payloadTooLarge(maximum: Self.maximumBodyLength)
    }
  }

  func parameter(_ name: String) -> String? {
    query[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Throws 405 if the request has another method.
  func check(_ method: HTTPRequest.Method) throws(XRPCServerError) {
    guard head.method == method || (method == .get && head.method == .head) else {
      throw .methodNotAllowed("use \(method.rawValue)", allowed: method.rawValue)
    }
  }

  /// A field of a form, without white space around it; nil if it is absent or empty.
  func entry(_ name: String) -> String? {
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let text = String(decoding: pair, as: UTF8.self)
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == name,
        let bytes = PercentEncoding.decodeForm(parts[1].utf8[...]),
        let value = String(validating: bytes, as: UTF8.self)
      else { continue }
      let trimmed = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if !trimmed.isEmpty { return trimmed }
    }
    return nil
  }

  /// A required field of a form. Throws 400.
  func requiredEntry(_ name: String) throws(XRPCServerError) -> String {
    guard let entry = entry(name) else {
      throw .invalidRequest("Fill out the field “\(name)”.")
    }
    return entry
  }

  /// The JSON object of the body. Throws 415 for another type, which pages of other sites could send
  /// without being asked first, and 400 for malformed JSON.
  func object() throws(XRPCServerError) -> DataObject {
    let type = head.headerFields[.contentType] ?? ""
    guard type.lowercased().hasPrefix("application/json") else {
      throw .unsupportedMediaType("Content-Type must be application/json")
    }
    guard let value = try? DataValue(json: body), let object = value.object else {
      throw .invalidRequest("the body is not a JSON object")
    }
    return object
  }
}
