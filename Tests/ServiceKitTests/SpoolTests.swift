import ATProtoHTTP
import Foundation
import HTTPTypes
import ServiceKit
import TestSupport
import Testing
import XRPC
import XRPCServer

@Suite struct SpoolTests {
  private struct Broken: Error {}

  private static func space(_ folder: TemporaryFolder, limit: Int = 1 << 30) -> ScratchSpace {
    ScratchSpace(directory: folder.path, limit: limit)
  }

  private static let piece = [UInt8](repeating: 7, count: 100_000)

  @Test func smallContentStaysInMemory() async throws {
    let body = try await Spool.body(
      in: ScratchSpace(directory: "/nowhere", limit: 0),
      for: nil,
      contentType: "x/y"
    ) { spool in
      for _ in 0..<2 { try spool.append(Self.piece) }
    }
    #expect(body.bytes == Self.piece + Self.piece && body.contentType == "x/y")
  }

  /// The writer finishes although nothing has been read yet.
  @Test func writerDoesNotWaitForTheReader() async throws {
    let folder = try TemporaryFolder()
    let (written, isWritten) = AsyncStream<Void>.makeStream()
    let body = try await Spool.body(in: Self.space(folder), for: nil, contentType: "x/y") { spool in
      for index in 0..<40 { try spool.append([UInt8(index)] + Self.piece) }
      isWritten.finish()
    }
    #expect(body.bytes == nil)
    for await _ in written {}
    // The file is unlinked.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    let bytes = try await body.collect()
    #expect(bytes == (0..<40).flatMap { [UInt8($0)] + Self.piece })
  }

  @Test func failureOfTheWriterFailsTheBody() async throws {
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

  @Test func writerStopsWhenTheReaderGoesAway() async throws {
    let folder = try TemporaryFolder()
    let (outcomes, outcome) = AsyncStream<Bool>.makeStream()
    var body: RawBody? = try await Spool.body(in: Self.space(folder), for: nil, contentType: "x/y")
    { spool in
      do {
        // Never ends by itself.
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

  /// A client that reads slowly may use an eighth of the space, and can finish the export that it
  /// began.
  @Test func clientBeyondItsShareIsRefusedUntilSpaceIsFree() async throws {
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
    // An export that turns out to be too large fails, and its space is free again.
    let large = try await export(40, for: "c")
    await #expect(throws: XRPCServerError.self) { try await large.collect() }
    withExtendedLifetime(large) {}
    bodies.removeAll()
    #expect(try await export(12, for: "a").collect().count == 1_200_000)
  }
}
