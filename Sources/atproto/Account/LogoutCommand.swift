import ATProtoData
import ATProtoSyntax
import ArgumentParser
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
    if let store = try await directory.store(of: options.account) {
      do {
        _ = try await store.load()
      } catch {
        guard error.code == .malformed else { throw error }
        try await store.clear()
        directory.removeDanglingLink()
        throw CommandError(
          reason: "\(error); removed the file, but could not end the session on the server"
        )
      }
    }
    let client = try await options.loggedIn()
    let handle = await client.session?.tokens?.handle.string ?? ""
    do {
      try await client.logout()
    } catch {
      directory.removeDanglingLink()
      throw CommandError(
        reason: "logged out \(handle) here, but could not end the session on "
          + "\(client.service): \(error)"
      )
    }
    directory.removeDanglingLink()
    options.output.print(["handle": .string(handle)], orText: "logged out \(handle)")
  }
}
