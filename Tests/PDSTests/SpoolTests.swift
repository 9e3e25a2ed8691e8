import ATProtoHTTP
import ATProtoRepo
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import HTTPTypes
import Synchronization
import TestSupport
import Testing
import XRPC
import XRPCAsyncHTTPClient
import XRPCClient
import XRPCServer

@testable import PDS

@Suite struct SpoolTests {
  private struct Broken: Error {}

  private static func space(_ folder: TemporaryFolder, limit: Int = 1 << 30) -> ScratchSpace {
    ScratchSpace(folder: folder.path, limit: limit)
  }

  private static let piece = [UInt8](repeating: 7, count: 100_000)

  @Test func keepsWhatIsSmallInMemory() async throws {
    let body = try await Spool.body(
      in: ScratchSpace(folder: "/nowhere", limit: 0),
      for: nil,
      contentType: "x/y"
    ) { spool in
      for _ in 0..<2 { try spool.append(Self.piece) }
    }
    #expect(body.bytes == Self.piece + Self.piece && body.contentType == "x/y")
  }

  /// Whoever makes the bytes does not wait for who reads them.
  @Test func holdsUpNoWriter() async throws {
    let folder = try TemporaryFolder()
    let (written, isWritten) = AsyncStream<Void>.makeStream()
    let body = try await Spool.body(in: Self.space(folder), for: nil, contentType: "x/y") { spool in
      for index in 0..<40 { try spool.append([UInt8(index)] + Self.piece) }
      isWritten.finish()
    }
    #expect(body.bytes == nil)
    for await _ in written {}
    // The file has no name.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    let bytes = try await body.collect()
    #expect(bytes == (0..<40).flatMap { [UInt8($0)] + Self.piece })
  }

  @Test func breaksOffWithTheWriter() async throws {
    let folder = try TemporaryFolder()
    let body = try await Spool.body(in: Self.space(folder), for: nil, contentType: "x/y") { spool in
      for _ in 0..<9 { try spool.append(Self.piece) }
      throw Broken()
    }
    await #expect(throws: Broken.self) { try await body.collect() }
    await #expect(throws: Broken.self) {
      try await Spool.body(in: Self.space(folder), for: nil, contentType: "x/y") { _ in
        throw Broken()
      }
    }
  }

  @Test func stopsTheWriterWhenNobodyReads() async throws {
    let folder = try TemporaryFolder()
    let (outcomes, outcome) = AsyncStream<Bool>.makeStream()
    var body: RawBody? = try await Spool.body(in: Self.space(folder), for: nil, contentType: "x/y")
    { spool in
      do {
        // Without an end of its own.
        while true {
          try spool.append(Self.piece)
          try await Task.sleep(for: .milliseconds(1))
        }
      } catch {
        outcome.yield(error is Spool.Abandoned)
        throw error
      }
    }
    #expect(body?.bytes == nil)
    body = nil
    #expect(await outcomes.first { _ in true } == true)
  }

  /// Whoever reads slowly has an eighth of the space, and one export more.
  @Test func boundsTheDisk() async throws {
    let folder = try TemporaryFolder()
    let space = Self.space(folder, limit: 4_000_000)
    func export(_ count: Int, for client: String) async throws -> RawBody {
      let (written, isWritten) = AsyncStream<Void>.makeStream()
      let body = try await Spool.body(in: space, for: client, contentType: "x/y") { spool in
        defer { isWritten.finish() }
        for _ in 0..<count { try spool.append(Self.piece) }
      }
      for await _ in written {}
      return body
    }
    // The first two pieces are in memory.
    var bodies = [try await export(6, for: "a"), try await export(12, for: "a")]
    #expect(space.used == 1_400_000)
    let refused = await #expect(throws: XRPCServerError.self) { try await export(3, for: "a") }
    #expect(refused?.status == .serviceUnavailable)
    #expect(try await export(2, for: "a").bytes?.count == 200_000)
    bodies.append(try await export(22, for: "b"))
    #expect(space.used == 3_400_000)
    // One that turns out to be too large breaks off, and what it took is free again.
    let large = try await export(40, for: "c")
    await #expect(throws: XRPCServerError.self) { try await large.collect() }
    withExtendedLifetime(large) {}
    bodies.removeAll()
    #expect(try await export(12, for: "a").collect().count == 1_200_000)
  }

  /// Over a socket: what is written meanwhile is not in the file.
  @Test func exportsOneMoment() async throws {
    let account = try await TestServer(logger: .quiet).signUp()
    let text = String(repeating: "x", count: 50_000)
    for index in 0..<40 { _ = try await account.create(.post(text), rkey: "k\(index)") }
    let before = try await account.verifiedExport().commit
    try await account.server.overSocket { url in
      let client = XRPCClient(
        service: try #require(ServiceEndpoint(url)),
        transport: AsyncHTTPClientTransport.shared
      )
      let body = try await client.download(
        ComAtproto.Sync.GetRepo.self,
        ComAtproto.Sync.GetRepo.Parameters(did: account.did)
      ).output
      for index in 0..<40 { _ = try await account.delete(rkey: "k\(index)") }
      var verifier = RepositoryVerifier()
      for try await chunk in body.stream { try verifier.append(chunk) }
      let summary = try verifier.finish()
      #expect(summary.commit == before && summary.entryCount == 40)
    }
  }

  @Test func letsSoManyWorkAtOnce() async throws {
    let permits = AsyncSemaphore(2)
    let working = Working()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<20 {
        group.addTask {
          await permits.run {
            working.begin()
            await Task.yield()
            working.end()
          }
        }
      }
    }
    #expect((1...2).contains(working.most) && working.now == 0)
  }

  private final class Working: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var now: Int { counts.withLock { $0.now } }
    var most: Int { counts.withLock { $0.most } }

    func begin() {
      counts.withLock { counts in
        counts.now += 1
        counts.most = max(counts.most, counts.now)
      }
    }

    func end() {
      counts.withLock { $0.now -= 1 }
    }
  }
}
