import ATProtoCrypto
import ATProtoData
import Synchronization

/// The keys of recent proofs. A client signs all proofs of a session with one key, and OpenSSL takes
/// almost as long to load a key as to verify a signature.
package final class DPoPKeyCache: Sendable {
  /// A key with its thumbprint (RFC 7638).
  struct Entry {
    var key: PublicKey
    var thumbprint: String
  }

  // Two generations, so that no order of use has to be kept.
  fileprivate struct Generations {
    var current: [JSONValue: Entry] = [:]
    var previous: [JSONValue: Entry] = [:]
  }

  /// The keys of one generation.
  static let capacity = 4096
  /// Bytes of the strings in a key that is kept. A plain key has about 100.
  fileprivate static let maximumLength = 512

  private let generations = Mutex(Generations())

  package init() {}

  /// The key of a proof, read or found.
  func entry(_ value: JSONValue) throws(CryptoError) -> Entry {
    if let entry = generations.withLock({ $0.entry(value) }) { return entry }
    let key = try JWK(value)
    let entry = Entry(key: key.publicKey, thumbprint: key.thumbprint)
    if value.isShort(Self.maximumLength) { generations.withLock { $0.insert(entry, value) } }
    return entry
  }
}

extension DPoPKeyCache.Generations {
  fileprivate mutating func entry(_ value: JSONValue) -> DPoPKeyCache.Entry? {
    if let entry = current[value] { return entry }
    guard let entry = previous[value] else { return nil }
    insert(entry, value)
    return entry
  }

  fileprivate mutating func insert(_ entry: DPoPKeyCache.Entry, _ value: JSONValue) {
    if current.count >= DPoPKeyCache.capacity {
      previous = current
      current = [:]
    }
    current[value] = entry
  }
}

extension JSONValue {
  /// Whether this is an object of strings with at most `length` bytes in all.
  fileprivate func isShort(_ length: Int) -> Bool {
    guard case .object(let members) = self else { return false }
    var sum = 0
    for (name, value) in members {
      guard let text = value.string else { return false }
      sum += name.utf8.count + text.utf8.count
    }
    return sum <= length
  }
}
