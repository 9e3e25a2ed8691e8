import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

// Operations on the did:plc of an account (Account Migration guide, "Updating Identity").
extension IdentityHandler {
  func getRecommendedDidCredentials(
    _ request: XRPCRequest<ComAtproto.Identity.GetRecommendedDidCredentials>
  ) async throws -> ComAtproto.Identity.GetRecommendedDidCredentials.Output {
    let account = try await core.authorize(request.context, .anySession).account
    let data = try await core.credentials(of: account)
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
    // An account that is taken down may move away.
    let rule = AccessPolicy.accountPassword.orTakendown
    let account = try await core.authorize(request.context, rule).account
    try core.limits?.mail(to: account.did, request.context)
    try await core.sendToken(.plcOperation, to: account)
  }

  /// Signs what the owner wants the DID to say, proved by a token that went out by mail; nobody but
  /// the owner is told.
  func signPlcOperation(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.SignPlcOperation>
  ) async throws -> ComAtproto.Identity.SignPlcOperation.Output {
    let rule = AccessPolicy.accountPassword.orTakendown
    let account = try await core.authorize(request.context, rule).account
    let input = request.input
    guard let token = input.token else {
      throw XRPCServerError.invalidRequest("a token of requestPlcOperationSignature is required")
    }
    let did = account.did
    try await core.requirePLC(did)
    let last = try await core.lastOperation(of: did)
    guard let before = last.data else {
      throw XRPCServerError.invalidRequest("\(did) was given up")
    }
    let operation = try await core.operation(before.changed(by: input), after: last, of: did)
    // The token is used up last: what fails before can be tried again.
    try await core.store.write { [core] transaction in
      try core.redeem(token, for: .plcOperation, of: did, in: transaction)
    }
    return ComAtproto.Identity.SignPlcOperation.Output(operation: operation.value)
  }

  /// Hands a signed operation in, if the account can go on living here with what it says.
  func submitPlcOperation(
    _ request: XRPCProcedureRequest<ComAtproto.Identity.SubmitPlcOperation>
  ) async throws {
    let account = try await core.authorize(request.context, .accountPassword).account
    try await core.requirePLC(account.did)
    let operation: PLCOperation
    do throws(PLCError) {
      operation = try PLCOperation(request.input.operation)
    } catch {
      throw XRPCServerError.invalidRequest("not an operation: \(error.reason)")
    }
    try await check(operation, of: account)
    try await core.submit(operation, of: account.did)
    try await core.store.write { transaction in
      try transaction.accounts.setOperation(operation, of: account.did)
      try transaction.sequence.append(.identity(account.did, account.handle))
    }
    await core.identities.purge(account.did, handle: nil)
  }

  /// What an owner could not undo alone, or would lock the account out.
  private func check(_ operation: PLCOperation, of account: Account) async throws {
    let expected = try await core.credentials(of: account)
    guard let data = operation.data else {
      throw XRPCServerError.invalidRequest("an account's DID is not given up here")
    }
    let fault =
      expected.fault(in: data)
      ?? (data.alsoKnownAs.first == expected.alsoKnownAs.first
        ? nil : "the first name is not the account's handle")
    if let fault { throw XRPCServerError.invalidRequest(fault) }
  }
}

extension PDSCore {
  fileprivate func requirePLC(_ did: DID) async throws {
    guard did.method == "plc" else {
      throw XRPCServerError.invalidRequest("\(did) is no did:plc: its owner changes it")
    }
  }
}

extension PLCData {
  /// The data with those fields changed that the input names.
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
          throw .invalidRequest("verificationMethods: \(id.prefix(40)) is no string")
        }
        data.verificationMethods[id] = text
      }
    }
    if let value = input.services {
      data.services = [:]
      for (id, service) in try Self.object(value, "services") {
        guard let type = service["type"]?.string, let endpoint = service["endpoint"]?.string else {
          throw .invalidRequest("services: \(id.prefix(40)) has no type and endpoint")
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
    guard let object = value.object else { throw .invalidRequest("\(name) is no object") }
    return object
  }
}
