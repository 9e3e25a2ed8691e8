import ArgumentParser
import Foundation
import Logging
import PDS
import ServiceKit

/// The Personal Data Server with a prepared data directory, in a child process.
struct ServePDSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "serve-pds", shouldDisplay: false)

  @Argument var folder: String

  func run() async throws {
    ServingProcess.endWithParent()
    let server = try PDSSample.server(folder)
    try await server.run { address in
      ServingProcess.tell(address.split(separator: ":").last.flatMap { Int($0) } ?? 0)
    }
  }
}
