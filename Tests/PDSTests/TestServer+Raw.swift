import ATProtoData
import ATProtoHTTP
import ATProtoSyntax
import ComAtprotoAPI
import HTTPTypes
import XRPC

@testable import PDS

/// Untyped calls, for what generated clients cannot send.
extension TestServer {
  static func request(
    _ call: String,
    _ verb: HTTPRequest.Method = .get,
    _ fields: HTTPFields = [:]
  ) -> HTTPRequest {
    HTTPRequest(
      method: verb,
      scheme: "http",
      authority: "pds.test",
      path: "/xrpc/\(call)",
      headerFields: fields
    )
  }

  /// - Parameter call: an NSID, optionally followed by `?` and a query.
  func call(
    _ call: String,
    _ verb: HTTPRequest.Method = .get,
    token: String? = nil,
    fields: HTTPFields = [:],
    body: [UInt8]? = nil
  ) async throws -> HTTPTransportResponse {
    var fields = fields
    if let token { fields[.authorization] = "Bearer \(token)" }
    return try await transport.send(
      Self.request(call, verb, fields),
      body: body,
      options: TransportOptions()
    )
  }
}

extension TestAccount {
  func call(
    _ call: String,
    _ verb: HTTPRequest.Method = .get,
    fields: HTTPFields = [:],
    body: [UInt8]? = nil
  ) async throws -> HTTPTransportResponse {
    try await server.call(call, verb, token: output.accessJwt, fields: fields, body: body)
  }

  func set(_ flag: AccountStatus.Flag, _ isOn: Bool = true) async throws {
    let did = try did.parsed()
    try await server.store.write { transaction in
      try transaction.accounts.set(flag, isOn, of: did)
    }
  }

  /// The access token of a session opened with an app password.
  func appToken(isPrivileged: Bool = false) async throws -> String {
    let made = try await client.comAtproto.server.createAppPassword(
      .init(name: "app", privileged: isPrivileged)
    )
    return try await server.client.comAtproto.server.createSession(
      .init(identifier: did.string, password: made.password)
    ).accessJwt
  }

  /// Takes the account down, and returns the access token of the session that its owner can open.
  func takendownToken() async throws -> String {
    try await set(.takendown)
    return try await server.client.comAtproto.server.createSession(
      .init(identifier: did.string, password: SessionTests.password, allowTakendown: true)
    ).accessJwt
  }
}

extension HTTPTransportResponse {
  /// The error as `status name`; nil if the call succeeded.
  var refusal: String? {
    guard head.status.kind != .successful else { return nil }
    let name = (try? DataValue(json: body))?["error"]?.string
    return "\(head.status.code) \(name ?? "without a name")"
  }
}
