/// A call of a query or subscription, as its handler receives it: parameters read and validated.
public struct XRPCRequest<Method: XRPCMethod>: Sendable {
  public let parameters: Method.Parameters
  public let context: XRPCContext

  public init(parameters: Method.Parameters, context: XRPCContext) {
    self.parameters = parameters
    self.context = context
  }
}

/// A call of a procedure, as its handler receives it: parameters and input read and validated.
public struct XRPCProcedureRequest<Method: XRPCProcedure>: Sendable {
  public let parameters: Method.Parameters
  public let input: Method.Input
  public let context: XRPCContext

  public init(parameters: Method.Parameters, input: Method.Input, context: XRPCContext) {
    self.parameters = parameters
    self.input = input
    self.context = context
  }
}
