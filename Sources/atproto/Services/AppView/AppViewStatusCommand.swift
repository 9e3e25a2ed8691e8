import ATProtoData
import ATProtoSyntax
import ArgumentParser
import DevLexgenAPI
import XRPCClient

struct AppViewStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show how far an app view is.",
    discussion: """
      Shows the repositories by state, and the records of each collection. With --json: the output of \
      dev.lexgen.index.getStatus.
      """
  )

  @OptionGroup var options: AppViewOptions

  @Flag(help: "Wait until all repositories have been tried once.")
  var wait = false

  func run() async throws {
    var status = try await read()
    while wait, !status.backfillComplete {
      options.output.note(status.dataValue, orText: Self.progress(status))
      try await Task.sleep(for: .seconds(1))
      status = try await read()
    }
    options.output.print(status.dataValue) { table in
      table.add("backfill", Self.progress(status))
      if let sequence = status.seq { table.add("sequence", "\(sequence)") }
      table.add("synchronized", "\(status.repos.synchronized)")
      table.add("desynchronized", "\(status.repos.desynchronized)")
      table.add("pending", "\(status.repos.pending)")
      for count in status.collections {
        let invalid = count.invalid == 0 ? "" : ", \(count.invalid) of them not valid"
        table.add(count.collection.string, "\(count.records) records\(invalid)")
      }
    }
  }

  private func read() async throws -> DevLexgen.Index.GetStatus.Output {
    try await options.call { client in try await client.devLexgen.index.getStatus() }
  }

  /// Repositories that were tried once are synchronized or desynchronized.
  static func progress(_ status: DevLexgen.Index.GetStatus.Output) -> String {
    let tried = status.repos.synchronized + status.repos.desynchronized
    let total = tried + status.repos.pending
    if status.backfillComplete { return "complete, \(total) repositories" }
    guard total > 0 else { return "listing repositories" }
    return "\(tried) of \(total) repositories (\(tried * 100 / total) %)"
  }
}
