import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPCClient

struct FirehoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "firehose",
    abstract: "Prints what changes in all repositories of a relay or a server.",
    discussion: """
      A line for each record: time, account, action and path. Goes on after a lost connection; \
      that, and the last cursor at the end, is told on standard error.
      """
  )

  @Option(help: "The relay or server to listen to.", transform: ServerOptions.endpoint)
  var relay = ServiceEndpoint("https://bsky.network")!

  @Option(help: "Goes on after this number of the stream.")
  var cursor: Int?

  @Option(help: ArgumentHelp("Only records of this collection.", valueName: "nsid"))
  var collection: String?

  @Option(help: "Stops after so many lines.")
  var limit: Int?

  @Flag(help: "Prints JSON objects, with the records.")
  var json = false

  @OptionGroup var network: NetworkOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    if let cursor, cursor < 0 { throw ValidationError("--cursor is at least 0") }
    if let collection, (try? NSID(collection)) == nil {
      throw ValidationError("'\(collection)' is no NSID")
    }
    try network.check(relay)
  }

  func run() async throws {
    let position = MemoryCursorStore(cursor)
    let interruption = Interruption { Self.tell(position.load()) }
    defer { interruption.cancel() }
    let stream = XRPCClient(service: relay, transport: network.transport(toNamed: relay)).resume(
      ComAtproto.Sync.SubscribeRepos.self,
      // The position is what has been printed, and that is known here.
      from: MemoryCursorStore(cursor),
      sequence: FirehoseLines.sequence,
      parameters: { ComAtproto.Sync.SubscribeRepos.Parameters(cursor: $0) },
      observer: { event in
        if case .disconnected(let reason, let delay) = event {
          Console.error(Self.text(disconnected: reason, delay).withoutControls)
        }
      }
    )
    let printer = FirehoseLines(collection: collection, isJSON: json)
    var count = 0
    do {
      reading: for try await message in stream {
        if case .info(let info) = message {
          Console.error("\(info.name.rawValue): \(info.message ?? "")".withoutControls)
        }
        let lines = printer.lines(message)
        for (index, line) in lines.enumerated() {
          Console.line(line)
          count += 1
          // The rest of the event is still to be told.
          if count == limit && index + 1 < lines.count { break reading }
        }
        if let sequence = FirehoseLines.sequence(message) { position.save(sequence) }
        if count == limit { break reading }
      }
    } catch {
      await interruption.settle()
      Self.tell(position.load())
      throw Failure.report("\(error)", asJSON: json)
    }
    Self.tell(position.load())
  }

  static func text(disconnected reason: String, _ delay: Duration) -> String {
    let tenths = Int((delay / .milliseconds(100)).rounded())
    return "\(reason); again in \(tenths / 10).\(tenths % 10) s"
  }

  private static func tell(_ cursor: Int?) {
    if let cursor { Console.error("cursor: \(cursor)") }
  }
}
