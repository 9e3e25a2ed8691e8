import XRPC

extension Sample {
  /// Its output has a constraint.
  enum GetLimited: XRPCQuery {
    typealias Parameters = NoParameters
    typealias Failure = UnknownFailure
    typealias Output = PutThing.Input

    static let nsid = "com.example.thing.getLimited"
  }

  /// Returns as many bytes as its name says.
  enum GetBytes: XRPCQuery {
    typealias Parameters = NoParameters
    typealias Failure = UnknownFailure
    typealias Output = RawBody

    static let nsid = "com.example.thing.getBytes"
    static let outputEncoding: String? = "*/*"
  }
}
