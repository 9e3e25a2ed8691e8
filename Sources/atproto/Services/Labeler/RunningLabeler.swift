import ATProtoData
import ATProtoHTTP
import ATProtoIdentity
import Labeler
import Logging
import PLCDirectory
import SQLiteStorage
import ServiceKit
import XRPCAsyncHTTPClient

/// A labeler, in development together with a PLC directory in which its identity is registered.
struct RunningLabeler: Sendable {
  let storage: LabelerStorage
  /// Whether the configuration names an existing PLC directory.
  let hasDirectory: Bool
  let stopsAtEndOfInput: Bool
  let logger: Logger

  func run(_ configuration: LabelerConfiguration) async throws {
    guard configuration.isDevelopment else { return try await serve(configuration) }
    guard !hasDirectory else { return try await register(configuration) }
    let (store, closeStore) = try plcStore(configuration)
    let directory = DevelopmentDirectory(PLCOperationDirectory(store: store), logger: logger)
    try await OpenData.use(closing: closeStore) {
      try await directory.serve { address in
        var configuration = configuration
        if let url = HTTPURL(address) { configuration.plcDirectory = url }
        try await register(configuration)
      }
    }
  }

  /// The identity of the labeler lasts as long as its database.
  private func plcStore(
    _ configuration: LabelerConfiguration
  ) throws -> (any PLCStore, close: () throws -> Void) {
    guard let path = configuration.databasePath else { return (MemoryPLCStore(), {}) }
    let directory = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let store = try SQLitePLCStore(directory: (directory + ["plc"]).joined(separator: "/"))
    return (store, store.close)
  }

  private func register(_ configuration: LabelerConfiguration) async throws {
    let plc = PLCDirectoryClient(
      url: configuration.plcDirectory,
      transport: AsyncHTTPClientTransport.shared
    )
    try await DevelopmentIdentity(storage, plc).prepare(configuration)
    try await serve(configuration)
  }

  private func serve(_ configuration: LabelerConfiguration) async throws {
    let server = try LabelerServer(configuration, storage: storage, logger: logger)
    try await server.run { address in
      if stopsAtEndOfInput { EndOfInput.stop() }
      var line: DataObject = ["address": .string(address), "did": .string(server.did)]
      if configuration.isDevelopment {
        line["plc"] = .string(configuration.plcDirectory.origin)
        line["signingKey"] = .string(server.signingKey)
        line["adminPassword"] = server.adminPassword.map { .string($0) }
      }
      Console.line(DataValue.object(line).jsonString())
    }
  }
}
