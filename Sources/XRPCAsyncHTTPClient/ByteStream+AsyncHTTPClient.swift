import ATProtoHTTP
import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1

extension HTTPClientRequest {
  init(_ request: HTTPRequest, body: BodyContent?) throws(TransportError) {
    guard let scheme = request.scheme, let authority = request.authority, let path = request.path
    else {
      throw TransportError(
        code: .cannotConnect,
        reason: "the request does not have an absolute URL"
      )
    }
    self.init(url: "\(scheme)://\(authority)\(path)")
    method = HTTPMethod(rawValue: request.method.rawValue)
    for field in request.headerFields {
      headers.add(name: field.name.rawName, value: field.value)
    }
    switch body {
    case nil: break
    case .bytes(let bytes): self.body = .bytes(ByteBuffer(bytes: bytes))
    case .stream(let stream):
      self.body = .stream(
        OutgoingChunks(stream: stream),
        length: stream.length.map { .known(Int64($0)) } ?? .unknown
      )
    }
  }
}

/// Adapts a stream to the client, which requests a chunk when the socket has taken the last one.
private struct OutgoingChunks: AsyncSequence, Sendable {
  let stream: ByteStream

  struct Iterator: AsyncIteratorProtocol {
    var chunks: ByteStream.Iterator

    mutating func next() async throws -> ByteBuffer? {
      do {
        return try await chunks.next().map { ByteBuffer(bytes: $0) }
      } catch {
        throw TransportError(ofRequestBody: error)
      }
    }
  }

  func makeAsyncIterator() -> Iterator {
    Iterator(chunks: stream.makeAsyncIterator())
  }
}

extension ByteStream {
  /// Creates a stream of the body of a response. Bytes stay in the socket until they are requested.
  init(_ response: HTTPClientResponse, _ options: TransportOptions) {
    let body = response.body
    let length = response.headers.first(name: "content-length").flatMap { Int($0) }
    self.init(ofResponse: length, options) {
      var iterator = body.makeAsyncIterator()
      return {
        do {
          return try await iterator.next().map { Array(buffer: $0) }
        } catch {
          throw TransportError(error, options)
        }
      }
    }
  }
}
