import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser

struct PLCLogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Print the audit log of an identity, without verifying it.",
    discussion: "With --json: the array that the PLC directory returns."
  )

  @OptionGroup var subject: PLCSubject

  func run() async throws {
    let audit = try await subject.auditLog()
    guard !subject.output.json else { return Console.json(audit) }
    for (index, line) in (audit.array ?? []).enumerated() {
      var table = TextTable()
      table.add("operation", "\(index)\(line["nullified"] == .boolean(true) ? ", nullified" : "")")
      table.add("  created at", line["createdAt"]?.string ?? "?")
      table.add("  cid", line["cid"]?.string ?? "?")
      do throws(PLCError) {
        table.add(try PLCOperation(line["operation"] ?? .null))
      } catch {
        table.add("  unreadable", "\(error)")
      }
      table.print()
    }
  }
}
