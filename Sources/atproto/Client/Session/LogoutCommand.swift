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
      let client = try await options.loggedIn()
      let handle = await client.session?.tokens?.handle.string ?? ""
      // The session has ended here also where the server could not be told.
      try await client.logout()
      if options.json {
        Console.json(["handle": .string(handle)])
      } else {
        Console.line("logged out \(handle)".withoutControls)
      }
    }
  }
}
