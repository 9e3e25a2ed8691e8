import ATProtoData
import ATProtoSyntax
import Lexicon
import LexiconResolution

/// What an update changes, for people and for programs.
struct LexiconUpdateReport {
  private let plan: UpdatePlan

  init(_ plan: UpdatePlan) {
    self.plan = plan
  }

  /// - Parameter failure: why nothing is written; nil if that is no error.
  func object(with failure: LexiconError?) -> DataValue {
    let object: DataObject = [
      "changed": .array(plan.changed.map(Self.object)),
      "added": .array(plan.added.map { .string($0.string) }),
      "unused": .array(plan.unused.map { .string($0.string) }),
      "documents": .integer(plan.installation.documents.count),
    ]
    return .object(failure.map(object.adding) ?? object)
  }

  private static func object(_ update: DocumentUpdate) -> DataValue {
    [
      "nsid": .string(update.nsid.string), "from": .string(update.from.string),
      "to": .string(update.to.string), "verdict": .string(update.verdict.rawValue),
      "changes": .array(
        update.changes.map { change in
          [
            "rule": .string(change.rule), "class": .string(change.classification.rawValue),
            "path": .string(change.path), "message": .string(change.message),
          ]
        }
      ),
    ]
  }

  func print() {
    for line in lines { Console.line(line.withoutControls) }
  }

  var lines: [String] {
    var lines: [String] = []
    for update in plan.changed {
      lines.append("\(update.nsid): \(update.verdict.rawValue)")
      lines.append("  \(update.from) -> \(update.to)")
      lines += update.changes.map { "  \($0.classification.rawValue): \($0.message)" }
    }
    lines += plan.added.map { "\($0): added" }
    lines += plan.unused.map { "\($0): unused; its file stays" }
    let counts = [
      (plan.changed.count, "changed"), (plan.added.count, "added"), (plan.unused.count, "unused"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    lines.append(counts.isEmpty ? "all schemas are up to date" : counts.joined(separator: ", "))
    return lines
  }
}
