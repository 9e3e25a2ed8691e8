import ATProtoData
public import HTTPTypes

/// Answers the calls that no route answers, and those that a handler passes on
/// (``ProxyToUpstream``), of a server that passes them on to others (XRPC specification, "Service
/// Proxying").
public struct XRPCProxyHandler: Sendable {
  public typealias Respond = @Sendable (XRPCUntypedRequest) async throws -> XRPCServerResponse

  /// A longer request body is refused with 413.
  public let maximumInputBytes: Int
  private let overrides: @Sendable (_ nsid: String, HTTPFields) -> Bool
  private let respond: Respond

  /// - Parameters:
  ///   - overrides: whether it answers a call for which there is a route as well.
  ///   - respond: what it throws becomes a response as with any handler. The header fields that it
  ///     set in the context are not added: it makes the whole response.
  public init(
    maximumInputBytes: Int,
    overrides: @escaping @Sendable (_ nsid: String, HTTPFields) -> Bool = { _, _ in false },
    respond: @escaping Respond
  ) {
    self.maximumInputBytes = maximumInputBytes
    self.overrides = overrides
    self.respond = respond
  }

  func overrides(_ nsid: String, _ head: HTTPRequest) -> Bool {
    overrides(nsid, head.headerFields)
  }

  /// A route for this one call; its body is read as it comes.
  func route(_ nsid: String, _ head: HTTPRequest) throws(XRPCServerError) -> XRPCRoute {
    let verbs: [HTTPRequest.Method] = [.get, .head, .post]
    guard verbs.contains(head.method) else {
      throw .methodNotAllowed(
        "a method is called with GET or POST, not \(head.method.rawValue)",
        allowed: "GET, HEAD, POST"
      )
    }
    let isProcedure = head.method == .post
    return XRPCRoute(
      nsid: nsid,
      kind: isProcedure ? .procedure : .query,
      inputEncoding: nil,
      takesStream: isProcedure,
      maximumInputBytes: isProcedure ? maximumInputBytes : 0,
      limits: .default,
      handler: .respond { [respond] request, _ in
        try await respond(XRPCUntypedRequest(nsid, request))
      },
      takesAnyInput: isProcedure
    )
  }
}
