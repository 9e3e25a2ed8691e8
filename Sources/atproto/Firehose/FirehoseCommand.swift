import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct FirehoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "firehose",
    abstract: "Print the changes to all repositories of a relay or a server.",
    discussion: """
      Prints a line for each record: time, account, action, and path. Reconnects if the connection \
      is lost. Reports that, and the last cursor at the end, on standard error. With --json, one \
      line per record: {"seq", "time", "did", "action", "path", "cid", "record"}; or per event: \
      {"seq", "time", "did", "action", "detail"}; and on standard error {"cursor"} and \
      {"disconnected", "retryInMilliseconds"}.
      """
  )

  @Option(
    help: ArgumentHelp("Subscribe to this relay or server.", valueName: "url"),
    transform: ParsedArgument.endpoint
  )
  var relay = ServiceEndpoint("https://bsky.network")!

  @Option(help: ArgumentHelp("Resume after this sequence number.", valueName: "number"))
  var cursor: Int?

  @Option(
    help: ArgumentHelp("Print only records of this collection.", valueName: "nsid"),
    transform: ParsedArgument.nsid
  )
  var collection: NSID?

  @Option(help: ArgumentHelp("Stop after this many lines.", valueName: "count"))
  var limit: Int?

  @OptionGroup var output: OutputOptions
  @OptionGroup var network: NetworkOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
    if let cursor, cursor < 0 { throw ValidationError("--cursor must be at least 0") }
    try network.check(relay)
  }

  func run() async throws {
    let position = MemoryCursorStore(cursor)
    let output = output
    let interruption = Interruption { Self.report(position.load(), output) }
    defer { interruption.cancel() }
    let stream = XRPCClient(service: relay, transport: network.transport(toNamed: relay)).resume(
      ComAtproto.Sync.SubscribeRepos.self,
      // This store starts with `--cursor`; the cursor of the last printed message is saved below.
      from: MemoryCursorStore(cursor),
      sequence: FirehoseLines.sequence,
      parameters: { ComAtproto.Sync.SubscribeRepos.Parameters(cursor: $0) },
      observer: { event in
        if case .disconnected(let reason, let delay) = event {
          Self.report(disconnected: reason, delay, output)
        }
      }
    )
    let printer = FirehoseLines(collection: collection?.string, isJSON: output.json)
    var count = 0
    do {
      reading: for try await message in stream {
        if case .info(let info) = message {
          output.note(
            [
              "info": .string(info.name.rawValue),
              "message": info.message.map { .string($0) } ?? .null,
            ],
            orText: "\(info.name.rawValue): \(info.message ?? "")"
          )
        }
        let lines = printer.lines(message)
        for (index, line) in lines.enumerated() {
          Console.line(line)
          count += 1
          // The rest of the message has not been printed yet.
          if count == limit && index + 1 < lines.count { break reading }
        }
        if let sequence = FirehoseLines.sequence(message) { position.save(sequence) }
        if count == limit { break reading }
      }
    } catch {
      await interruption.settle()
      Self.report(position.load(), output)
      throw error
    }
    Self.report(position.load(), output)
  }

  private static func report(
    disconnected reason: String,
    _ delay: Duration,
    _ output: OutputOptions
  ) {
    output.note(
      [
        "disconnected": .string(reason.withoutControls),
        "retryInMilliseconds": .integer(Int((delay / .milliseconds(1)).rounded())),
      ],
      orText: text(disconnected: reason, delay)
    )
  }

  static func text(disconnected reason: String, _ delay: Duration) -> String {
    let tenths = Int((delay / .milliseconds(100)).rounded())
    return "\(reason); retrying in \(tenths / 10).\(tenths % 10) s"
  }

  private static func report(_ cursor: Int?, _ output: OutputOptions) {
    if let cursor { output.note(["cursor": .integer(cursor)], orText: "cursor: \(cursor)") }
  }
}
