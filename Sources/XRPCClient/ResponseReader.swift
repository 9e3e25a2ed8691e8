import ATProtoData
import ATProtoHTTP
import HTTPTypes
import XRPC

/// Interprets a response: an output, an XRPC error, or neither.
struct ResponseReader {
  private let response: HTTPTransportResponse
  private let limits: DataLimits

  /// A longer error body is not decoded.
  private static let maximumErrorBytes = 64 << 10

  init(_ response: HTTPTransportResponse, limits: DataLimits = .default) {
    self.response = response
    self.limits = limits
  }

  func output<Output: XRPCBody, Failure: XRPCFailure>(
    encoding: String?,
    _ failure: Failure.Type
  ) throws(XRPCError<Failure>) -> Output {
    guard response.head.status.kind == .successful else { throw error() }
    let contentType = response.head.headerFields[.contentType]
    if let encoding, !MediaType.matches(contentType ?? "", pattern: encoding) {
      throw .protocolViolation(
        ProtocolError(
          code: .contentType,
          status: response.head.status.code,
          reason: "Content-Type is \(contentType ?? "missing"), expected \(encoding)"
        )
      )
    }
    do {
      return try Output(body: response.body, contentType: contentType, limits: limits)
    } catch {
      throw .protocolViolation(
        ProtocolError(
          code: .undecodableOutput,
          status: response.head.status.code,
          reason: "cannot decode the output: \(error)"
        )
      )
    }
  }

  /// Interprets an error response. "Clients should be robust to non-JSON error responses" (XRPC
  /// specification, "Usage and Implementation Guidelines").
  func error<Failure: XRPCFailure>() -> XRPCError<Failure> {
    let status = response.head.status
    if let body = errorBody {
      return .failure(Failure(body), status: status.code)
    }
    let code: ProtocolError.Code = status.kind == .redirection ? .redirect : .foreignError
    return .protocolViolation(
      ProtocolError(code: code, status: status.code, reason: foreignReason)
    )
  }

  /// Deployed servers answer 400; the specification's table suggests 401.
  var saysTokenExpired: Bool {
    let code = response.head.status.code
    return (code == 400 || code == 401) && errorBody?.name == "ExpiredToken"
  }

  private var errorBody: XRPCErrorBody? {
    guard response.head.status.code >= 400, response.body.count <= Self.maximumErrorBytes,
      response.body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{"),
      let object = try? ErrorObject(json: response.body), !object.error.isEmpty
    else { return nil }
    return object.body
  }

  /// The beginning of the body with control characters replaced, because it may be printed to a
  /// terminal.
  private var foreignReason: String {
    if response.head.status.kind == .redirection {
      return
        "the server redirects to \(response.head.headerFields[.location] ?? "an unknown location")"
    }
    let excerpt = String(decoding: response.body.prefix(200), as: UTF8.self)
      .unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
    return excerpt.isEmpty
      ? "the error response has no body" : "the response is not an XRPC error: \(excerpt)"
  }
}
