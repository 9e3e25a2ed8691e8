import ATProtoSyntax
import ComAtprotoAPI
import XRPC
import XRPCServer

extension ServerHandler {
  func createAppPassword(
    _ request: XRPCProcedureRequest<ComAtproto.Server.CreateAppPassword>
  ) async throws -> ComAtproto.Server.CreateAppPassword.AppPassword {
    let caller = try await request.context.authenticated(by: sessions.access(.accountPassword))
    let (entry, password) = try await appPasswords.create(
      request.input.name,
      isPrivileged: request.input.privileged ?? false,
      of: caller.did
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
    let did = try await request.context.authenticated(by: sessions.access(.anySession)).did
    let entries = try await appPasswords.all(of: did)
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
    let caller = try await request.context.authenticated(by: sessions.access(.accountPassword))
    try await appPasswords.revoke(request.input.name, of: caller.did)
  }
}

extension FormatString<Datetime> {
  /// - Parameter seconds: since 1970.
  init(seconds: Int) {
    let instant = Datetime.Instant(seconds: Int64(seconds), nanoseconds: 0)
    self.init(Datetime(instant) ?? .now)
  }
}
