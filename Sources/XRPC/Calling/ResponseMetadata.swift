public import HTTPTypes

/// What the head of a response tells beside the output (XRPC specification, "Summary of HTTP
/// Headers").
public struct ResponseMetadata: Hashable, Sendable {
  public var status: Int
  public var headers: HTTPFields

  public init(_ head: HTTPResponse) {
    status = head.status.code
    headers = head.headerFields
  }

  /// `Atproto-Repo-Rev`: the rev of the account's repository that the response has taken in, for
  /// read-after-write.
  public var repoRev: String? { self["Atproto-Repo-Rev"] }

  /// `atproto-content-labelers`: the DIDs, with their parameters, of the labelers whose labels the
  /// response carries.
  public var contentLabelers: [String] {
    (self["atproto-content-labelers"] ?? "").split(separator: ",").compactMap { part in
      let label = part.drop { $0 == " " }
      let end = label.lastIndex { $0 != " " }.map(label.index(after:)) ?? label.startIndex
      return label.isEmpty ? nil : String(label[..<end])
    }
  }

  /// The name of the request in the server's logs.
  public var requestID: String? { self["X-Request-ID"] }

  public var rateLimit: RateLimitNotice? { RateLimitNotice(headers) }

  private subscript(name: String) -> String? {
    HTTPField.Name(name).flatMap { headers[$0] }
  }
}
