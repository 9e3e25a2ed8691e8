import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import LexiconIndex
import Templating
import VerifiedSync

/// The values of the admin page, as text.
struct AdminView {
  private(set) var values: [String: any TemplateValue]

  /// The most takedowns on one page.
  private static let maximumTakedowns = 100

  init(
    _ actions: AdminActions,
    after subject: String?,
    token: (AdminForm) -> String
  ) async throws {
    let snapshot = try await actions.status.snapshot()
    let takedowns = try await actions.takedowns.page(
      after: subject,
      limit: Self.maximumTakedowns + 1
    )
    let labelers = try await actions.labels.status()
    let collections = Self.collections(snapshot, actions.status.collections)
    let rejections = snapshot.ingest.activity.counters.rejections.sorted {
      ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue)
    }
    values = [
      "title": "App view administration",
      "did": actions.identity.did.string,
      "figures": Self.figures(snapshot),
      "collections": collections.map { Self.view($0, token(.reindex)) },
      "noCollections": collections.isEmpty ? ["No collections are indexed."] : [],
      "lexiconProblems": actions.lexiconProblems,
      "rejections": rejections.map { reason, count in
        TemplateView(["reason": reason.rawValue, "count": "\(count)"])
      },
      "noRejections": rejections.isEmpty
        ? ["No events have been rejected since the app view started."] : [],
      "takedowns": takedowns.prefix(Self.maximumTakedowns).map { takedown in
        TemplateView([
          "subject": takedown.subject, "reference": takedown.reference,
          "token": token(.untakedown),
        ])
      },
      "noTakedowns": takedowns.isEmpty ? ["Nothing has been taken down."] : [],
      "moreTakedowns": takedowns.count > Self.maximumTakedowns
        ? [Self.encoded(takedowns[Self.maximumTakedowns - 1].subject)] : [],
      "labelers": labelers.map(Self.view),
      "noLabelers": labelers.isEmpty ? ["No labelers are followed."] : [],
      "forms": AdminForm.allCases.compactMap { $0.view(token($0)) },
    ]
  }

  private static func encoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    PercentEncoding.append(text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

// MARK: Figures

extension AdminView {
  private static func figures(_ snapshot: IndexStatus.Snapshot) -> [TemplateView] {
    let ingest = snapshot.ingest
    let counters = ingest.activity.counters
    return [
      figure("Backfill", progress(ingest.backfill)),
      figure("Repositories per second", number(ingest.backfill.rate)),
      figure("Time left", ingest.backfill.timeLeft.map(text) ?? "–"),
      figure("Stream", ingest.isConnected ? "connected" : "not connected"),
      figure("Position", ingest.sequence.map { "\($0)" } ?? "–"),
      figure("Lag", ingest.lag.map { number($0 / .seconds(1)) + " s" } ?? "–"),
      figure("Events", "\(counters.events)"),
      figure("Waiting events", "\(ingest.activity.waitingEvents)"),
      figure("Rejected events", "\(snapshot.rejectedEvents)"),
      figure("Synchronized", "\(ingest.synchronized)"),
      figure("Desynchronized", "\(ingest.desynchronized)"),
      figure("Pending", "\(ingest.pending)"),
      figure("Fetched again", "\(counters.resyncs)"),
    ]
  }

  private static func figure(_ name: String, _ value: String) -> TemplateView {
    TemplateView(["name": name, "value": value])
  }

  private static func progress(_ backfill: IngestStatus.Backfill) -> String {
    if backfill.isComplete { return "complete" }
    guard backfill.isListed, backfill.known > 0 else { return "listing, \(backfill.known) found" }
    let tried = backfill.known - backfill.waiting
    return "\(tried) of \(backfill.known) (\(tried * 100 / backfill.known) %)"
  }

  private static func text(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    switch seconds {
    case ..<60: return "\(seconds) s"
    case ..<3600: return "\(seconds / 60) min"
    case ..<86_400: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    default: return "\(seconds / 86_400) days \(seconds % 86_400 / 3600) h"
    }
  }

  /// With one digit after the point.
  private static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "–" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(abs(tenths) % 10)"
  }
}

// MARK: Rows

extension AdminView {
  private struct Collection {
    var name: String
    var hasLexicon: Bool
    var isReindexing: Bool
    var records: Int
    var invalid: Int
  }

  /// Those with a lexicon, and those with records.
  private static func collections(
    _ snapshot: IndexStatus.Snapshot,
    _ indexed: IndexedCollections
  ) -> [Collection] {
    let sizes = Dictionary(snapshot.collections.map { ($0.collection, $0) }) { first, _ in first }
    let names = Set(indexed.plan.collections.map(\.collection)).union(sizes.keys)
    return names.sorted().map { name in
      Collection(
        name: name.string,
        hasLexicon: indexed.plan[name] != nil,
        isReindexing: snapshot.ingest.reindexing.contains(name),
        records: sizes[name]?.records ?? 0,
        invalid: sizes[name]?.invalid ?? 0
      )
    }
  }

  private static func view(_ collection: Collection, _ token: String) -> TemplateView {
    TemplateView([
      "name": collection.name,
      "hasLexicon": collection.hasLexicon,
      "isReindexing": collection.isReindexing,
      "records": "\(collection.records)",
      "invalid": "\(collection.invalid)",
      "token": token,
    ])
  }

  private static func view(_ labeler: LabelFollowing.Labeler) -> TemplateView {
    TemplateView([
      "did": labeler.did.string,
      "isConnected": labeler.isConnected,
      "cursor": labeler.cursor.map { "\($0)" } ?? "–",
      "problem": labeler.problem ?? "",
    ])
  }
}
