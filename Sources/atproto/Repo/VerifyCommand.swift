import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verifies a whole repository: hashes, commit, tree, records, signature.",
    discussion: "Streams: memory goes with the number of records, not with the size of the file."
  )

  @OptionGroup var options: RepoFileOptions

  @Option(
    help: ArgumentHelp(
      "The account's signing key; without it the signature is not verified.",
      valueName: "did:key:…"
    )
  )
  var key: String?

  func run() async throws {
    let key = try key.map { try PublicKey(didKey: $0) }
    var verifier = RepositoryVerifier()
    try ChunkedFile(options.file).forEachChunk { chunk in try verifier.append(chunk) }
    let summary = try verifier.finish()
    if let key { try summary.commit.verify(key) }
    if options.json {
      Console.json([
        "did": .string(summary.commit.did.string), "rev": .string(summary.commit.rev.string),
        "commit": .string(summary.commit.cid.string), "records": .integer(summary.entryCount),
        "nodes": .integer(summary.nodeCount), "blocks": .integer(summary.blockCount),
        "repeatedBlocks": .integer(summary.duplicateCount),
        "unlinkedBlocks": .integer(summary.unlinkedCount),
        "uncheckedBlocks": .integer(summary.uncheckedCount),
        "bytes": .integer(summary.byteCount), "isSignatureVerified": .boolean(key != nil),
      ])
      return
    }
    var table = TextTable()
    table.append(.text("did"), .text(summary.commit.did.string))
    table.append(.text("rev"), .text(summary.commit.rev.string))
    table.append(.text("records"), .text("\(summary.entryCount)"))
    table.append(.text("nodes"), .text("\(summary.nodeCount)"))
    table.append(.text("blocks"), .text("\(summary.blockCount)"))
    table.append(.text("repeated blocks"), .text("\(summary.duplicateCount)"))
    table.append(.text("unlinked blocks"), .text("\(summary.unlinkedCount)"))
    table.append(.text("unchecked blocks"), .text("\(summary.uncheckedCount)"))
    table.append(.text("tree and hashes"), .text("good"))
    table.append(.text("signature"), .text(key == nil ? "not verified: no --key" : "good"))
    table.print()
  }
}
