import ATProtoData
import ATProtoSyntax
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import XRPCServer

/// A request of the administrator, with its body read.
struct AdminRequest: Sendable {
  /// A host name and a few numbers.
  static let maximumBodyLength = 64 << 10

  let head: HTTPRequest
  private let query: [String: String]
  let body: [UInt8]

  /// Throws 413 for a body that is too long.
  init(_ request: Request) async throws {
    head = request.head
    query = Dictionary(
      request.uri.queryParameters.map { (String($0.key).lowercased(), String($0.value)) }
    ) { first, _ in first }
    do {
      let buffer = try await request.body.collect(upTo: Self.maximumBodyLength)
      body = Array(buffer.readableBytesView)
    } catch is NIOTooManyBytesError {
      throw XRPCServerError.payloadTooLarge(maximum: Self.maximumBodyLength)
    }
  }

  /// The request as it is forwarded to sibling relays.
  var forwarded: ForwardedRequest {
    ForwardedRequest(
      method: head.method,
      path: head.path ?? "/",
      fields: head.headerFields,
      body: body.isEmpty ? nil : body
    )
  }

  func parameter(_ name: String) throws(XRPCServerError) -> String {
    guard let value = query[name], !value.isEmpty else {
      throw .invalidRequest("missing parameter: \(name)")
    }
    return value
  }

  func optionalParameter(_ name: String) -> String? {
    query[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A field of the JSON body. The case of its name does not matter, as in the reference
  /// implementation.
  func field(_ name: String) throws(XRPCServerError) -> DataValue? {
    let object: DataObject?
    do {
      object = try DataValue(json: body).object
    } catch {
      throw .invalidRequest("the body is not valid JSON: \(error)")
    }
    guard let object else { throw .invalidRequest("the body is not a JSON object") }
    return object.first { $0.key.lowercased() == name }?.value
  }

  func text(_ name: String) throws(XRPCServerError) -> String {
    guard let text = try field(name)?.string, !text.isEmpty else {
      throw .invalidRequest("missing field: \(name)")
    }
    return text
  }

  func did(_ name: String) throws(XRPCServerError) -> DID {
    let text = try text(name)
    guard let did = try? DID(text) else { throw .invalidRequest("\(name) is not a valid DID") }
    return did
  }

  /// Whether a page of another site sent the request. Browsers add saved credentials to any
  /// request, and declare where it comes from (Fetch Metadata Request Headers); programs do not.
  var isForeign: Bool {
    let fields = head.headerFields
    if let site = fields[.secFetchSite] { return site != "same-origin" && site != "none" }
    guard let origin = fields[.origin] else { return false }
    guard let separator = origin.firstRange(of: "://") else { return true }
    return origin[separator.upperBound...] != head.authority ?? ""
  }
}
