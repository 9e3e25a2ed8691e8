import ATProtoCrypto
import ATProtoData
import ATProtoHTTP
import ATProtoRepo
import XRPC

extension ByteStream {
  /// The same bytes, and at their end an error where they are not those that `cid` names.
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
          throw ClientFailure(reason: "what the server sent does not have the hash \(cid)")
        }
        return nil
      }
    }
  }
}

/// A digest that a closure can hold: it cannot be copied.
private final class RunningDigest {
  private var digest = SHA256()

  func update(_ bytes: [UInt8]) {
    digest.update(bytes)
  }

  /// Ends the digest.
  var identity: CID { CID(codec: .raw, digest: digest.finalize()) }
}
