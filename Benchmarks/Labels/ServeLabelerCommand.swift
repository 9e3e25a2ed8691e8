import ArgumentParser
import Foundation
import Labeler
import ServiceKit

/// A labeler with a prepared database, in a child process.
struct ServeLabelerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-labeler",
    shouldDisplay: false
  )

  @Argument var path: String

  func run() async throws {
    ServingProcess.endWithParent()
    let (server, _) = try LabelSample.server(path)
    try await server.run { address in
      ServingProcess.tell(address.split(separator: ":").last.flatMap { Int($0) } ?? 0)
    }
  }
}
