import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import Labeler
import Synchronization

extension LabelsCommand {
  /// A page of 250 labels, as a client or an app view verifies it.
  func verify() async throws {
    let store = MemoryLabelerStore()
    let keys = try store.setUp { transaction in try SigningKeys(LabelSample.key, in: transaction) }
    let labels = Labels(source: LabelSample.did, keys: keys, store: store)
    try await store.write { transaction throws in
      _ = try labels.apply(
        (0..<250).map { LabelChange(uri: LabelSample.subject($0), value: "spam") },
        at: Int(Datetime.Instant.now.seconds) * 1_000,
        in: transaction
      )
    }
    let page = try await labels.page(
      LabelQuery(patterns: UriPatterns(["*"]), limit: LabelQuery.maximumLimit)
    ).labels
    let directory = LabelDirectory()
    let verifier = LabelVerifier(directory: directory)
    let rounds = 20
    let used = CPUClock.now
    for _ in 0..<rounds {
      let verdicts = await verifier.verify(page)
      guard verdicts.allSatisfy({ $0 == .valid }) else { throw CocoaError(.coderInvalidValue) }
    }
    print(
      String(
        format: "verifying a page of %d labels: %.1f µs per label, %d lookups in %d pages",
        page.count,
        (CPUClock.now - used) / Double(rounds * page.count) * 1e6,
        directory.lookups.load(ordering: .relaxed),
        rounds
      )
    )
  }
}
