import ATProtoData
import ATProtoSyntax
import ArgumentParser
import LexiconResolution

struct LexiconCheckDNSCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-dns",
    abstract: "Check the DNS records of schemas, and print the missing ones.",
    discussion: """
      Shows a row for each group of the schemas in the given files and directories, by default those \
      below --lexicons that lexicons.json does not list, and the line of a zone file for each record \
      that is missing or wrong. The exit status is 1 if there is one, or if a domain leads to another \
      account than --did, and 3 if the name servers do not answer. With --json: an array of {"group", \
      "dns", "did", "record"}; "record" is the line, or null, and "dns" as in atproto lexicon status, \
      or other.
      """
  )

  @Argument(
    help: ArgumentHelp("Check the schemas in these files or directories.", valueName: "path")
  )
  var paths: [String] = []

  @Option(help: ArgumentHelp("Expect this account.", valueName: "did"), transform: Self.did)
  var did: DID?

  @OptionGroup var author: LexiconAuthorOptions

  func run() async throws {
    let documents = try author.documents(paths)
    let publisher: DID? = if let did { did } else { try await author.account() }
    let checks = await DomainCheck.all(
      for: documents.documents.map(\.nsid),
      try author.run()
    ).map { check in did.map(check.expecting) ?? check }
    if author.output.json {
      Console.json(.array(checks.map { Self.value($0, publisher) }))
    } else {
      Self.print(checks, publisher)
    }
    if checks.contains(where: { $0.state != .ok && $0.failure?.isTemporary != true }) {
      throw ExitCode.failure
    }
    if let failure = checks.compactMap(\.failure).first { throw ExitCode(failure.exitCode) }
  }

  private static func print(_ checks: [DomainCheck], _ publisher: DID?) {
    var table = TextTable()
    for check in checks {
      table.append(
        .text(check.state.rawValue),
        .text("\(check.group)"),
        .text(check.reason.withoutControls)
      )
    }
    table.print()
    for check in checks where check.isCorrectable { Console.line(check.zoneLine(for: publisher)) }
  }

  private static func value(_ check: DomainCheck, _ publisher: DID?) -> DataValue {
    [
      "group": .string("\(check.group)"), "dns": .string(check.state.rawValue),
      "did": check.did.map { .string($0.string) } ?? .null,
      "record": check.isCorrectable ? .string(check.zoneLine(for: publisher)) : .null,
    ]
  }

  private static func did(_ text: String) throws -> DID {
    guard let did = try? DID(text) else {
      throw ValidationError("'\(text)' is not a valid DID")
    }
    return did
  }
}

extension DomainCheck {
  /// Whether a record would put the domain right.
  var isCorrectable: Bool {
    switch state {
    case .missing, .ambiguous, .malformed, .other: true
    case .ok, .reserved, .error: false
    }
  }
}
