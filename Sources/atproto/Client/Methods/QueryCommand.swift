import ATProtoSyntax
import ArgumentParser
import XRPCClient

struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Calls any query, as the account that is logged in or, with --service, anonymously.",
    discussion: "Parameters are sent as they are given; the server checks them."
  )

  @OptionGroup var method: MethodArguments
  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let client = try await options.caller()
      let output = try await client.query(untyped: method.nsid.string, method.parameters)
      try await MethodOutput.print(output, asJSON: options.json)
    }
  }
}
