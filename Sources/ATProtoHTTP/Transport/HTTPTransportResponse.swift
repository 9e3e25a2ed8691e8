public import HTTPTypes

/// A response with its whole body.
public struct HTTPTransportResponse: Hashable, Sendable {
  public var head: HTTPResponse
  public var body: [UInt8]

  public init(head: HTTPResponse, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }
}
