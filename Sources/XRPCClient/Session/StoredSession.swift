import ATProtoData
import ATProtoSyntax

/// What a later process needs to call as the account again.
public struct StoredSession: Hashable, Sendable {
  /// The account's server.
  public var service: ServiceEndpoint
  public var tokens: SessionTokens

  public init(service: ServiceEndpoint, tokens: SessionTokens) {
    self.service = service
    self.tokens = tokens
  }
}

extension StoredSession {
  /// The same fields as a server's response, and `service`.
  func jsonBytes() -> [UInt8] {
    var object = DataObject()
    object["service"] = .string("\(service)")
    object["did"] = .string(tokens.did.string)
    object["handle"] = .string(tokens.handle.string)
    object["accessJwt"] = .string(tokens.access)
    object["refreshJwt"] = .string(tokens.refresh)
    return DataValue.object(object).jsonBytes()
  }

  /// Nil where the bytes are not what ``jsonBytes()`` writes.
  init?(json: [UInt8]) {
    guard let output = try? ComAtproto.Server.RefreshSession.Output(json: json),
      let service = output.unknownFields["service"]?.string.flatMap({ ServiceEndpoint($0) })
    else { return nil }
    self.init(service: service, tokens: output.tokens)
  }
}
