import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct AccountTakedownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "takedown",
    abstract: "Takes an account down: nothing of it is served, its owner can only leave."
  )

  @Argument(help: "A DID, a handle or an e-mail address.")
  var account: String

  @Option(help: ArgumentHelp("A note, for the operator.", valueName: "text"))
  var reference: String?

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.reporting { server in
      let did = try await server.did(of: account)
      try await server.setTakedown(true, reference, of: did)
      options.print([("taken down", did.string)])
    }
  }
}

struct AccountUntakedownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "untakedown",
    abstract: "Puts an account back that was taken down."
  )

  @Argument(help: "A DID, a handle or an e-mail address.")
  var account: String

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.reporting { server in
      let did = try await server.did(of: account)
      try await server.setTakedown(false, nil, of: did)
      options.print([("put back", did.string)])
    }
  }
}
