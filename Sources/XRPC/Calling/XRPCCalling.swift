/// Whatever calls methods: a client over HTTP, or the server itself.
///
/// Generated clients stand on this alone.
public protocol XRPCCalling: Sendable {
  func query<Method: XRPCQuery>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions
  ) async throws(XRPCError<Method.Failure>) -> Method.Output

  func procedure<Method: XRPCProcedure>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    _ input: Method.Input,
    options: CallOptions
  ) async throws(XRPCError<Method.Failure>) -> Method.Output

  func subscribe<Method: XRPCSubscription>(
    _ method: Method.Type,
    _ parameters: Method.Parameters,
    options: CallOptions
  ) async throws(XRPCError<Method.Failure>) -> XRPCEventStream<Method.Message>
}
