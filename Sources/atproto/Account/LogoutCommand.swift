import ATProtoData
import ATProtoSyntax
import ArgumentParser
import OAuthClient
import XRPCClient

struct LogoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "End a session, here and on the server.",
    discussion: #"With --json: {"handle"}."#
  )

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let directory = SessionDirectory()
    if let place = try await directory.place(of: options.account) {
      do {
        _ = try await directory.load(place)
      } catch {
        guard error.code == .malformed else { throw error }
        try await directory.remove(place)
        throw CommandError(
          reason: "\(error); removed the file, but could not end the session on the server"
        )
      }
    }
    let (client, session) = try await options.loggedInSession()
    do {
      switch session {
      case .password: try await client.logout()
      case .oauth(let session):
        try await options.server.app(of: session).logOut(session.did)
      }
    } catch {
      directory.removeDanglingLink()
      throw CommandError(
        reason: "logged out \(session.handle) here, but could not end the session on "
          + "\(session.service): \(error)"
      )
    }
    directory.removeDanglingLink()
    options.output.print(
      ["handle": .string(session.handle)],
      orText: "logged out \(session.handle)"
    )
  }
}
