import ATProtoCrypto
import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser

struct LabelerCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a labeler from outside: identity, endpoints, and declaration.",
    discussion: """
      Calls the labeler at the URL in its identity, as apps do. The exit status is 1 if anything is \
      wrong. With --json, one line per check: {"check", "ok", "text"}, for identity, key, service, \
      url, reachable, health, stream, query, reports, and declaration.
      """
  )

  @Argument(
    help: ArgumentHelp("The labeler's DID or handle."),
    transform: ParsedArgument.identifier
  )
  var labeler: ATIdentifier

  @Option(
    help: ArgumentHelp(
      "Compare the key in the identity with the one in this file, which signs the labels.",
      valueName: "file"
    )
  )
  var keyFile: String?

  @OptionGroup var network: NetworkOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let key = try keyFile.map { try LabelerKeyFile.read($0).publicKey }
    let did = try await did()
    let check = LabelerCheck(
      did: did,
      key: key,
      directory: network.directory,
      transport: network.transport
    )
    let findings = await check.findings()
    for finding in findings {
      let name = finding.row.rawValue
      let column = name + String(repeating: " ", count: 11 - name.utf8.count)
      output.print(
        ["check": .string(name), "ok": .boolean(finding.isOK), "text": .string(finding.text)],
        orText: "\(finding.isOK ? "ok     " : "problem")  \(column)  \(finding.text)"
      )
    }
    if findings.contains(where: { !$0.isOK }) { throw ExitCode(1) }
  }

  private func did() async throws -> DID {
    switch labeler {
    case .did(let did): return did
    case .handle(let handle): return try await network.directory.did(of: handle)
    }
  }
}
