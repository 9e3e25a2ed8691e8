import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct WhoamiCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whoami",
    abstract: "Show the account that commands use.",
    discussion: """
      The server confirms that the session is still valid. With --json: {"did", "handle", \
      "service"}.
      """
  )

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let client = try await options.loggedIn()
    let session = try await client.comAtproto.server.getSession()
    let others = await SessionDirectory().sessions()
      .filter { $0.tokens.did.string != session.did.string }
    options.output.print([
      "did": .string(session.did.string), "handle": .string(session.handle.string),
      "service": .string("\(client.service)"),
    ]) { table in
      table.add("handle", session.handle.string)
      table.add("did", session.did.string)
      table.add("server", "\(client.service)")
      for other in others { table.add("also", "\(other.tokens.handle) at \(other.service)") }
    }
  }
}
