import ATProtoSyntax
import AppView
import Foundation
import LexiconIndex

/// A query of the benchmark, as a number varies it.
struct IndexRequest: Sendable {
  var name: String
  var run: @Sendable (any IndexSnapshot, Int) throws -> Void

  private static let followed = 200

  /// - Parameter count: the number of records.
  static func all(_ sample: IndexSample, _ count: Int) throws -> [IndexRequest] {
    [
      timeline(sample), authorFeed(sample), try filtered(sample, count), backlinks(sample, count),
      try search(sample),
    ]
  }

  private static func timeline(_ sample: IndexSample) -> IndexRequest {
    IndexRequest(name: "timeline of \(followed) accounts") { snapshot, number in
      let dids = (0..<followed).map { index in
        sample.did(Int(IndexSample.hash(number &+ index, 21) % UInt64(sample.accounts)))
      }
      _ = try snapshot.records.timeline(
        of: dids,
        [IndexSample.post, IndexSample.repost],
        after: nil,
        limit: 50
      )
    }
  }

  private static func authorFeed(_ sample: IndexSample) -> IndexRequest {
    IndexRequest(name: "author feed") { snapshot, number in
      let account = Int(IndexSample.hash(number, 22) % UInt64(sample.accounts))
      _ = try snapshot.records.timeline(
        of: [sample.did(account)],
        [IndexSample.post, IndexSample.repost],
        after: nil,
        limit: 50
      )
    }
  }

  private static func filtered(_ sample: IndexSample, _ count: Int) throws -> IndexRequest {
    guard let plan = sample.plan[IndexSample.post] else { throw CocoaError(.fileReadUnknown) }
    let languages = try ["en", "ja", "pt", "de"].map { try plan.condition("langs[]:eq:\($0)") }
    let isReply = try plan.condition("reply:exists")
    let root = try plan.field("reply.root.uri")
    return IndexRequest(name: "queryRecords, two filters") { snapshot, number in
      var query = RecordQuery(collection: IndexSample.post, limit: 50)
      query.conditions = [languages[number % languages.count]]
      let salted = Int(IndexSample.hash(number, 23) % UInt64(max(count, 1)))
      query.conditions.append(
        number % 2 == 0
          ? isReply
          : FieldCondition(
            field: root,
            test: .equal(.text(sample.post(before: salted, 24).uri))
          )
      )
      _ = try snapshot.records.query(query)
    }
  }

  private static func backlinks(_ sample: IndexSample, _ count: Int) -> IndexRequest {
    let source = LinkSource(IndexSample.like, "subject.uri")
    return IndexRequest(name: "backlinks with their count") { snapshot, number in
      let salted = Int(IndexSample.hash(number, 25) % UInt64(max(count, 1)))
      let target = sample.post(before: salted, 26).uri
      _ = try snapshot.links.page(LinkQuery(target: target, source: source, limit: 50))
      _ = try snapshot.links.count(target, source, repos: nil)
    }
  }

  private static func search(_ sample: IndexSample) throws -> IndexRequest {
    guard let plan = sample.plan[IndexSample.post] else { throw CocoaError(.fileReadUnknown) }
    return IndexRequest(name: "search, two words") { snapshot, number in
      let words = (0..<2).map { index in
        IndexSample.word(Int(IndexSample.hash(number &+ index, 27) % 500))
      }
      var query = RecordQuery(collection: IndexSample.post, limit: 25)
      query.search = try plan.search(words.joined(separator: " "), fields: ["text"])
      _ = try snapshot.records.query(query)
    }
  }
}
