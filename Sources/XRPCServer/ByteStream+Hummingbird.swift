package import ATProtoHTTP
import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore

extension ByteStream {
  /// Creates a stream of the body of a request, which must be read before the response is sent.
  init(_ request: Request, _ expectation: Expectation) {
    let body = request.body
    self.init(length: request.headers[.contentLength].flatMap { Int($0) }) {
      expectation.meet()
      var iterator = body.makeAsyncIterator()
      return {
        guard let buffer = try await iterator.next() else {
          // If the connection's task is canceled, the body seems to end.
          try Task.checkCancellation()
          return nil
        }
        return Array(buffer: buffer)
      }
    }
  }
}

extension ResponseBody {
  /// Creates a body that writes the chunks of a stream, no faster than the peer reads.
  ///
  /// If the stream fails, the head has already been sent. The client can only tell that the body is
  /// incomplete: the connection ends without the last chunk, or before `Content-Length` (RFC 9112, 8).
  package init(_ stream: ByteStream, _ logger: Logger) {
    self.init(contentLength: stream.length) { writer in
      var iterator = stream.makeAsyncIterator()
      while true {
        let chunk: [UInt8]?
        do {
          chunk = try await iterator.next()
        } catch {
          logger.error("cannot complete the response", metadata: ["error": "\(error)"])
          throw error
        }
        guard let chunk else { break }
        try await writer.write(ByteBuffer(bytes: chunk))
      }
      try await writer.finish(nil)
    }
  }
}
