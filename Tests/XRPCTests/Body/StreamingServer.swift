import ATProtoHTTP
import HTTPTypes
import Synchronization
import XRPC
import XRPCServer

/// A server for one blob, which is uploaded and downloaded in chunks.
enum StreamingServer {
  struct Broken: Error {}

  static let chunkBytes = 64 << 10

  /// `count` chunks, each filled with its number.
  static func chunks(
    _ count: Int,
    isSized: Bool = false,
    breaksOff: Bool = false,
    isRepeatable: Bool = false,
    log: ChunkLog? = nil
  ) -> ByteStream {
    ByteStream(length: isSized ? count * chunkBytes : nil, isRepeatable: isRepeatable) {
      var number = 0
      return {
        if number == count {
          if breaksOff { throw Broken() }
          return nil
        }
        defer { number += 1 }
        log?.count.withLock { $0 += 1 }
        return [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: chunkBytes)
      }
    }
  }

  static func getBytes(_ make: @escaping @Sendable () -> ByteStream) -> XRPCRoute {
    .query(Sample.GetBytes.self) { _ in RawBody(stream: make(), contentType: "image/png") }
  }

  /// Counts incoming bytes; the log shows the progress.
  static func uploadBlob(_ log: ChunkLog = ChunkLog(), maximum: Int = 16 << 20) -> XRPCRoute {
    var route = XRPCRoute.procedure(Sample.UploadBlob.self) { request in
      guard case .stream(let stream) = request.input.content else {
        throw XRPCServerError.invalidRequest("not a stream")
      }
      if request.input.contentType == "image/refused" {
        throw XRPCServerError.forbidden()
      }
      var count = 0
      do {
        for try await chunk in stream {
          count += chunk.count
          log.count.withLock { [count] in $0 = count }
        }
      } catch {
        log.failure.withLock { $0 = true }
        throw error
      }
      return Sample.GetThing.Output(text: request.input.contentType, count: count)
    }
    route.maximumInputBytes = maximum
    return route
  }

  final class ChunkLog: Sendable {
    let count = Mutex(0)
    let failure = Mutex(false)
  }
}
