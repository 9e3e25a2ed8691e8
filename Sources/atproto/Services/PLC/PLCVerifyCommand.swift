import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser

struct PLCVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the complete history of an identity.",
    discussion: """
      Checks hashes, signatures and order, recovery within 72 hours, and which operations it \
      nullified. The exit status is 1 if the log is missing or not valid. With --json: {"did", \
      "valid", "operations", "didDoc"}.
      """
  )

  @OptionGroup var subject: PLCSubject

  func run() async throws {
    let audit = try await subject.auditLog()
    let log: PLCLog
    do {
      log = try PLCLog(verifying: audit, of: subject.did)
    } catch {
      throw CommandError(reason: "the audit log is not valid: \(error)")
    }
    guard !subject.output.json else { return Console.json(report(log)) }
    for (index, entry) in log.entries.enumerated() {
      let state = entry.isNullified ? "nullified" : "active"
      let signer = log.signer(of: entry) ?? "?"
      Console.line("\(index)  \(entry.createdAt)  \(state)  signed by \(signer)")
    }
    Console.line("valid: \(log.entries.count) operations, \(log.activeEntries.count) active")
    var table = TextTable()
    if let head = log.head { table.add(head.operation) }
    table.print()
  }

  private func report(_ log: PLCLog) -> DataValue {
    [
      "did": .string(log.did.string),
      "valid": true,
      "operations": .array(
        log.entries.map { entry in
          [
            "cid": .string(entry.operation.cid.description),
            "createdAt": .string(entry.createdAt.string),
            "nullified": .boolean(entry.isNullified),
            "signer": log.signer(of: entry).map { .string($0) } ?? .null,
          ]
        }
      ),
      "didDoc": log.data?.document(of: log.did) ?? .null,
    ]
  }
}
