import ATProtoHTTP
import ATProtoSyntax
import ArgumentParser
import XRPC
import XRPCClient

struct XRPCProcedureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "procedure",
    abstract: "Call a procedure as the logged-in account or, with --service, anonymously.",
    discussion: """
      Input and output in JSON may have up to 64 MiB; any other input or output may have any \
      length. Prints JSON indented or, with --json, on one line; passes any other output through \
      unchanged.
      """
  )

  @OptionGroup var method: MethodArguments

  @Option(
    help: ArgumentHelp("A file with the input, or - for standard input.", valueName: "file")
  )
  var input: String?

  @Option(
    help: ArgumentHelp(
      "The MIME type of the input; default: from the lexicon, or JSON.",
      valueName: "mime-type"
    )
  )
  var type: String?

  @OptionGroup var lexicons: MethodLexicons
  @OptionGroup var transfer: TransferOptions
  @OptionGroup var options: ClientOptions

  func run() async throws {
    let check = try lexicons.method(method.nsid, .procedure)
    try check?.check(method.parameters)
    let type = type ?? check?.inputType ?? "application/json"
    let body = try input.map { path in
      let content: BodyContent =
        MediaType.isJSON(type)
        ? .bytes(try InputFile.bytes(path)) : try InputFile.content(path)
      return RawBody(content: content, contentType: type)
    }
    try check?.checkInput(body)
    let progress = TransferProgress(ofSending: body?.content)
    defer { progress.finish() }
    let client = try await options.caller()
    try await client.prepare(toSend: body?.content)
    let output = try await client.procedure(
      untyped: method.nsid.string,
      method.parameters,
      input: body.map { RawBody(content: progress.watched($0.content), contentType: type) },
      options: transfer.callOptions(sending: body?.content, streamsOutput: true),
      streamsOutput: true
    )
    progress.finish()
    let printed = try await MethodOutput.print(output, asJSON: options.output.json)
    try check?.checkOutput(printed)
  }
}
