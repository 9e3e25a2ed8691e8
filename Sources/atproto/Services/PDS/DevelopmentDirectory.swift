import Logging
import PLCDirectory
import ServiceKit

/// The PLC directory that runs alongside a PDS for development.
///
/// It listens on the port of `atproto plc serve` if that is free, because development relays and
/// consumers look up identities there.
struct DevelopmentDirectory: Sendable {
  /// The port to try first.
  static let port = PLCConfiguration().port

  private let directory: PLCOperationDirectory
  private let logger: Logger

  init(_ directory: PLCOperationDirectory, logger: Logger) {
    self.directory = directory
    self.logger = logger
  }

  /// Serves while `body` runs.
  ///
  /// - Parameters:
  ///   - port: the port to try first; if it is taken, any free port is used.
  ///   - body: receives the URL of the directory.
  func serve(
    preferring port: Int = Self.port,
    during body: (String) async throws -> Void
  ) async throws {
    var isListening = false
    do {
      try await server(port).serve { address in
        isListening = true
        try await body(address)
      }
    } catch let error as ServiceError where error.code == .address && !isListening {
      logger.notice(
        "the default port of the PLC directory is taken; using another one",
        metadata: ["port": "\(port)"]
      )
      try await server(0).serve(during: body)
    }
  }

  private func server(_ port: Int) -> PLCDirectoryServer {
    PLCDirectoryServer(directory, PLCConfiguration(port: port), logger: logger)
  }
}
