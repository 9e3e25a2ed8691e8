import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPC
import XRPCClient

struct LabelListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the labels of a labeler, or follow its stream.",
    discussion: """
      Negations are listed, too, with a "-" before the value. Signatures are not verified; pass the \
      output with --json to `atproto label verify`. With --json, one line per label: {"ver", "src", \
      "uri", "cid", "val", "neg", "cts", "exp", "sig"}; with --follow, {"cursor"} and \
      {"disconnected", "retryInMilliseconds"} on standard error.
      """,
    aliases: ["ls"]
  )

  @Argument(
    help: ArgumentHelp(
      """
      Only labels of these subjects: a handle, a DID, an AT-URI, or the beginning of URIs with a \
      '*' at the end.
      """,
      valueName: "subject"
    ),
    transform: { try LabelPattern($0) }
  )
  var patterns: [LabelPattern] = []

  @Option(
    help: ArgumentHelp("Only labels of this source.", valueName: "did"),
    transform: { text in
      guard let did = try? DID(text) else { throw ValidationError("'\(text)' is not a valid DID") }
      return did
    }
  )
  var source: DID?

  @Flag(help: "Print labels as they are created, until interrupted.")
  var follow = false

  @Option(
    help: ArgumentHelp(
      "With --follow, resume after this sequence number; 0 for all labels.",
      valueName: "number"
    )
  )
  var cursor: Int?

  @OptionGroup var options: LabelerOptions

  func validate() throws {
    if cursor != nil, !follow { throw ValidationError("--cursor requires --follow") }
    if let cursor, cursor < 0 { throw ValidationError("--cursor must be at least 0") }
  }

  func run() async throws {
    var patterns: [String] = []
    for pattern in self.patterns { patterns.append(try await pattern.text(options.client)) }
    let filter = LabelFilter(patterns: patterns, source: source?.string)
    try await options.reading { client in
      if follow {
        try await LabelStream(filter: filter, output: options.output).print(client, cursor)
      } else {
        try await list(patterns, client)
      }
    }
  }

  private func list(_ patterns: [String], _ client: XRPCClient) async throws {
    let pages = client.pages(
      ComAtproto.Label.QueryLabels.self,
      ComAtproto.Label.QueryLabels.Parameters(
        uriPatterns: patterns.isEmpty ? ["*"] : patterns,
        sources: source.map { [FormatString($0)] },
        limit: 250
      ),
      from: \.cursor,
      to: \.cursor
    )
    for try await label in pages.items(\.labels) {
      let line = LabelLine(label: label)
      options.output.print(line.json, orText: line.text)
    }
  }
}

/// Subjects of labels: one, or all whose URIs have a prefix.
enum LabelPattern: Sendable {
  case prefix(String)
  case subject(ModerationSubject)

  init(_ text: String) throws {
    if text.hasSuffix("*") {
      guard !text.dropLast().contains("*") else {
        throw ValidationError("'\(text)' is not a valid pattern: '*' may only be at the end")
      }
      self = .prefix(text)
    } else {
      self = .subject(try ModerationSubject(text))
    }
  }

  func text(_ options: ClientOptions) async throws -> String {
    switch self {
    case .prefix(let text): text
    case .subject(let subject): try await subject.uri(options).uri
    }
  }
}

/// Which labels of a stream are printed, as `queryLabels` would choose them.
struct LabelFilter: Sendable {
  let patterns: [String]
  let source: String?

  func matches(_ label: ComAtproto.Label.Defs.Label) -> Bool {
    if let source, label.src.string != source { return false }
    let uri = label.uri.string
    return patterns.isEmpty
      || patterns.contains { $0.hasSuffix("*") ? uri.hasPrefix($0.dropLast()) : uri == $0 }
  }
}

/// Prints the labels of a stream.
struct LabelStream: Sendable {
  let filter: LabelFilter
  let output: OutputOptions

  /// - Parameter cursor: the sequence number after which to begin; nil for new labels only.
  func print(_ client: XRPCClient, _ cursor: Int?) async throws {
    let position = MemoryCursorStore(cursor)
    let interruption = Interruption { report(position.load()) }
    defer { interruption.cancel() }
    let stream = client.resume(
      ComAtproto.Label.SubscribeLabels.self,
      from: MemoryCursorStore(cursor),
      sequence: { message in
        if case .labels(let labels) = message { labels.seq } else { nil }
      },
      parameters: { ComAtproto.Label.SubscribeLabels.Parameters(cursor: $0) },
      observer: { event in
        if case .disconnected(let reason, let delay) = event { report(reason, delay) }
      }
    )
    do {
      for try await message in stream {
        guard case .labels(let labels) = message else { continue }
        for label in labels.labels where filter.matches(label) {
          let line = LabelLine(label: label)
          output.print(line.json, orText: line.text)
        }
        position.save(labels.seq)
      }
    } catch {
      await interruption.settle()
      report(position.load())
      throw error
    }
  }

  private func report(_ cursor: Int?) {
    if let cursor { output.note(["cursor": .integer(cursor)], orText: "cursor: \(cursor)") }
  }

  private func report(_ reason: String, _ delay: Duration) {
    output.note(
      [
        "disconnected": .string(reason.withoutControls),
        "retryInMilliseconds": .integer(Int((delay / .milliseconds(1)).rounded())),
      ],
      orText: FirehoseCommand.text(disconnected: reason, delay)
    )
  }
}
