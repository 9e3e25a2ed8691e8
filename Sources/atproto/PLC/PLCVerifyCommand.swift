import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser

struct PLCVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verifies the whole history of an identity that a directory tells.",
    discussion: """
      Hashes, signatures, the order, recoveries within 72 hours and what they nullified. Exit code \
      1: the log is not valid, or there is none.
      """
  )

  @OptionGroup var subject: PLCSubject

  func run() async throws {
    let audit = try await subject.auditLog()
    let log: PLCLog
    do {
      log = try PLCLog(verifying: audit, of: subject.did)
    } catch {
      throw Failure.report("the log is not valid: \(error)", asJSON: subject.json)
    }
    if subject.json {
      Console.json(report(log))
      return
    }
    for (index, entry) in log.entries.enumerated() {
      let state = entry.isNullified ? "nullified" : "in force"
      let signer = log.signer(of: entry) ?? "?"
      Console.line("\(index)  \(entry.createdAt)  \(state)  signed by \(signer)")
    }
    let count = log.activeEntries.count
    Console.line("valid: \(log.entries.count) operations, \(count) in force")
    var table = TextTable()
    if let head = log.head { PLCReport(head.operation).add(to: &table) }
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
