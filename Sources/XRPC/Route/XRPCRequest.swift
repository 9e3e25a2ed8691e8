/// A call of a query or subscription as its handler receives it, with validated parameters.
public struct XRPCRequest<Method: XRPCMethod>: Sendable {
  /// The parameters, which satisfy the constraints of their schema.
  public let parameters: Method.Parameters
  /// What else is known about the request.
  public let context: XRPCContext

  /// Creates a request, for instance to call a handler in a test.
  public init(parameters: Method.Parameters, context: XRPCContext) {
    self.parameters = parameters
    self.context = context
  }
}

/// A call of a procedure as its handler receives it, with validated parameters and input.
public struct XRPCProcedureRequest<Method: XRPCProcedure>: Sendable {
  /// The parameters, which satisfy the constraints of their schema.
  public let parameters: Method.Parameters
  /// The input, which satisfies the constraints of its schema.
  public let input: Method.Input
  /// What else is known about the request.
  public let context: XRPCContext

  /// Creates a request, for instance to call a handler in a test.
  public init(parameters: Method.Parameters, input: Method.Input, context: XRPCContext) {
    self.parameters = parameters
    self.input = input
    self.context = context
  }
}

/// Thrown by the generated default of a handler function; a server answers 501
/// `MethodNotImplemented`.
public struct XRPCMethodNotImplemented: Error, Hashable, Sendable {
  /// The NSID of the method.
  public let nsid: String

  /// Creates the error for the method `nsid`.
  public init(_ nsid: String) {
    self.nsid = nsid
  }
}
