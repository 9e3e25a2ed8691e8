import ATProtoData
import ATProtoSyntax
import ArgumentParser

struct AppViewReindexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex",
    abstract: "Rebuild the index of a collection from the stored records.",
    discussion: """
      The app view does this by itself when a lexicon has changed. With --json: {"collection"}.
      """
  )

  @Argument(help: "The collection's NSID.", transform: AppViewArgument.collection)
  var collection: NSID

  @OptionGroup var options: AppViewAdminOptions

  func run() async throws {
    try await options.post("reindex", ["collection": .string(collection.string)])
    options.output.print(
      ["collection": .string(collection.string)],
      orText: "rebuilding  \(collection)"
    )
  }
}

struct AppViewBackfillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backfill",
    abstract: "Fetch repositories again, or look for repositories that are missing.",
    discussion: """
      Without DIDs, the app view lists the repositories of its collections at the relay, and fetches \
      those that it does not have. With --json, one line per repository: {"did"}; without DIDs \
      {"collection"}.
      """
  )

  @Argument(help: "The accounts whose repositories to fetch.", transform: AppViewArgument.did)
  var dids: [DID] = []

  @Option(
    help: ArgumentHelp("List only the repositories of this collection.", valueName: "nsid"),
    transform: AppViewArgument.collection
  )
  var collection: NSID?

  @OptionGroup var options: AppViewAdminOptions

  func validate() throws {
    if collection != nil, !dids.isEmpty {
      throw ValidationError("pass DIDs or --collection, but not both")
    }
  }

  func run() async throws {
    guard !dids.isEmpty else {
      var body: DataObject = [:]
      body["collection"] = collection.map { .string($0.string) }
      try await options.post("backfill", .object(body))
      options.output.print(
        .object(body),
        orText: "listing repositories of \(collection?.string ?? "all collections")"
      )
      return
    }
    for did in dids {
      try await options.post("resync", ["did": .string(did.string)])
      options.output.print(["did": .string(did.string)], orText: "fetching  \(did)")
    }
  }
}

enum AppViewArgument {
  static func collection(_ text: String) throws -> NSID {
    guard let nsid = try? NSID(text) else {
      throw ValidationError("'\(text.prefix(80))' is not a valid NSID")
    }
    return nsid
  }

  static func did(_ text: String) throws -> DID {
    guard let did = try? DID(text) else {
      throw ValidationError("'\(text.prefix(80))' is not a valid DID")
    }
    return did
  }
}
