import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct PDSAccountDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete an account with its repository and blobs, permanently.",
    discussion: #"With --json: {"deleted"}, the DID."#
  )

  @OptionGroup var subject: PDSAccountSubject

  @Flag(help: "Confirm the deletion. Required.")
  var yes = false

  @OptionGroup var options: OperatorOptions

  func validate() throws {
    guard yes else { throw ValidationError("deletion is permanent; pass --yes to confirm") }
  }

  func run() async throws {
    try await options.administer { server in
      let did = try await server.did(of: subject.account)
      try await server.client.comAtproto.admin.deleteAccount(
        ComAtproto.Admin.DeleteAccount.Input(did: did)
      )
      options.print([("deleted", did.string)])
    }
  }
}
