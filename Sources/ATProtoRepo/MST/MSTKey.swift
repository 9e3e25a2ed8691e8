import ATProtoCrypto

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A key of a Merkle search tree: bytes, ordered bytewise.
///
/// Repository specification, "Repository Paths": "Repo paths are strings, while MST keys are byte
/// arrays. Neither may be empty". ``RepoPath`` decides which paths a repository may have.
public struct MSTKey: Sendable {
  /// The length of the longest key, in bytes. The longest path is shorter: 317 bytes of NSID, a
  /// slash, and 512 bytes of record key.
  public static let maximumLength = 1024

  /// The bytes of the key.
  public let bytes: [UInt8]

  /// Creates a key. Throws ``RepoError/Code/invalidKey`` if there are no bytes or more than
  /// ``maximumLength``.
  public init(_ bytes: [UInt8]) throws(RepoError) {
    guard (1...Self.maximumLength).contains(bytes.count) else {
      throw RepoError(.invalidKey, "a key must have 1 to \(Self.maximumLength) bytes")
    }
    self.bytes = bytes
  }

  /// Creates a key from the UTF-8 of a string. Throws ``RepoError/Code/invalidKey``.
  public init(_ text: String) throws(RepoError) {
    try self.init([UInt8](text.utf8))
  }

  /// The height of the key's layer: the leading zeros of its SHA-256, in pairs of bits ("MST
  /// Structure").
  public var height: Int { Self.height(of: bytes) }

  package static func height(of bytes: [UInt8]) -> Int {
    SHA256.hash(bytes).leadingZeroBitCount / 2
  }

  func commonPrefixCount(with other: MSTKey) -> Int {
    Self.commonPrefixCount(bytes, other.bytes)
  }

  package static func commonPrefixCount(_ lhs: [UInt8], _ rhs: [UInt8]) -> Int {
    let limit = min(lhs.count, rhs.count)
    var count = 0
    while count < limit, lhs[count] == rhs[count] { count += 1 }
    return count
  }
}

extension MSTKey: Comparable {
  /// Whether both have the same bytes.
  public static func == (lhs: MSTKey, rhs: MSTKey) -> Bool {
    lhs.bytes == rhs.bytes
  }

  /// Orders by bytes.
  public static func < (lhs: MSTKey, rhs: MSTKey) -> Bool {
    let order = lhs.bytes.withUnsafeBytes { left in
      rhs.bytes.withUnsafeBytes { right in
        memcmp(left.baseAddress!, right.baseAddress!, min(left.count, right.count))
      }
    }
    return order == 0 ? lhs.bytes.count < rhs.bytes.count : order < 0
  }
}

extension MSTKey: Hashable {
  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(bytes)
  }
}

extension MSTKey: CustomStringConvertible {
  /// The key as a string; bytes that are not UTF-8 are replaced.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
