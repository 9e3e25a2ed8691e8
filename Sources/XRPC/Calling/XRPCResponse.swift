public import HTTPTypes

/// The output of a call and the metadata of its response.
public struct XRPCResponse<Output: Sendable>: Sendable {
  /// The decoded output.
  public var output: Output
  /// Status and header fields.
  public var metadata: ResponseMetadata

  /// Creates a response.
  public init(output: Output, metadata: ResponseMetadata) {
    self.output = output
    self.metadata = metadata
  }
}

extension XRPCResponse: Equatable where Output: Equatable {}

/// The head of a response (XRPC specification, "Summary of HTTP Headers").
public struct ResponseMetadata: Hashable, Sendable {
  /// The status code.
  public var status: Int
  /// All header fields.
  public var headers: HTTPFields

  /// Creates metadata from the head of a response.
  public init(_ head: HTTPResponse) {
    status = head.status.code
    headers = head.headerFields
  }

  /// `Atproto-Repo-Rev`: the rev of the account's repository that the response reflects, for
  /// read-after-write consistency.
  public var repoRev: String? { self["Atproto-Repo-Rev"] }

  /// `atproto-content-labelers`: the labelers whose labels the response includes, each a DID with its
  /// parameters, such as `did:plc:…;redact`.
  public var contentLabelers: [String] {
    (self["atproto-content-labelers"] ?? "").split(separator: ",").compactMap { part in
      let label = part.drop { $0 == " " }
      let end = label.lastIndex { $0 != " " }.map(label.index(after:)) ?? label.startIndex
      return label.isEmpty ? nil : String(label[..<end])
    }
  }

  /// `X-Request-ID`: identifies the request in the server's logs.
  public var requestID: String? { self["X-Request-ID"] }

  /// The caller's rate limit; nil if the response does not have all of its header fields.
  public var rateLimit: RateLimitNotice? { RateLimitNotice(headers) }

  private subscript(name: String) -> String? {
    HTTPField.Name(name).flatMap { headers[$0] }
  }
}

/// The caller's rate limit as a response reports it: `RateLimit-Limit`, `-Remaining`, `-Reset`.
public struct RateLimitNotice: Hashable, Sendable {
  /// The points available in a window.
  public var limit: Int
  /// The points left in the current window.
  public var remaining: Int
  /// The end of the window, in seconds since 1970.
  public var reset: Int64

  /// Creates a notice.
  public init(limit: Int, remaining: Int, reset: Int64) {
    self.limit = limit
    self.remaining = remaining
    self.reset = reset
  }

  /// Reads the three header fields; nil if one is missing or is not a number.
  public init?(_ fields: HTTPFields) {
    guard let limit = Self.number("RateLimit-Limit", fields),
      let remaining = Self.number("RateLimit-Remaining", fields),
      let reset = Self.number("RateLimit-Reset", fields)
    else { return nil }
    self.init(limit: limit, remaining: remaining, reset: Int64(reset))
  }

  private static func number(_ name: String, _ fields: HTTPFields) -> Int? {
    guard let text = HTTPField.Name(name).flatMap({ fields[$0] }), let number = Int(text),
      number >= 0
    else { return nil }
    return number
  }
}
