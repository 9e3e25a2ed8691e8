import ATProtoData
import ATProtoHTTP
import HTTPTypes

/// An error that a server reports in a response, in the header or in the body:
///
///     WWW-Authenticate: DPoP error="use_dpop_nonce", …      ; RFC 9449, 7.1 and 9
///     { "error": code, "error_description": text }          ; RFC 6749, 5.2
///     { "error": name, "message": text }                    ; XRPC specification, "Error Responses"
struct ErrorResponse {
  /// The error in the body; nil if it has none.
  let error: String?
  /// The description in the body.
  let description: String?
  private let challenges: String

  private static let maximumBytes = 64 << 10

  init(_ response: HTTPTransportResponse) {
    // The fields of several challenges are joined.
    challenges = response.head.headerFields[.wwwAuthenticate] ?? ""
    let limits = DataLimits(inputSize: Self.maximumBytes, depth: 16)
    let body =
      response.body.count <= Self.maximumBytes
      ? try? JSONValue(json: response.body, limits: limits) : nil
    error = body?["error"]?.string
    description = (body?["error_description"] ?? body?["message"])?.string
  }

  /// Whether the header or the body has this error.
  func says(_ code: String) -> Bool {
    error == code || challengeSays(code)
  }

  /// Whether a challenge of the scheme `DPoP` has this error.
  func challengeSays(_ code: String) -> Bool {
    let text = challenges.lowercased()
    guard let scheme = text.firstRange(of: "dpop ") else { return false }
    let parameters = text[scheme.upperBound...]
    return parameters.contains("error=\"\(code)\"") || parameters.contains("error=\(code)")
  }

  /// The error and its description, for people.
  var text: String {
    [error, description].compactMap { $0 }.map(excerpt).joined(separator: ": ")
  }
}
