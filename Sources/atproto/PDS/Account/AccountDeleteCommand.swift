import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct AccountDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Deletes an account with its repository and its blobs, for ever."
  )

  @Argument(help: "A DID, a handle or an e-mail address.")
  var account: String

  @Flag(help: "Says that it is meant.")
  var yes = false

  @OptionGroup var options: OperatorOptions

  func validate() throws {
    guard yes else { throw ValidationError("nothing brings an account back: --yes is needed") }
  }

  func run() async throws {
    try await options.reporting { server in
      let did = try await server.did(of: account)
      try await server.client.comAtproto.admin.deleteAccount(
        ComAtproto.Admin.DeleteAccount.Input(did: did)
      )
      options.print([("deleted", did.string)])
    }
  }
}
