import ATProtoData
import Logging
import PDS
import PLCDirectory
import XRPC

/// A server for development with a directory of did:plc beside it, at a port of its own, so that
/// other programs can resolve the accounts as they would on the network.
struct DevelopmentServer: Sendable {
  private let configuration: PDSConfiguration
  private let hasDirectory: Bool
  private let logger: Logger

  /// - Parameter hasDirectory: whether the configuration names a directory that is there already.
  init(_ configuration: PDSConfiguration, hasDirectory: Bool, logger: Logger) {
    self.configuration = configuration
    self.hasDirectory = hasDirectory
    self.logger = logger
  }

  func run() async throws {
    guard !hasDirectory else { return try await serve(configuration) }
    let store = try SQLitePLCStore(folder: configuration.dataDirectory + "/plc")
    let directory = PLCDirectoryServer(PLCDirectory(store: store), port: 0, logger: logger)
    let (addresses, address) = AsyncStream<String>.makeStream()
    try await withThrowingTaskGroup { group in
      group.addTask {
        defer { address.finish() }
        try await directory.run { address.yield($0) }
      }
      guard let url = await addresses.first(where: { _ in true }).flatMap({ HTTPURL($0) }) else {
        // Why it could not listen.
        return try await group.waitForAll()
      }
      var configuration = configuration
      configuration.plcDirectory = url
      group.addTask { [configuration] in try await serve(configuration) }
      // The directory ends with the server, by the same signal or by cancellation.
      defer { group.cancelAll() }
      try await group.next()
      try await group.next()
    }
    try store.close()
  }

  private func serve(_ configuration: PDSConfiguration) async throws {
    let server = try PersonalDataServer(configuration, logger: logger)
    try await server.run { address in
      Console.line(
        DataValue.object([
          "address": .string(address),
          "did": .string(server.did),
          "plc": .string(configuration.plcDirectory.origin),
          "adminPassword": .string(server.adminPassword ?? ""),
        ]).jsonString()
      )
    }
    try server.close()
  }
}
