import ATProtoSyntax
import ArgumentParser
import XRPCClient

struct XRPCQueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Call a query as the logged-in account or, with --service, anonymously.",
    discussion: """
      Sends parameters as given, for the server to check; with --lexicons, checks them and the \
      output here, too. Prints JSON, up to 64 MiB, indented or, with --json, on one line; passes \
      any other output through unchanged, whatever its length.
      """
  )

  @OptionGroup var method: MethodArguments
  @OptionGroup var lexicons: MethodLexicons
  @OptionGroup var transfer: TransferOptions
  @OptionGroup var options: ClientOptions

  func run() async throws {
    let check = try lexicons.method(method.nsid, .query)
    try check?.check(method.parameters)
    let client = try await options.caller()
    let output = try await client.query(
      untyped: method.nsid.string,
      method.parameters,
      options: transfer.callOptions(streamsOutput: true),
      streamsOutput: true
    )
    // Print first, so that the user can see the invalid output.
    let printed = try await MethodOutput.print(output, asJSON: options.output.json)
    try check?.checkOutput(printed)
  }
}
