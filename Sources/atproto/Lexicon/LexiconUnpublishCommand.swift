import ATProtoData
import ATProtoSyntax
import ArgumentParser
import LexiconResolution

struct LexiconUnpublishCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpublish",
    abstract: "Delete schemas from your repository, in one commit.",
    discussion: """
      Deletes nothing if one of them is not published. Files stay as they are. With --json: {"did", \
      "dryRun", "documents"}; each document is {"nsid", "uri"}.
      """
  )

  @Argument(help: ArgumentHelp("Delete the schemas with these NSIDs.", valueName: "nsid"))
  var names: [String]

  @Flag(help: "Show what would be deleted.")
  var dryRun = false

  @OptionGroup var authority: LexiconAuthorityOptions
  @OptionGroup var options: ClientOptions

  func run() async throws {
    let nsids = Set(try names.map(Self.nsid))
    let (client, did) = try await options.author()
    let published = try await PublishedLexicons.read(
      nsids,
      of: did,
      at: try await PublishedLexicons.Head.latest(of: did, through: client),
      try authority.run(options.server.network)
    )
    let plan = try LexiconRetraction(nsids, published: published)
    if !dryRun {
      do throws(PublicationFailure) {
        try await plan.apply(through: client)
      } catch {
        guard options.output.json else { throw CommandError(error, "deleted") }
        Console.json(.object(object(plan).adding(error.error).adding(error)))
        throw ExitCode(error.error.exitCode)
      }
    }
    guard !options.output.json else { return Console.json(.object(object(plan))) }
    for nsid in plan.nsids { Console.line("\(dryRun ? "would delete" : "deleted")  \(nsid)") }
  }

  private static func nsid(_ text: String) throws -> NSID {
    guard let nsid = try? NSID(text) else {
      throw LexiconError(.invalidNsid, "'\(text)' is not a valid NSID")
    }
    return nsid.normalized
  }

  private func object(_ plan: LexiconRetraction) -> DataObject {
    [
      "did": .string(plan.did.string), "dryRun": .boolean(dryRun),
      "documents": .array(
        plan.nsids.map { nsid in
          [
            "nsid": .string(nsid.string),
            "uri": .string("at://\(plan.did)/\(LexiconResolver.collection)/\(nsid)"),
          ]
        }
      ),
    ]
  }
}
