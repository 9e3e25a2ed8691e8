import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser

/// A repository of the dataset, and the benchmarks for it.
struct RepositorySample {
  let name: String
  let car: [UInt8]
  let entries: [(key: MSTKey, value: CID)]
  /// With all nodes in memory, like the tree of a busy account on a server.
  private let tree: MerkleSearchTree

  /// Throws if the tree of the repository is not the tree of its entries.
  init(_ dataset: Dataset, _ name: String) throws {
    self.name = name
    car = try dataset.bytes("\(name).car")
    entries = try dataset.lines("\(name).keys").map { line in
      let parts = line.split(separator: UInt8(ascii: " "))
      guard parts.count == 2 else { throw ValidationError("\(name).keys: not 'path cid'") }
      return (try MSTKey([UInt8](parts[0])), try CID(String(decoding: parts[1], as: UTF8.self)))
    }
    var tree = try MerkleSearchTree(sorted: entries, store: MemoryBlockStore())
    _ = tree.takeChanges()
    self.tree = tree
    let blocks = try CARBlocks(car)
    let repository = try Repository(head: blocks.roots[0], store: blocks)
    guard repository.commit.data == tree.root else {
      throw ValidationError("\(name): its tree is not the tree of its keys")
    }
  }

  var works: [Work] {
    [
      Work("\(name), build the tree from sorted entries", items: entries.count) {
        try MerkleSearchTree(sorted: entries, store: MemoryBlockStore()).root.hashValue | 1
      },
      Work(
        "\(name), CAR: read, hash, check, walk",
        items: entries.count,
        bytes: car.count,
        pass: walkBlocks
      ),
      Work(
        "\(name), the same while it streams in",
        items: entries.count,
        bytes: car.count,
        pass: stream
      ),
      Work("\(name), one create, with its proof", items: creates.count, pass: create),
      Work("\(name), one create, as a signed commit", items: 2000, pass: commit),
    ]
  }

  private func walkBlocks() throws -> Int {
    let blocks = try CARBlocks(car)
    let repository = try Repository(head: blocks.roots[0], store: blocks)
    var count = 0
    try repository.tree.forEachEntry { _, value in
      guard blocks.contains(value) else { throw ValidationError("a record is missing") }
      count += 1
      return true
    }
    guard count == entries.count else { throw ValidationError("\(count) entries") }
    return count
  }

  private func stream() throws -> Int {
    var verifier = RepositoryVerifier()
    for start in stride(from: 0, to: car.count, by: 64 << 10) {
      try verifier.append([UInt8](car[start..<min(start + 64 << 10, car.count)]))
    }
    let count = try verifier.finish().entryCount
    guard count == entries.count else { throw ValidationError("\(count) entries") }
    return count
  }

  // MARK: Creating

  /// Keys that are not in the tree, spread over it.
  private var creates: [(key: MSTKey, value: CID)] {
    (0..<4000).map { number in
      let entry = entries[number * 7919 % entries.count]
      return (try! MSTKey(entry.key.bytes + [UInt8](".\(number)".utf8)), entry.value)
    }
  }

  private func create() throws -> Int {
    var size = 0
    for (key, value) in creates {
      var edited = tree
      try edited.put(key, value)
      var proof = BlockList()
      try edited.appendCoveringProof(of: key, to: &proof)
      size += proof.count
    }
    return size
  }

  private func commit() throws -> Int {
    let key = PrivateKey(generating: .k256)
    let blocks = try CARBlocks(car)
    var repository = try Repository(head: blocks.roots[0], store: blocks)
    let record = DataValue.object(["$type": .string("app.bsky.feed.like")]).cborBytes()
    var size = 0
    for number in 0..<2000 {
      let path = try RepoPath("app.bsky.feed.like/new\(number)")
      let rev = TID(rawValue: repository.commit.rev.rawValue + 1)
      let result = try repository.apply([.create(path, record: record)], rev: rev, key: key)
      size += result.slice.count
    }
    return size
  }
}
