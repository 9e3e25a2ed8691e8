import ATProtoData
import ATProtoSyntax
import ArgumentParser
import ComAtprotoAPI
import XRPC
import XRPCClient

/// An account that a relay's command works on.
struct RelayAccountSubject: ParsableArguments {
  @Argument(
    help: "The account's DID.",
    transform: { text in
      guard let did = try? DID(text) else {
        throw ValidationError("'\(text)' is not a valid DID")
      }
      return did
    }
  )
  var did: DID
}

struct RelayAccountListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the active accounts of a relay, in order of discovery.",
    discussion: """
      With --json, one line per account: {"did", "rev", "head"}; with --collection, {"did"}.
      """,
    aliases: ["ls"]
  )

  @Option(
    help: ArgumentHelp("List only accounts with records in this collection.", valueName: "nsid"),
    transform: ParsedArgument.nsid
  )
  var collection: NSID?

  @OptionGroup var options: RelayOptions

  func run() async throws {
    try await options.call { client in
      if let collection { return try await list(collection, client) }
      let pages = client.pages(
        ComAtproto.Sync.ListRepos.self,
        ComAtproto.Sync.ListRepos.Parameters(limit: 1000),
        from: \.cursor,
        to: \.cursor
      )
      for try await repo in pages.items(\.repos) {
        options.output.print(
          [
            "did": .string(repo.did.string), "rev": .string(repo.rev.string),
            "head": .string(repo.head.string),
          ],
          orText: "\(repo.did.string)  \(repo.rev.string)"
        )
      }
    }
  }

  private func list(_ collection: NSID, _ client: XRPCClient) async throws {
    let pages = client.pages(
      ComAtproto.Sync.ListReposByCollection.self,
      ComAtproto.Sync.ListReposByCollection.Parameters(
        collection: FormatString(collection),
        limit: 2000
      ),
      from: \.cursor,
      to: \.cursor
    )
    for try await repo in pages.items(\.repos) {
      options.output.print(["did": .string(repo.did.string)], orText: repo.did.string)
    }
  }
}

struct RelayAccountStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show an account's status on a relay.",
    discussion: #"With --json: {"did", "active", "status", "rev"}."#
  )

  @OptionGroup var subject: RelayAccountSubject
  @OptionGroup var options: RelayOptions

  func run() async throws {
    let account = try await options.call { client in
      try await client.comAtproto.sync.getRepoStatus(.init(did: FormatString(subject.did)))
    }
    var object: DataObject = [
      "did": .string(account.did.string), "active": .boolean(account.active),
    ]
    object["status"] = account.status.map { .string($0.rawValue) }
    object["rev"] = account.rev.map { .string($0.string) }
    options.output.print(.object(object)) { table in
      table.add("did", account.did.string)
      table.add("active", account.active ? "yes" : "no")
      if let status = account.status { table.add("status", status.rawValue) }
      if let rev = account.rev { table.add("rev", rev.string) }
    }
  }
}

struct RelayAccountTakedownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "takedown",
    abstract: "Take down an account. Hosts cannot undo this.",
    discussion: #"With --json: {"takenDown"}, the DID."#
  )

  @OptionGroup var subject: RelayAccountSubject
  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    let did = subject.did.string
    try await options.post("repo/takeDown", ["did": .string(did)])
    options.output.print(["takenDown": .string(did)], orText: "taken down  \(did)")
  }
}

struct RelayAccountUntakedownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "untakedown",
    abstract: "Reverse an account's takedown.",
    discussion: #"With --json: {"restored"}, the DID."#
  )

  @OptionGroup var subject: RelayAccountSubject
  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    let did = subject.did.string
    try await options.post("repo/reverseTakedown", ["did": .string(did)])
    options.output.print(["restored": .string(did)], orText: "restored  \(did)")
  }
}

struct RelayAccountTakedownsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "takedowns",
    abstract: "List the accounts that a relay has taken down.",
    discussion: #"With --json, one line per account: {"did"}."#
  )

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    var cursor: String? = ""
    while let position = cursor {
      let page = try await options.get("repo/takedowns?size=500&cursor=\(position.queryValue)")
      for did in page["dids"]?.array ?? [] {
        options.output.print(["did": did], orText: did.string ?? "?")
      }
      cursor = page["cursor"]?.string
    }
  }
}
