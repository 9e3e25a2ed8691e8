import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import Foundation
import Testing

/// Reproducible random numbers (SplitMix64).
struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

enum Fixture {
  static let did: DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
  static let key = PrivateKey(generating: .k256)

  static func value(_ number: Int) -> CID {
    CID(hashingRaw: [UInt8]("value \(number)".utf8))
  }

  static func bytes(_ count: Int) -> [UInt8] {
    [UInt8](repeating: 1, count: count)
  }

  static func key(_ text: String) -> MSTKey {
    try! MSTKey(text)
  }

  /// The first key that begins with `prefix` and has `height`.
  static func key(_ prefix: String, height: Int) -> MSTKey {
    for number in 0... {
      let key = key("\(prefix)/\(number)")
      if key.height == height { return key }
    }
    fatalError("there is always another candidate")
  }

  /// Keys in ascending order with these heights.
  static func keys(heights: [Int]) -> [MSTKey] {
    zip("abcdefghijklmnopqrstuvwxyz", heights).map { key("com.example.\($0)", height: $1) }
  }

  static func path(_ number: Int) -> RepoPath {
    try! RepoPath("com.example.record/\(String(number, radix: 36))")
  }

  static func record(_ number: Int) -> [UInt8] {
    DataValue.object(["$type": .string("com.example.record"), "n": .integer(number)]).cborBytes()
  }

  static func tid(_ number: UInt64) -> TID {
    TID(microseconds: 1_700_000_000_000_000 + number, clockIdentifier: 1)!
  }

  static func tree(_ model: [MSTKey: CID]) throws -> MerkleSearchTree {
    let sorted = model.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
    return try MerkleSearchTree(sorted: sorted, store: MemoryBlockStore())
  }

  /// The same tree, with all nodes in its store.
  static func storedTree(_ model: [MSTKey: CID]) throws -> MerkleSearchTree {
    var tree = try tree(model)
    return MerkleSearchTree(root: tree.root, store: MemoryBlockStore(tree.takeChanges().created))
  }

  /// A file in `../shared/interop`, if that directory is next to the checkout.
  static func interop(_ name: String) -> Data? {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../shared/interop/\(name)")
    return try? Data(contentsOf: url)
  }
}

/// Writes of which the last must be rejected, with the reason. Conforms to the protocol so that
/// test output does not print the arguments, which can be megabytes long.
struct RefusedTransaction: CustomTestStringConvertible {
  var code: RepoError.Code
  var writes: [RecordWrite]

  init(_ code: RepoError.Code, _ writes: [RecordWrite]) {
    self.code = code
    self.writes = writes
  }

  var testDescription: String { "\(writes.count) writes, \(code.rawValue)" }
}
