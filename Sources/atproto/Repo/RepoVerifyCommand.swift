import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import ArgumentParser

struct RepoVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify a repository: hashes, commit, tree, records, and signature.",
    discussion: """
      Reads the file once, in memory that depends on the number of records, not on their size. \
      With --json: {"did", "rev", "commit", "records", "nodes", "blocks", "repeatedBlocks", \
      "unlinkedBlocks", "uncheckedBlocks", "bytes", "isSignatureVerified"}.
      """
  )

  @OptionGroup var options: RepoFileOptions

  @Option(
    help: ArgumentHelp(
      "The account's signing key; without it, the signature is not verified.",
      valueName: "did:key"
    )
  )
  var key: String?

  func run() async throws {
    let key = try key.map { try PublicKey(didKey: $0) }
    var verifier = RepositoryVerifier()
    try ChunkedFile(options.file).forEachChunk { chunk in try verifier.append(chunk) }
    let summary = try verifier.finish()
    if let key { try summary.commit.verify(key) }
    options.output.print([
      "did": .string(summary.commit.did.string), "rev": .string(summary.commit.rev.string),
      "commit": .string(summary.commit.cid.string), "records": .integer(summary.entryCount),
      "nodes": .integer(summary.nodeCount), "blocks": .integer(summary.blockCount),
      "repeatedBlocks": .integer(summary.duplicateCount),
      "unlinkedBlocks": .integer(summary.unlinkedCount),
      "uncheckedBlocks": .integer(summary.uncheckedCount),
      "bytes": .integer(summary.byteCount), "isSignatureVerified": .boolean(key != nil),
    ]) { table in
      table.add("did", summary.commit.did.string)
      table.add("rev", summary.commit.rev.string)
      table.add("records", "\(summary.entryCount)")
      table.add("nodes", "\(summary.nodeCount)")
      table.add("blocks", "\(summary.blockCount)")
      table.add("repeated blocks", "\(summary.duplicateCount)")
      table.add("unlinked blocks", "\(summary.unlinkedCount)")
      table.add("unchecked blocks", "\(summary.uncheckedCount)")
      table.add("tree and hashes", "valid")
      table.add("signature", key == nil ? "not verified; pass --key" : "valid")
    }
  }
}
