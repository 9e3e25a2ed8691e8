import ATProtoAuth
import ATProtoData
import ATProtoHTTP
import HTTPTypes

/// Calls the endpoints of one authorization server for one login or session: each request with a proof
/// of possession and, for a confidential client, with a client assertion.
struct ServerRequests: Sendable {
  let server: AuthorizationServer
  let client: ClientCredentials
  let proofs: ProofMaker
  let transport: any HTTPTransport

  /// A response with the status 2xx.
  struct Answer {
    let members: JSONValue
    /// Whether the server uses nonces, as it must.
    let hasNonce: Bool
  }

  private static let maximumBytes = 256 << 10

  /// Posts a form. Repeats it once with the nonce that the server asks for (RFC 9449, 8).
  ///
  /// - Throws: ``OAuthClientError/Code/refused`` if the server answers with an error.
  func post(
    _ form: [String: String],
    to url: HTTPURL,
    at seconds: Int
  ) async throws(OAuthClientError) -> Answer {
    var isRepetition = false
    while true {
      let (response, hasNonce) = try await send(form, url, seconds)
      let status = response.head.status
      if status.kind == .successful {
        return Answer(members: Self.members(response), hasNonce: hasNonce)
      }
      let error = ErrorResponse(response)
      if !isRepetition, hasNonce, status.code == 400 || status.code == 401,
        error.says("use_dpop_nonce")
      {
        isRepetition = true
        continue
      }
      throw failure(error, response.head.status, url)
    }
  }

  private func send(
    _ form: [String: String],
    _ url: HTTPURL,
    _ seconds: Int
  ) async throws(OAuthClientError) -> (HTTPTransportResponse, hasNonce: Bool) {
    let fields = client.fields(for: server.issuer, at: seconds)
    let body = FormParameters(form.merging(fields) { $1 }).form
    let head = proofs.signed(
      url.request(
        .post,
        [.contentType: "application/x-www-form-urlencoded", .accept: "application/json"]
      ),
      at: seconds
    )
    do throws(TransportError) {
      let response = try await transport.send(
        head,
        body: body,
        options: TransportOptions(
          timeout: .seconds(30),
          maximumResponseBytes: Self.maximumBytes
        )
      )
      return (response, proofs.note(response.head, of: url.origin))
    } catch {
      throw OAuthClientError(error, url)
    }
  }

  private static func members(_ response: HTTPTransportResponse) -> JSONValue {
    let limits = DataLimits(inputSize: maximumBytes, depth: 16)
    return (try? JSONValue(json: response.body, limits: limits)) ?? .null
  }

  private func failure(
    _ error: ErrorResponse,
    _ status: HTTPResponse.Status,
    _ url: HTTPURL
  ) -> OAuthClientError {
    guard let code = error.error, status.kind == .clientError else {
      let isTemporary = status.kind == .serverError || status == .tooManyRequests
      return OAuthClientError(
        isTemporary ? .unreachable : .response,
        "\(url.origin) answered \(status.code)" + (error.text.isEmpty ? "" : ": \(error.text)")
      )
    }
    // RFC 6585, 4: try again later.
    guard status != .tooManyRequests else {
      return OAuthClientError(.unreachable, "\(url.origin): \(error.text)", serverError: code)
    }
    return OAuthClientError(.refused, "\(url.origin): \(error.text)", serverError: code)
  }
}
