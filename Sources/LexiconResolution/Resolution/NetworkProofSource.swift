import ATProtoData
public import ATProtoHTTP
public import ATProtoRepo
public import ATProtoSyntax
import HTTPTypes

/// Fetches proofs with `com.atproto.sync.getRecord`.
public struct NetworkProofSource: RecordProofSource {
  private let server: UntrustedServer

  /// Creates a source.
  ///
  /// - Parameter transport: decides which hosts may be called; see
  ///   ``LexiconNetworkSettings/addressPolicy``.
  public init(
    transport: any HTTPTransport,
    settings: LexiconNetworkSettings = LexiconNetworkSettings()
  ) {
    server = UntrustedServer(transport: transport, settings: settings)
  }

  /// Fetches a proof.
  public func proof(
    of path: RepoPath,
    in did: DID,
    at pds: HTTPURL
  ) async throws(LexiconError) -> [UInt8] {
    let response = try await server.get(
      "/xrpc/com.atproto.sync.getRecord",
      [
        ("did", did.string), ("collection", path.collection.string),
        ("rkey", path.recordKey.string),
      ],
      at: pds,
      accept: "application/vnd.ipld.car"
    )
    return response.body
  }
}

/// Sends queries to servers whose URLs come from DID documents.
struct UntrustedServer: Sendable {
  let transport: any HTTPTransport
  let settings: LexiconNetworkSettings

  /// Sends a query and returns the response if it succeeds.
  func get(
    _ path: String,
    _ parameters: [(String, String)],
    at server: HTTPURL,
    accept: String,
    maximumBytes: Int? = nil
  ) async throws(LexiconError) -> HTTPTransportResponse {
    try check(server)
    let query = parameters.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
    guard let url = server.at("\(path)?\(query)") else {
      throw LexiconError(.didUnsupported, "the URL of its record is too long")
    }
    let response: HTTPTransportResponse
    do throws(TransportError) {
      response = try await transport.send(
        url.request(.get, [.accept: accept, .userAgent: "lexgen-atproto"]),
        body: nil,
        options: TransportOptions(
          timeout: settings.limits.fetchTimeout,
          maximumResponseBytes: maximumBytes ?? settings.limits.responseBytes
        )
      )
    } catch {
      throw LexiconError(error, url)
    }
    guard response.head.status != .ok else { return response }
    throw Self.refusal(response, url)
  }

  /// Refuses URLs that lead to addresses which are not allowed, even if the transport would call
  /// them.
  private func check(_ url: HTTPURL) throws(LexiconError) {
    let policy = settings.addressPolicy
    let reason =
      if let address = IPAddress(url.host) {
        policy.refusal(of: address, scheme: url.scheme)
      } else if url.scheme == "http", policy.plainHTTP == .nowhere {
        "plain HTTP is not allowed"
      } else {
        nil as String?
      }
    guard let reason else { return }
    throw LexiconError(
      .addressRefused,
      "the server has an address that is not allowed",
      detail: "\(url.origin): \(reason)"
    )
  }

  private static func refusal(_ response: HTTPTransportResponse, _ url: HTTPURL) -> LexiconError {
    let status = response.head.status
    let body = try? DataValue(json: response.body, limits: DataLimits(depth: 16))
    let words = [body?["error"]?.string, body?["message"]?.string].compactMap { text in
      text.map { String($0.prefix(300)) }
    }
    let detail = (["\(url.origin): status \(status.code)"] + words).joined(separator: ", ")
    switch status.code {
    case 400 where words.first == "RecordNotFound":
      return LexiconError(.recordNotFound, "the repository does not have it", detail: detail)
    case 429, 500...:
      return LexiconError(.fetchFailed, "the server cannot answer at present", detail: detail)
    default:
      return LexiconError(
        .repoUnavailable,
        "the server does not return records of the repository",
        detail: detail
      )
    }
  }

  /// The value of a query parameter. Every character of NSIDs, DIDs, and record keys but the percent
  /// sign may stand for itself; cursors may contain any.
  private static func encoded(_ value: String) -> String {
    var text = ""
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: ":"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return text
  }
}
