import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import XRPC

extension ByteStream {
  /// Returns a stream of the same bytes that throws a ``CommandError`` at its end if their hash is
  /// not that of `cid`.
  func identified(by cid: CID) -> ByteStream {
    ByteStream(length: length) {
      var iterator = makeAsyncIterator()
      let digest = RunningDigest()
      return {
        if let chunk = try await iterator.next() {
          digest.update(chunk)
          return chunk
        }
        guard digest.identity == cid else {
          throw CommandError(reason: "the bytes that the server sent do not match \(cid)")
        }
        return nil
      }
    }
  }
}

/// A digest that a closure can capture; ``SHA256`` cannot be copied.
private final class RunningDigest {
  private var digest = SHA256()

  func update(_ bytes: [UInt8]) {
    digest.update(bytes)
  }

  /// The CID of all bytes; finishes the digest.
  var identity: CID { CID(codec: .raw, digest: digest.finalize()) }
}
