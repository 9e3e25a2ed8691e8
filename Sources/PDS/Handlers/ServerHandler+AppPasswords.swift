import ATProtoSyntax
import ComAtprotoAPI
import XRPC

extension ServerHandler {
  func createAppPassword(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateAppPassword>
  ) async throws -> ComAtproto.Server.CreateAppPassword.AppPassword {
    let caller = try await core.authorize(request.context, .accountPassword)
    let (entry, password) = try await core.createAppPassword(
      request.input.name,
      isPrivileged: request.input.privileged ?? false,
      of: caller.account.did
    )
    return ComAtproto.Server.CreateAppPassword.AppPassword(
      name: entry.name,
      password: password,
      createdAt: FormatString(seconds: entry.createdAt),
      privileged: entry.isPrivileged
    )
  }

  func listAppPasswords(
    _ request: XRPCRequest<ComAtproto.Server.ListAppPasswords>
  ) async throws -> ComAtproto.Server.ListAppPasswords.Output {
    let did = try await core.authorize(request.context, .anySession).account.did
    let entries = try await core.store.read { transaction in
      try transaction.appPasswords.all(of: did)
    }
    return ComAtproto.Server.ListAppPasswords.Output(
      passwords: entries.map { entry in
        ComAtproto.Server.ListAppPasswords.AppPassword(
          name: entry.name,
          createdAt: FormatString(seconds: entry.createdAt),
          privileged: entry.isPrivileged
        )
      }
    )
  }

  func revokeAppPassword(
    _ request: XRPCProcedureRequest<ComAtproto.Server.RevokeAppPassword>
  ) async throws {
    let caller = try await core.authorize(request.context, .accountPassword)
    try await core.revokeAppPassword(request.input.name, of: caller.account.did)
  }
}

extension FormatString<Datetime> {
  /// - Parameter seconds: since 1970.
  init(seconds: Int) {
    let instant = Datetime.Instant(seconds: Int64(seconds), nanoseconds: 0)
    self.init(Datetime(instant) ?? .now)
  }
}
