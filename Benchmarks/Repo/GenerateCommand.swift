import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import Foundation

/// Writes repositories of any size, to measure how cost grows and how much memory verification
/// takes.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo-generate",
    abstract: "Write a repository of generated records as a CAR file."
  )

  @Argument(help: "Path of the CAR file.")
  var file: String

  @Option(help: "Number of records.")
  var records = 100_000

  @Option(help: "Approximate size of each record in bytes.")
  var recordSize = 450

  @Flag(
    help: "Write the worst order: records, nodes with children before parents, then the commit."
  )
  var reversed = false

  func run() throws {
    let entries = (0..<records).map { number in
      (key: key(number), value: CID(hashingDAGCBOR: record(number)))
    }
    let start = CPUClock.now
    let tree = try MerkleSearchTree(sorted: entries, store: MemoryBlockStore())
    let rate = Double(records) / (CPUClock.now - start)
    let commit = Commit(
      did: "did:plc:ewvi7nxzyoun6zhxrhs64oiz",
      data: tree.root,
      rev: TID(microseconds: 1_700_000_000_000_000, clockIdentifier: 0)!,
      signedBy: PrivateKey(generating: .k256)
    )
    try Data().write(to: URL(filePath: file))
    let output = try FileHandle(forWritingTo: URL(filePath: file))
    var writer = CARWriter(roots: [commit.cid])
    func flush(_ size: Int) throws {
      if writer.bytes.count > size { try output.write(contentsOf: Data(writer.take())) }
    }
    if !reversed { writer.append(commit.cid, commit.block) }
    var nodes: [(cid: CID, block: [UInt8])] = []
    var number = 0
    var walk = tree.walk()
    while let step = try walk.next() {
      switch step {
      case .node(let cid, let block):
        if reversed { nodes.append((cid, block)) } else { writer.append(cid, block) }
      case .entry(_, let value):
        writer.append(value, record(number))
        number += 1
      }
      try flush(1 << 20)
    }
    for (cid, block) in nodes.reversed() {
      writer.append(cid, block)
      try flush(1 << 20)
    }
    if reversed { writer.append(commit.cid, commit.block) }
    try flush(0)
    try output.close()
    print("\(records) records, tree built at \(Int(rate)) /s")
  }

  /// As in real accounts: one collection, record keys by time.
  private func key(_ number: Int) -> MSTKey {
    let microseconds = 1_600_000_000_000_000 + UInt64(number) * 1_234_567
    let tid = TID(microseconds: microseconds, clockIdentifier: UInt16(number % 32))!
    return try! MSTKey("app.bsky.feed.post/\(tid.string)")
  }

  private func record(_ number: Int) -> [UInt8] {
    let text = String(repeating: "x", count: max(0, recordSize - 40))
    return DataValue.object([
      "$type": .string("app.bsky.feed.post"), "n": .integer(number), "text": .string(text),
    ]).cborBytes()
  }
}
