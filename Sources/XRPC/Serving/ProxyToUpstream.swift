/// Thrown by the handler of a query that another service has the answer to: the server's
/// ``XRPCProxyHandler`` answers in its place, or nobody where there is none.
public struct ProxyToUpstream: Error {
  public init() {}
}
