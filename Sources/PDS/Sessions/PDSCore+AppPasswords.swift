import ATProtoSyntax
import XRPC
import XRPCServer

extension PDSCore {
  /// A new app password, in words; only its hash is kept.
  func createAppPassword(
    _ name: String,
    isPrivileged: Bool,
    of did: DID
  ) async throws -> (entry: AppPassword, password: String) {
    guard (1...AppPassword.maximumNameLength).contains(name.utf8.count) else {
      throw XRPCServerError.invalidRequest(
        "a name has 1 to \(AppPassword.maximumNameLength) bytes"
      )
    }
    let password = AppPassword.make()
    let entry = AppPassword(
      name: name,
      hash: AppPassword.hash(password, of: did),
      isPrivileged: isPrivileged,
      createdAt: currentSeconds()
    )
    try await store.write { transaction in
      let present = try transaction.appPasswords.all(of: did)
      if present.contains(where: { $0.name == name }) {
        throw XRPCServerError.invalidRequest("there is an app password of that name")
      }
      guard present.count < AppPassword.maximumCount else {
        throw XRPCServerError.invalidRequest(
          "an account has at most \(AppPassword.maximumCount) app passwords"
        )
      }
      try transaction.appPasswords.insert(entry, of: did)
    }
    return (entry, password)
  }

  /// Forgets an app password and ends the sessions that it opened; one that is not there is gone.
  func revokeAppPassword(_ name: String, of did: DID) async throws {
    try await store.write { transaction in
      try transaction.appPasswords.remove(name, of: did)
      try transaction.refreshTokens.endSessions(of: did, appPassword: name)
    }
  }
}
