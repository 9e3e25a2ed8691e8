import ATProtoSyntax
import XRPC
import XRPCServer

/// The app passwords of accounts: passwords for single apps, which cannot change the account.
struct AppPasswords: Sendable {
  let store: any PDSStore

  /// Creates an app password. Only its hash is stored, so the returned text cannot be shown again.
  ///
  /// Throws `InvalidRequest` if the name is not valid or already in use, or if the account has
  /// ``AppPassword/maximumCount`` of them.
  func create(
    _ name: String,
    isPrivileged: Bool,
    of did: DID
  ) async throws -> (entry: AppPassword, password: String) {
    guard (1...AppPassword.maximumNameLength).contains(name.utf8.count) else {
      throw XRPCServerError.invalidRequest(
        "the name of an app password must have 1 to \(AppPassword.maximumNameLength) bytes"
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
        throw XRPCServerError.invalidRequest("an app password with this name already exists")
      }
      guard present.count < AppPassword.maximumCount else {
        throw XRPCServerError.invalidRequest(
          "an account can have at most \(AppPassword.maximumCount) app passwords"
        )
      }
      try transaction.appPasswords.insert(entry, of: did)
    }
    return (entry, password)
  }

  /// The app passwords of an account, the newest first.
  func all(of did: DID) async throws -> [AppPassword] {
    try await store.read { transaction in try transaction.appPasswords.all(of: did) }
  }

  /// Removes an app password and ends the sessions that were opened with it. Does nothing if there
  /// is no such app password.
  func revoke(_ name: String, of did: DID) async throws {
    try await store.write { transaction in
      try transaction.appPasswords.remove(name, of: did)
      try transaction.refreshTokens.endSessions(of: did, appPassword: name)
    }
  }
}
