import ATProtoHTTP
import HTTPTypes
import Synchronization

/// The latest nonce of each server for each key: "Clients should track the DPoP nonce per account
/// session and per server" (OAuth specification, "Demonstrating Proof of Possession"). Bounded.
final class DPoPNonceCache: Sendable {
  private struct Key: Hashable {
    var origin: String
    var thumbprint: String
  }

  // Two generations: when the young one is full, it becomes the old one, whose unused entries go.
  private struct State {
    var young: [Key: String] = [:]
    var old: [Key: String] = [:]
  }

  private let state = Mutex(State())
  private let generationSize: Int

  /// The longest nonce that is kept, in bytes.
  private static let maximumBytes = 512

  init(capacity: Int = 20_000) {
    generationSize = capacity / 2
  }

  func nonce(of origin: String, for thumbprint: String) -> String? {
    let key = Key(origin: origin, thumbprint: thumbprint)
    return state.withLock { $0.young[key] ?? $0.old[key] }
  }

  /// Keeps the nonce of a response (RFC 9449, 8.1).
  ///
  /// - Returns: whether the response has one.
  @discardableResult
  func note(_ head: HTTPResponse, of origin: String, for thumbprint: String) -> Bool {
    guard let nonce = head.headerFields[.dpopNonce], Self.isValid(nonce) else { return false }
    let key = Key(origin: origin, thumbprint: thumbprint)
    state.withLock { state in
      if state.young[key] == nil, state.young.count >= generationSize {
        state.old = state.young
        state.young = [:]
      }
      state.young[key] = nonce
    }
    return true
  }

  /// RFC 9449, 8.1: `nonce = 1*NQCHAR`, where RFC 6749, appendix A has
  /// `NQCHAR = %x21 / %x23-5B / %x5D-7E`.
  private static func isValid(_ nonce: String) -> Bool {
    !nonce.isEmpty && nonce.utf8.count <= maximumBytes
      && nonce.utf8.allSatisfy {
        (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
      }
  }
}

extension HTTPField.Name {
  static let dpop = HTTPField.Name("DPoP")!
  static let dpopNonce = HTTPField.Name("DPoP-Nonce")!
}
