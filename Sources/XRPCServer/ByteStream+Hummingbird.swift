import ATProtoHTTP
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

extension ByteStream {
  /// The body of a request, to be read before it is answered.
  init(_ request: Request, _ expectation: Expectation) {
    let body = request.body
    self.init(length: request.headers[.contentLength].flatMap { Int($0) }) {
      expectation.meet()
      var iterator = body.makeAsyncIterator()
      return {
        guard let buffer = try await iterator.next() else {
          // The end of the connection's task looks like that of the body.
          try Task.checkCancellation()
          return nil
        }
        return Array(buffer: buffer)
      }
    }
  }
}

extension ResponseBody {
  /// Writes chunks as they come, no faster than the peer reads.
  ///
  /// The head is sent when the stream fails, so all that can be told is that the body is not whole:
  /// the connection ends without the last chunk, or before `Content-Length` (RFC 9112, 8).
  init(_ stream: ByteStream, _ logger: Logger) {
    self.init(contentLength: stream.length) { writer in
      var iterator = stream.makeAsyncIterator()
      while true {
        let chunk: [UInt8]?
        do {
          chunk = try await iterator.next()
        } catch {
          logger.error("response broke off", metadata: ["error": "\(error)"])
          throw error
        }
        guard let chunk else { break }
        try await writer.write(ByteBuffer(bytes: chunk))
      }
      try await writer.finish(nil)
    }
  }
}
