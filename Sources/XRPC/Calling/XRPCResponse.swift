/// An output and what came with it.
public struct XRPCResponse<Output: Sendable>: Sendable {
  public var output: Output
  public var metadata: ResponseMetadata

  public init(output: Output, metadata: ResponseMetadata) {
    self.output = output
    self.metadata = metadata
  }
}

extension XRPCResponse: Equatable where Output: Equatable {}
