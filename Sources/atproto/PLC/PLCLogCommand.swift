import ATProtoData
import ATProtoIdentity
import ATProtoSyntax
import ArgumentParser

struct PLCLogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Prints what a directory says of the history of an identity."
  )

  @OptionGroup var subject: PLCSubject

  func run() async throws {
    let audit = try await subject.auditLog()
    if subject.json {
      Console.json(audit)
      return
    }
    for (index, line) in (audit.array ?? []).enumerated() {
      var table = TextTable()
      table.add("operation", "\(index)\(line["nullified"] == .boolean(true) ? ", nullified" : "")")
      table.add("  created at", line["createdAt"]?.string ?? "?")
      table.add("  cid", line["cid"]?.string ?? "?")
      do throws(PLCError) {
        PLCReport(try PLCOperation(line["operation"] ?? .null)).add(to: &table)
      } catch {
        table.add("  unreadable", "\(error)")
      }
      table.print()
    }
  }
}
