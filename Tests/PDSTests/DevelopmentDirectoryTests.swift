import ATProtoData
import ATProtoHTTP
import Foundation
import Logging
import PLCDirectory
import ServiceKit
import TestSupport
import Testing

@testable import atproto

/// The PLC directory of `atproto pds serve --dev`.
@Suite struct DevelopmentDirectoryTests {
  private let directory = DevelopmentDirectory(
    PLCOperationDirectory(store: MemoryPLCStore()),
    logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  )

  private func port(preferring port: Int) async throws -> Int {
    var used: Int?
    try await directory.serve(preferring: port) { address in
      used = HTTPURL(address)?.port.map(Int.init)
    }
    return try #require(used)
  }

  @Test func preferredPortIsUsedIfFree() async throws {
    var isUsed = false
    // Another test may take the port in the meantime, but not every time.
    for _ in 0..<10 where !isUsed {
      let free = try SilentPort().number
      isUsed = try await port(preferring: free) == free
    }
    #expect(isUsed)
  }

  @Test func anotherPortIsUsedIfThePreferredPortIsTaken() async throws {
    let taken = try SilentPort()
    #expect(try await port(preferring: taken.number) != taken.number)
  }

  @Test func addressErrorAfterListeningIsThrown() async throws {
    var count = 0
    await #expect(throws: ServiceError.self) {
      try await directory.serve(preferring: 0) { _ in
        count += 1
        throw ServiceError(.address, "cannot listen")
      }
    }
    #expect(count == 1)
  }

  /// Each has its own PLC directory; the first uses the default port unless another program does.
  @Test func twoServersRunAtOnce() async throws {
    let folders = [try TemporaryFolder(), try TemporaryFolder()]
    var servers: [ServiceProcess] = []
    var directories: [String] = []
    for folder in folders {
      let server = try await ServiceProcess(pds: folder.path, ["--dev"])
      directories.append(try #require(server.line["plc"]))
      servers.append(server)
    }
    #expect(directories[0] != directories[1])
    for server in servers { #expect(server.end(SIGTERM) == 0) }
  }
}
