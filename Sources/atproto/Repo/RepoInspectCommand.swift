import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser
import Foundation

struct RepoInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show a repository's commit and collections, and whether it is complete.",
    discussion: """
      With --json: {"did", "rev", "commit", "data", "prev", "bytes", "blocks", "repeatedBlocks", \
      "uncheckedBlocks", "nodes", "records", "collections", "isWhole", "gap"}.
      """
  )

  @OptionGroup var options: RepoFileOptions

  func run() async throws {
    let file = try CARFile(options.file)
    let commit = try file.repository().commit
    let content = try Content(file)
    if options.output.json {
      Console.json(.object(content.json(commit, file)))
    } else {
      content.table(commit, file).print()
    }
  }

  /// The result of a walk through the tree.
  private struct Content {
    var nodeCount = 0
    var recordCount = 0
    var collections: [String: Int] = [:]
    /// Why the walk ended early, or which record is missing.
    var gap: String?

    init(_ file: CARFile) throws {
      var walk = try file.repository().tree.walk()
      do {
        while let step = try walk.next() {
          switch step {
          case .node: nodeCount += 1
          case .entry(let key, let value):
            recordCount += 1
            let collection = key.bytes.prefix { $0 != UInt8(ascii: "/") }
            collections[String(decoding: collection, as: UTF8.self), default: 0] += 1
            if file.size(value) == nil, gap == nil { gap = "record \(key.printable) is missing" }
          }
        }
      } catch let error as RepoError where error.code == .missingBlock {
        gap = error.reason
      }
    }

    func table(_ commit: Commit, _ file: CARFile) -> TextTable {
      var table = TextTable()
      table.append(.text("did"), .text(commit.did.string))
      table.append(.text("rev"), .text("\(commit.rev)  \(Self.time(commit.rev))"))
      table.append(.text("commit"), .text(commit.cid.string))
      table.append(.text("data"), .text(commit.data.string))
      if let prev = commit.prev { table.append(.text("prev"), .text(prev.string)) }
      table.append(.text("bytes"), .text("\(file.byteCount)"))
      table.append(.text("blocks"), .text("\(file.blockCount)"))
      if file.duplicateCount > 0 {
        table.append(.text("repeated blocks"), .text("\(file.duplicateCount)"))
      }
      if file.uncheckedCount > 0 {
        table.append(.text("unchecked blocks"), .text("\(file.uncheckedCount)"))
      }
      table.append(.text("nodes"), .text("\(nodeCount)"))
      table.append(.text("records"), .text("\(recordCount)"))
      for (collection, count) in collections.sorted(by: { $0.key < $1.key }) {
        table.append(.text("  \(collection.printable)"), .text("\(count)"))
      }
      table.append(.text("complete"), .text(gap.map { "no: \($0)" } ?? "yes"))
      return table
    }

    private static func time(_ rev: TID) -> String {
      Date(timeIntervalSince1970: Double(rev.microseconds) / 1e6).formatted(.iso8601)
    }

    func json(_ commit: Commit, _ file: CARFile) -> DataObject {
      var object: DataObject = [
        "did": .string(commit.did.string), "rev": .string(commit.rev.string),
        "commit": .string(commit.cid.string), "data": .string(commit.data.string),
        "prev": commit.prev.map { .string($0.string) } ?? .null,
        "bytes": .integer(file.byteCount), "blocks": .integer(file.blockCount),
        "repeatedBlocks": .integer(file.duplicateCount),
        "uncheckedBlocks": .integer(file.uncheckedCount), "nodes": .integer(nodeCount),
        "records": .integer(recordCount), "isWhole": .boolean(gap == nil),
      ]
      var counts: DataObject = [:]
      for (collection, count) in collections { counts[collection] = .integer(count) }
      object["collections"] = .object(counts)
      if let gap { object["gap"] = .string(gap) }
      return object
    }
  }
}
