import ATProtoSyntax
import ArgumentParser
import XRPC
import XRPCClient

struct ProcedureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "procedure",
    abstract: "Calls any procedure."
  )

  @OptionGroup var method: MethodArguments

  @Option(help: ArgumentHelp("A file with the input; - for standard input.", valueName: "file"))
  var input: String?

  @Option(help: "What the input is; what the lexicon says, or JSON, by default.")
  var type: String?

  @OptionGroup var lexicons: MethodLexicons
  @OptionGroup var options: ClientOptions

  func run() async throws {
    try await options.reporting {
      let check = try lexicons.method(method.nsid, .procedure)
      try check?.check(method.parameters)
      let type = type ?? check?.inputType ?? "application/json"
      let body = try input.map { RawBody(bytes: try InputFile.bytes($0), contentType: type) }
      try check?.checkInput(body)
      let client = try await options.caller()
      let output = try await client.procedure(
        untyped: method.nsid.string,
        method.parameters,
        input: body
      )
      try await MethodOutput.print(output, asJSON: options.json)
      try check?.checkOutput(output)
    }
  }
}
