import ATProtoCrypto
import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI

struct AccountCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes an account, with an invite code where the server asks for one.",
    discussion: "Prints the password, unless it was given."
  )

  @Argument(help: "The handle, below one of the server's domains.")
  var handle: String

  @Argument(help: "The e-mail address.")
  var email: String

  @Option(help: ArgumentHelp("A file whose first line is the password.", valueName: "file"))
  var passwordFile: String?

  @OptionGroup var options: OperatorOptions

  func run() async throws {
    try await options.reporting { server in
      let given = try passwordFile.map(PasswordPrompt.firstLine)
      let password = given ?? PasswordPrompt.generated()
      let description = try await server.anonymous.comAtproto.server.describeServer()
      let code = description.inviteCodeRequired == true ? try await server.inviteCode(uses: 1) : nil
      let made = try await server.anonymous.comAtproto.server.createAccount(
        ComAtproto.Server.CreateAccount.Input(
          email: email,
          handle: FormatString(handle),
          inviteCode: code,
          password: password
        )
      )
      var report: [(String, String)] = [("did", made.did.string), ("handle", made.handle.string)]
      if given == nil { report.append(("password", password)) }
      options.print(report)
    }
  }
}

extension OperatorOptions {
  /// Prints names and values as they were asked for.
  func print(_ values: [(String, String)]) {
    if json {
      var object = DataObject()
      for (name, value) in values { object[name] = .string(value) }
      Console.json(.object(object))
      return
    }
    var table = TextTable()
    for (name, value) in values { table.add(name, value) }
    table.print()
  }
}
