import ATProtoCrypto
import ATProtoData
import ATProtoLabels
import ATProtoSyntax
import ComAtprotoAPI
import Foundation
import Synchronization
import TestSupport
import Testing
import ToolsOzoneAPI
import XRPC
import XRPCClient

/// Kills a labeler while moderators work: what it acknowledged is never lost, repeated, or numbered
/// anew, and reaches its consumers and the PDS.
///
/// `LABELER_KILL_CYCLES` is the number of times; the default keeps the suite short.
@Suite(.serialized) struct LabelerKillTests {
  private static let cycles =
    ProcessInfo.processInfo.environment["LABELER_KILL_CYCLES"].flatMap(Int.init) ?? 8
  private static let writers = 4

  /// bluesky-social/ozone#228.
  @Test func labelsFlowAfterAKill() async throws {
    let folder = try TemporaryFolder()
    let target = try await StubPDS()
    let labeler = try await KilledLabeler(folder: folder.path, target: target)
    let consumer = LabelConsumer(labeler.url, key: labeler.key.publicKey)
    let following = Task { await consumer.run() }
    defer { following.cancel() }

    var records: [KillRecord] = []
    for cycle in 0..<Self.cycles {
      let writers = Task { [client = labeler.client] in
        await withTaskGroup(of: [KillRecord].self) { group in
          for writer in 0..<Self.writers {
            group.addTask { await KillRecord.write("\(cycle)-\(writer)", client) }
          }
          return await group.reduce(into: []) { $0 += $1 }
        }
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 5...400)))
      labeler.end(SIGKILL)
      records += await writers.value
      try await labeler.start()
    }
    #expect(records.contains { !$0.acknowledged.isEmpty })
    #expect(records.compactMap(\.refusal).isEmpty)
    let final = FinalState(labeler: labeler, consumer: consumer, target: target)
    try await final.checkEvents(records)
    try await final.checkLabels(records)
    try await final.checkStream()
    try await final.checkTarget(records)
    #expect(consumer.problems.isEmpty)
    labeler.end(SIGTERM)
  }
}

/// What was done about one subject.
private struct KillRecord: Sendable {
  let did: String
  private(set) var acknowledged: [KillAction] = []
  /// The action during which the labeler was killed: done or not.
  private(set) var pending: KillAction?
  /// Why the labeler refused the action; nil if it did not answer.
  private(set) var refusal: String?

  private static let actions: [KillAction] = [
    .report, .label("spam"), .label("rude"), .negate("spam"), .takeDown, .label("spam"),
    .reverse, .report, .takeDown, .label("rude"), .negate("never"),
  ]

  /// Works on one subject after another until the labeler is killed.
  static func write(_ name: String, _ client: XRPCClient) async -> [KillRecord] {
    var records: [KillRecord] = []
    for round in 0... {
      var record = KillRecord(did: "did:web:s\(name)-\(round).test")
      // Some subjects stay taken down, others do not.
      for (index, action) in actions.prefix(actions.count - round % 4).enumerated() {
        do {
          try await action.perform(on: record.did, comment: record.comment(index), client)
          record.acknowledged.append(action)
        } catch {
          // Without a reason, there was no answer: the labeler was killed.
          record.refusal = (error as? KillRefusal)?.reason
          record.pending = action
          return records + [record]
        }
      }
      records.append(record)
    }
    return records
  }

  func comment(_ index: Int) -> String { "\(did) \(index)" }

  /// The comments of the events that must exist.
  var comments: [String] { acknowledged.indices.map(comment) }

  /// The labels that the subject may have.
  var outcomes: [[String: Bool]] {
    var labels: [String: Bool] = [:]
    for action in acknowledged { action.apply(to: &labels) }
    guard let pending else { return [labels] }
    let before = labels
    pending.apply(to: &labels)
    return [before, labels]
  }
}

/// What the labeler has after its last start.
private struct FinalState {
  let labeler: KilledLabeler
  let consumer: LabelConsumer
  let target: StubPDS

  /// Every acknowledged report and event exists once.
  func checkEvents(_ records: [KillRecord]) async throws {
    var counts: [String: Int] = [:]
    var cursor: String?
    var last = Int.max
    repeat {
      let page = try await labeler.client.toolsOzone.moderation.queryEvents(
        ToolsOzone.Moderation.QueryEvents.Parameters(limit: 100, cursor: cursor)
      )
      for event in page.events {
        #expect(event.id < last)
        last = event.id
        let body = event.event.dataValue
        if let comment = body["comment"]?.string { counts[comment, default: 0] += 1 }
      }
      cursor = page.cursor
    } while cursor != nil
    for record in records {
      for comment in record.comments { #expect(counts[comment] == 1, "event \(comment)") }
    }
    #expect(counts.values.allSatisfy { $0 == 1 })
  }

  private func labels() async throws -> [Label] {
    var labels: [Label] = []
    var cursor: String?
    repeat {
      let page = try await labeler.client.comAtproto.label.queryLabels(
        ComAtproto.Label.QueryLabels.Parameters(uriPatterns: ["*"], limit: 250, cursor: cursor)
      )
      labels += page.labels
      cursor = page.cursor
    } while cursor != nil
    return labels
  }

  /// Every subject has the labels of what was acknowledged about it, and perhaps of one more action.
  func checkLabels(_ records: [KillRecord]) async throws {
    let labels = try await labels()
    let found = Dictionary(grouping: labels, by: \.uri.string).mapValues { labels in
      Dictionary(uniqueKeysWithValues: labels.map { ($0.val, $0.neg == true) })
    }
    for record in records {
      #expect(record.outcomes.contains(found[record.did] ?? [:]), "labels of \(record.did)")
    }
    #expect(labels.allSatisfy { $0.hasValidSignature(by: labeler.key.publicKey) })
  }

  /// The stream from 0 has what the query returns, and so has the consumer that followed it.
  func checkStream() async throws {
    let labels = try await labels()
    let replay = LabelConsumer(labeler.url, key: labeler.key.publicKey)
    let reading = Task { await replay.run() }
    defer { reading.cancel() }
    let expected = Set(labels.map { "\($0.name) \($0.cts.string)" })
    #expect(await until { Self.names(replay) == expected })
    #expect(await until { Self.names(consumer) == expected })
    #expect(replay.problems.isEmpty)
    #expect(replay.state.withLock { $0.labels.count } == labels.count)
    // A number has named the same label at all times.
    let before = consumer.state.withLock { $0.labels }
    for (sequence, label) in replay.state.withLock({ $0.labels }) {
      #expect(before[sequence] == nil || before[sequence] == label)
    }
  }

  private static func names(_ consumer: LabelConsumer) -> Set<String> {
    consumer.state.withLock { state in
      Set(state.current.values.map { "\($0.name) \($0.cts.string)" })
    }
  }

  /// The PDS has the state of every subject that was ever taken down.
  func checkTarget(_ records: [KillRecord]) async throws {
    for label in try await labels() where label.val == "!takedown" {
      #expect(
        await until { target.isTakenDown(label.uri.string) == (label.neg != true) },
        "takedown of \(label.uri.string)"
      )
    }
  }

  private func until(_ condition: () -> Bool) async -> Bool {
    for _ in 0..<3_000 {
      if condition() { return true }
      try? await Task.sleep(for: .milliseconds(10))
    }
    return condition()
  }
}
