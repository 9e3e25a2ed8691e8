/// The parameters of a method that declares none; whatever is sent is ignored.
public struct NoParameters: XRPCParameters {
  public init() {}

  public init(from reader: inout ParameterReader) throws(ParameterError) {}

  public func encode(to writer: inout ParameterWriter) {}
}
