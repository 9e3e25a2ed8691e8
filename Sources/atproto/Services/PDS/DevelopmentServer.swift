import ATProtoData
import ATProtoHTTP
import Foundation
import Logging
import PDS
import PLCDirectory
import ServiceKit
import XRPC

/// A PDS for development together with a PLC directory, so that other programs can
/// resolve the accounts as they would on the network.
struct DevelopmentServer: Sendable {
  private let configuration: PDSConfiguration
  private let database: DatabaseChoice
  private let hasDirectory: Bool
  private let logger: Logger
  private let onListening: @Sendable () -> Void

  /// - Parameter hasDirectory: whether the configuration names an existing PLC directory.
  init(
    _ configuration: PDSConfiguration,
    database: DatabaseChoice,
    hasDirectory: Bool,
    logger: Logger,
    onListening: @escaping @Sendable () -> Void
  ) {
    self.configuration = configuration
    self.database = database
    self.hasDirectory = hasDirectory
    self.logger = logger
    self.onListening = onListening
  }

  func run() async throws {
    guard !hasDirectory else { return try await serve(configuration) }
    let (store, closeStore) = try database.plcStore(
      in: Self.plcDirectory(of: configuration.dataDirectory)
    )
    let directory = DevelopmentDirectory(PLCOperationDirectory(store: store), logger: logger)
    try await OpenData.use(closing: closeStore) {
      try await directory.serve { address in
        var configuration = configuration
        if let url = HTTPURL(address) { configuration.plcDirectory = url }
        try await serve(configuration)
      }
    }
  }

  /// If any port is allowed, tries the last one first, because it is part of clients' sessions.
  private func serve(_ configuration: PDSConfiguration) async throws {
    if configuration.port == 0, database == .sqlite, let port = lastPort {
      var configuration = configuration
      configuration.port = port
      do {
        return try await listen(configuration)
      } catch let error as ServiceError where error.code == .address {
        logger.notice("cannot reuse the last port", metadata: ["error": "\(error)"])
      }
    }
    try await listen(configuration)
  }

  private func listen(_ configuration: PDSConfiguration) async throws {
    let server = try PersonalDataServer(
      configuration,
      storage: database.storage(configuration),
      logger: logger
    )
    try await OpenData.use(closing: server.close) {
      try await server.run { address in
        onListening()
        if database == .sqlite, let port = HTTPURL(address)?.port { keep(port) }
        Console.line(
          DataValue.object([
            "address": .string(address),
            "did": .string(server.did),
            "plc": .string(configuration.plcDirectory.origin),
            "adminPassword": .string(server.adminPassword ?? ""),
          ]).jsonString()
        )
      }
    }
  }

  /// The directory in which the PLC directory of a development server keeps its data.
  static func plcDirectory(of dataDirectory: String) -> String { dataDirectory + "/plc" }

  private var portFile: String { configuration.dataDirectory + "/port" }

  private var lastPort: Int? {
    guard let text = try? String(contentsOfFile: portFile, encoding: .utf8) else { return nil }
    return UInt16(text.trimmingCharacters(in: .whitespacesAndNewlines)).map(Int.init)
  }

  private func keep(_ port: UInt16) {
    do {
      try "\(port)\n".write(toFile: portFile, atomically: true, encoding: .utf8)
    } catch {
      logger.warning("cannot store the port", metadata: ["error": "\(error)"])
    }
  }
}
