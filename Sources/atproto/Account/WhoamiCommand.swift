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
      "service", "scope"}; "scope" is missing after a login with a password.
      """
  )

  @OptionGroup var options: ClientOptions

  func run() async throws {
    let (client, kept) = try await options.loggedInSession()
    let session = try await client.comAtproto.server.getSession()
    // A renewal may have changed what the session may do.
    let scope = try await options.kept()?.session.scope ?? kept.scope
    let others = await SessionDirectory().sessions().filter { $0.did != session.did.string }
    var fields: DataObject = [
      "did": .string(session.did.string), "handle": .string(session.handle.string),
      "service": .string("\(client.service)"),
    ]
    fields["scope"] = scope.map(DataValue.string)
    options.output.print(.object(fields)) { table in
      table.add("handle", session.handle.string)
      table.add("did", session.did.string)
      table.add("server", "\(client.service)")
      for value in scope?.split(separator: " ") ?? [] { table.add("scope", String(value)) }
      for other in others { table.add("also", "\(other.handle) at \(other.service)") }
    }
  }
}
