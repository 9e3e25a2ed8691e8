import ATProtoData
import ATProtoSyntax
import ArgumentParser
import XRPCClient

struct LogoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout",
    abstract: "Ends a session, here and at the server."
  )

  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let folder = SessionFolder()
      if let store = try await folder.store(of: options.account) {
        do {
          _ = try await store.load()
        } catch {
          guard (error as? SessionStoreError)?.code == .malformed else { throw error }
          try await store.clear()
          folder.forgetCurrentIfGone()
          throw ClientFailure(reason: "\(error), and is removed; no server was told")
        }
      }
      let client = try await options.loggedIn()
      let handle = await client.session?.tokens?.handle.string ?? ""
      do {
        try await client.logout()
      } catch {
        folder.forgetCurrentIfGone()
        throw ClientFailure(
          reason: "\(handle) is logged out here, but \(client.service) was not told: \(error)"
        )
      }
      folder.forgetCurrentIfGone()
      if options.json {
        Console.json(["handle": .string(handle)])
      } else {
        Console.line("logged out \(handle)".withoutControls)
      }
    }
  }
}
