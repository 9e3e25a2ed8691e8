import ATProtoData
import ArgumentParser
import ComAtprotoAPI

struct RelayHostListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the hosts of a relay, oldest first.",
    discussion: """
      With --json, one line per host, with the fields of the relay's admin API: {"Host", "Status", \
      "Cursor", "RepoCount", "RepoLimit", "HasActiveConnection", ...}.
      """,
    aliases: ["ls"]
  )

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    for host in try await options.get("pds/list").array ?? [] {
      let columns = [
        host["Host"]?.string ?? "?", host["Status"]?.string ?? "?",
        "\(host["RepoCount"]?.integer ?? 0) of \(host["RepoLimit"]?.integer ?? 0) accounts",
      ]
      options.output.print(host, orText: columns.joined(separator: "  "))
    }
  }
}

struct RelayHostStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show the status of a host, and how far the relay has followed it.",
    discussion: #"With --json: {"hostname", "status", "seq", "accountCount"}."#
  )

  @Argument(help: "The hostname.")
  var hostname: String

  @OptionGroup var options: RelayOptions

  func run() async throws {
    let host = try await options.call { client in
      try await client.comAtproto.sync.getHostStatus(.init(hostname: hostname))
    }
    var object: DataObject = ["hostname": .string(host.hostname)]
    object["status"] = host.status.map { .string($0.rawValue) }
    object["seq"] = host.seq.map { .integer($0) }
    object["accountCount"] = host.accountCount.map { .integer($0) }
    options.output.print(.object(object)) { table in
      table.add("host", host.hostname)
      table.add("status", host.status?.rawValue ?? "?")
      table.add("sequence", host.seq.map { "\($0)" } ?? "-")
      table.add("accounts", host.accountCount.map { "\($0)" } ?? "-")
    }
  }
}

struct RelayHostCrawlCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crawl",
    abstract: "Add a host to a relay, or reconnect to it now.",
    discussion: """
      The daily limit of new hosts does not apply. If the host refuses its cursor, the cursor is \
      reset. Hosts on this machine need RELAY_ALLOW_INSECURE_HOSTS. With --json: {"host"}.
      """
  )

  @Argument(help: "The hostname.")
  var hostname: String

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    try await options.post("pds/requestCrawl", ["hostname": .string(hostname)])
    options.output.print(["host": .string(hostname)], orText: "crawling  \(hostname)")
  }
}

struct RelayHostBlockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "block",
    abstract: "Disconnect a host and block it until it is unblocked.",
    discussion: #"With --json: {"blocked"}, the hostname."#
  )

  @Argument(help: "The hostname.")
  var hostname: String

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    try await options.post("pds/block?host=\(hostname.queryValue)")
    options.output.print(["blocked": .string(hostname)], orText: "blocked  \(hostname)")
  }
}

struct RelayHostUnblockCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unblock",
    abstract: "Unblock a host.",
    discussion: #"With --json: {"unblocked"}, the hostname."#
  )

  @Argument(help: "The hostname.")
  var hostname: String

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    try await options.post("pds/unblock?host=\(hostname.queryValue)")
    options.output.print(["unblocked": .string(hostname)], orText: "unblocked  \(hostname)")
  }
}

struct RelayHostSetLimitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-limit",
    abstract: "Change the account limit of a host.",
    discussion: """
      A higher limit admits accounts that were throttled, oldest first; a lower one does not \
      throttle accounts that were admitted. With --json: {"host", "limit"}.
      """
  )

  @Argument(help: "The hostname.")
  var hostname: String

  @Argument(help: "The maximum number of accounts.")
  var limit: Int

  @OptionGroup var options: RelayAdminOptions

  func validate() throws {
    if limit < 0 { throw ValidationError("the limit must not be negative") }
  }

  func run() async throws {
    try await options.post(
      "pds/changeLimits",
      ["host": .string(hostname), "repo_limit": .integer(limit)]
    )
    options.output.print(
      ["host": .string(hostname), "limit": .integer(limit)],
      orText: "\(hostname)  \(limit) accounts"
    )
  }
}
