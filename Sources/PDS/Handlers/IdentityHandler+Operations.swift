import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

// Changes to the did:plc of an account (Account Migration guide, "Updating Identity").
extension IdentityHandler {
  func getRecommendedDidCredentials(
    _ request: XRPCRequest<ComAtproto.Identity.GetRecommendedDidCredentials>
  ) async throws -> ComAtproto.Identity.GetRecommendedDidCredentials.Output {
    let account = try await request.context.authenticated(by: sessions.access(.anySession)).account
    let data = try await identities.credentials(of: account)
    return ComAtproto.Identity.GetRecommendedDidCredentials.Output(
      rotationKeys: account.did.method == "plc" ? data.rotationKeys : nil,
      alsoKnownAs: data.alsoKnownAs,
      verificationMethods: data.fields["verificationMethods"],
      services: data.fields["services"]
    )
  }

  func requestPlcOperationSignature(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.RequestPlcOperationSignature>
  ) async throws {
    // An account that is taken down may migrate.
    let policy = AccessPolicy.accountPassword.orTakendown
    let account = try await request.context.authenticated(by: sessions.access(policy)).account
    try limits?.mail(to: account.did, request.context)
    try await identities.requestOperationSignature(of: account)
  }

  /// Signs the operation that the owner requests, which requires a token sent by email. The
  /// operation is only returned, not submitted.
  func signPlcOperation(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.SignPlcOperation>
  ) async throws -> ComAtproto.Identity.SignPlcOperation.Output {
    let policy = AccessPolicy.accountPassword.orTakendown
    let did = try await request.context.authenticated(by: sessions.access(policy)).did
    let input = request.input
    guard let token = input.token else {
      throw XRPCServerError.invalidRequest(
        "a token from requestPlcOperationSignature is required"
      )
    }
    let operation = try await identities.signOperation(of: did, token: token) { data in
      try data.changed(by: input)
    }
    return ComAtproto.Identity.SignPlcOperation.Output(operation: operation.value)
  }

  /// Submits a signed operation, if the account can still be hosted here afterwards.
  func submitPlcOperation(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.SubmitPlcOperation>
  ) async throws {
    let account = try await request.context.authenticated(by: sessions.access(.accountPassword))
      .account
    try await identities.submitOperation(request.input.operation, of: account)
  }
}

extension PLCData {
  /// The data, with the fields replaced that the input contains.
  fileprivate func changed(
    by input: ComAtproto.Identity.SignPlcOperation.Input
  ) throws(XRPCServerError) -> PLCData {
    var data = self
    if let keys = input.rotationKeys { data.rotationKeys = keys }
    if let aliases = input.alsoKnownAs { data.alsoKnownAs = aliases }
    if let value = input.verificationMethods {
      data.verificationMethods = [:]
      for (id, key) in try Self.object(value, "verificationMethods") {
        guard let text = key.string else {
          throw .invalidRequest("verificationMethods: \(id.prefix(40)) is not a string")
        }
        data.verificationMethods[id] = text
      }
    }
    if let value = input.services {
      data.services = [:]
      for (id, service) in try Self.object(value, "services") {
        guard let type = service["type"]?.string, let endpoint = service["endpoint"]?.string else {
          throw .invalidRequest("services: \(id.prefix(40)) must have a type and an endpoint")
        }
        data.services[id] = Service(type: type, endpoint: endpoint)
      }
    }
    return data
  }

  private static func object(
    _ value: DataValue,
    _ name: String
  ) throws(XRPCServerError) -> DataObject {
    guard let object = value.object else { throw .invalidRequest("\(name) is not an object") }
    return object
  }
}
