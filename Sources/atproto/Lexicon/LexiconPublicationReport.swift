import ATProtoData
import ATProtoSyntax
import ArgumentParser
import Lexicon
import LexiconResolution

/// What `publish` prints: a row for each document, and why nothing, or not everything, is published.
struct LexiconPublicationReport {
  let plan: LexiconPublication
  let isDryRun: Bool

  func print(_ output: OutputOptions) {
    if output.json { return Console.json(.object(object)) }
    printRows()
    let count = plan.pending.count
    let documents = count == 1 ? "1 schema" : "\(count) schemas"
    Console.error(
      plan.pending.isEmpty
        ? "nothing to publish" : "\(documents) \(isDryRun ? "would be published" : "published")"
    )
  }

  /// Prints the rows and returns the error to exit with: in JSON, they are one object.
  func printed(_ error: LexiconError, _ output: OutputOptions) -> any Error {
    guard output.json else {
      printRows()
      return error
    }
    Console.json(.object(object.adding(error)))
    return ExitCode(error.exitCode)
  }

  func printed(_ failure: PublicationFailure, _ output: OutputOptions) -> any Error {
    guard output.json else { return CommandError(failure, "published") }
    Console.json(.object(object.adding(failure.error).adding(failure)))
    return ExitCode(failure.error.exitCode)
  }

  private func printRows() {
    for entry in plan.entries {
      var table = TextTable()
      table.append(
        .text(entry.state.rawValue.padded(to: 8)),
        .text(entry.document.nsid.string),
        .text(entry.document.path.withoutControls)
      )
      table.print()
      for change in entry.changes {
        let text = "\(change.classification.rawValue): \(change.path): \(change.message)"
        Console.line("  \(text.withoutControls)")
      }
    }
    let refused = plan.entries.compactMap { $0.state == .refused ? $0.domain : nil }
    for domain in Set(refused).sorted(by: { $0.recordName < $1.recordName }) {
      let line = domain.isCorrectable ? "; the record would be:" : ""
      Console.line("\(domain.reason)\(line)".withoutControls)
      if domain.isCorrectable { Console.line(domain.zoneLine(for: plan.did)) }
    }
  }

  private var object: DataObject {
    [
      "did": .string(plan.did.string), "dryRun": .boolean(isDryRun),
      "documents": .array(plan.entries.map { .object(row($0)) }),
    ]
  }

  private func row(_ entry: LexiconPublication.Entry) -> DataObject {
    let nsid = entry.document.nsid
    let isRefused = entry.state == .refused
    let record = entry.domain.flatMap {
      isRefused && $0.isCorrectable ? $0.zoneLine(for: plan.did) : nil
    }
    return [
      "nsid": .string(nsid.string), "state": .string(entry.state.rawValue),
      "uri": .string("at://\(plan.did)/\(LexiconResolver.collection)/\(nsid)"),
      "cid": .string(entry.document.cid.string),
      "published": entry.published.map { .string($0.string) } ?? .null,
      "dns": entry.domain.map { .string($0.state.rawValue) } ?? .null,
      "record": record.map { .string($0) } ?? .null,
      "verdict": .string(entry.verdict.rawValue),
      "changes": .array(
        entry.changes.map { change in
          [
            "class": .string(change.classification.rawValue), "rule": .string(change.rule.id),
            "path": .string(change.path.withoutControls),
            "message": .string(change.message.withoutControls),
          ]
        }
      ),
    ]
  }
}

extension DataObject {
  /// The object with the fields of an error.
  func adding(_ error: LexiconError) -> DataObject {
    var object = self
    for (key, value) in LexiconFailure.object(error).object ?? [:] { object[key] = value }
    return object
  }

  /// The object with what was written before a failure, and what was not.
  func adding(_ failure: PublicationFailure) -> DataObject {
    var object = self
    object["done"] = .array(failure.done.map { .string($0.string) })
    object["remaining"] = .array(failure.remaining.map { .string($0.string) })
    return object
  }
}

extension CommandError {
  /// An error that lists what was written before it.
  init(_ failure: PublicationFailure, _ verb: String) {
    self.init(
      reason: failure.error.description,
      details: failure.done.isEmpty
        ? [] : ["\(failure.remaining.count) not \(verb)"] + failure.done.map { "\(verb): \($0)" },
      exitCode: ExitCode(failure.error.exitCode)
    )
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
