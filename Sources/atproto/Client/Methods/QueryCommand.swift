import ATProtoSyntax
import ArgumentParser
import XRPCClient

struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Calls any query, as the account that is logged in or, with --service, anonymously.",
    discussion: """
      Parameters are sent as they are given, and the server checks them; with --lexicons they are \
      checked before, and the output too. JSON is read as a whole, up to 64 MiB; anything else is \
      passed on as it comes, whatever its length.
      """
  )

  @OptionGroup var method: MethodArguments
  @OptionGroup var lexicons: MethodLexicons
  @OptionGroup var transfer: TransferOptions
  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let check = try lexicons.method(method.nsid, .query)
      try check?.check(method.parameters)
      let client = try await options.caller()
      let output = try await client.query(
        untyped: method.nsid.string,
        method.parameters,
        options: transfer.callOptions(streamsOutput: true),
        streamsOutput: true
      )
      // What is wrong with it can be seen.
      let printed = try await MethodOutput.print(output, asJSON: options.json)
      try check?.checkOutput(printed)
    }
  }
}
