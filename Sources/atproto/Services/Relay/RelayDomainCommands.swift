import ATProtoData
import ArgumentParser

struct RelayDomainListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the domains that a relay has banned.",
    discussion: #"With --json, one line per domain: {"domain"}."#,
    aliases: ["ls"]
  )

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    let bans = try await options.get("subs/listDomainBans")
    for domain in bans["banned_domains"]?.array ?? [] {
      options.output.print(["domain": domain], orText: domain.string ?? "?")
    }
  }
}

struct RelayDomainBanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ban",
    abstract: "Ban all hosts of a domain, including future ones.",
    discussion: #"With --json: {"banned"}, the domain."#
  )

  @Argument(help: "The domain; subdomains are included.")
  var domain: String

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    try await options.post("subs/banDomain", ["domain": .string(domain)])
    options.output.print(["banned": .string(domain)], orText: "banned  \(domain)")
  }
}

struct RelayDomainUnbanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unban",
    abstract: "Lift the ban of a domain.",
    discussion: #"With --json: {"unbanned"}, the domain."#
  )

  @Argument(help: "The domain.")
  var domain: String

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    try await options.post("subs/unbanDomain", ["domain": .string(domain)])
    options.output.print(["unbanned": .string(domain)], orText: "unbanned  \(domain)")
  }
}

struct RelayConsumerListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the consumers that are connected to a relay.",
    discussion: """
      With --json, one line per consumer: {"id", "remote_addr", "user_agent", "events_consumed", \
      "connected_at", "path"}.
      """,
    aliases: ["ls"]
  )

  @OptionGroup var options: RelayAdminOptions

  func run() async throws {
    for consumer in try await options.get("consumers/list").array ?? [] {
      let columns = [
        consumer["remote_addr"]?.string ?? "?", consumer["path"]?.string ?? "?",
        "\(consumer["events_consumed"]?.integer ?? 0) events",
        "since \(consumer["connected_at"]?.string ?? "?")", consumer["user_agent"]?.string ?? "",
      ]
      options.output.print(consumer, orText: columns.joined(separator: "  "))
    }
  }
}
