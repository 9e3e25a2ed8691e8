import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import XRPC
import XRPCClient

/// An account moves to another PDS with everything that it has (guide "Account Migration").
struct AccountMove {
  let did: FormatString<DID>
  let handle: String
  let email: String
  let password: String
  let from: ScenarioNetwork.Host
  let to: ScenarioNetwork.Host

  /// Returns a client with a session on the new PDS.
  ///
  /// Throws a ``ScenarioFailure`` that names the step.
  func run() async throws -> XRPCClient {
    let old = try await step("log in") {
      try await Scenario.client(from.address).login(identifier: handle, password: password)
    }
    let new = try await step("create the account") { try await create(old) }
    try await step("import the repository") { try await copy(old, new) }
    try await step("change the identity") { try await point(old, new) }
    try await step("activate the account") {
      try await new.comAtproto.server.activateAccount()
      try await old.comAtproto.server.deactivateAccount(.init())
    }
    return new
  }

  /// The new account has the DID of the old one, which a token of the old PDS proves.
  private func create(_ old: XRPCClient) async throws -> XRPCClient {
    let token = try await old.comAtproto.server.getServiceAuth(
      ComAtproto.Server.GetServiceAuth.Parameters(
        aud: to.did,
        lxm: FormatString(ComAtproto.Server.CreateAccount.nsid)
      )
    ).token
    let anonymous = try Scenario.client(to.address)
    var client = anonymous
    client.headers[.authorization] = "Bearer \(token)"
    let output = try await client.comAtproto.server.createAccount(
      ComAtproto.Server.CreateAccount.Input(
        email: email,
        handle: FormatString(handle),
        did: did,
        password: password
      )
    )
    return anonymous.resuming(
      SessionTokens(
        did: output.did,
        handle: output.handle,
        access: output.accessJwt,
        refresh: output.refreshJwt
      )
    )
  }

  private func copy(_ old: XRPCClient, _ new: XRPCClient) async throws {
    let car = try await old.comAtproto.sync.getRepo(ComAtproto.Sync.GetRepo.Parameters(did: did))
    try await new.comAtproto.repo.importRepo(
      RawBody(bytes: car.collect(), contentType: "application/vnd.ipld.car")
    )
    let missing = try await new.comAtproto.repo.listMissingBlobs().blobs
    for blob in missing {
      let bytes = try await old.comAtproto.sync.getBlob(
        ComAtproto.Sync.GetBlob.Parameters(did: did, cid: blob.cid)
      )
      _ = try await new.comAtproto.repo.uploadBlob(
        RawBody(bytes: bytes.collect(), contentType: bytes.contentType)
      )
    }
  }

  /// The old PDS signs the operation that names the new one, with a token that it sends by mail.
  private func point(_ old: XRPCClient, _ new: XRPCClient) async throws {
    let credentials = try await new.comAtproto.identity.getRecommendedDidCredentials()
    try await old.comAtproto.identity.requestPlcOperationSignature()
    let operation = try await old.comAtproto.identity.signPlcOperation(
      ComAtproto.Identity.SignPlcOperation.Input(
        token: try mailedToken(),
        rotationKeys: credentials.rotationKeys,
        alsoKnownAs: credentials.alsoKnownAs,
        verificationMethods: credentials.verificationMethods,
        services: credentials.services
      )
    ).operation
    try await new.comAtproto.identity.submitPlcOperation(
      ComAtproto.Identity.SubmitPlcOperation.Input(operation: operation)
    )
  }

  private func mailedToken() throws -> String {
    let mail = try String(contentsOfFile: from.mail, encoding: .utf8)
    let tokens = mail.matches(of: /[A-Z2-7]{5}-[A-Z2-7]{5}/).map { String($0.0) }
    guard let token = tokens.last else {
      throw ScenarioFailure(step: "change the identity", reason: "no token was mailed")
    }
    return token
  }

  private func step<Value>(
    _ name: String,
    _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      return try await body()
    } catch let failure as ScenarioFailure {
      throw failure
    } catch {
      throw ScenarioFailure(step: "move the account: \(name)", reason: "\(error)")
    }
  }
}
