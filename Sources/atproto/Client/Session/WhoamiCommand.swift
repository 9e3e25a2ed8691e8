import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct WhoamiCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whoami",
    abstract: "Asks the server whose session the commands use."
  )

  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let client = try await options.loggedIn()
      let session = try await client.comAtproto.server.getSession()
      if options.json {
        Console.json([
          "did": .string(session.did.string), "handle": .string(session.handle.string),
          "service": .string("\(client.service)"),
        ])
        return
      }
      var table = TextTable()
      table.add("handle", session.handle.string)
      table.add("did", session.did.string)
      table.add("server", "\(client.service)")
      for other in await SessionFolder().sessions()
      where other.tokens.did.string != session.did.string {
        table.add("also", "\(other.tokens.handle) at \(other.service)")
      }
      table.print()
    }
  }
}
