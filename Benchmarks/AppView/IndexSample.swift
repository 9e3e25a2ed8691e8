import ATProtoCrypto
import ATProtoData
import ATProtoRepo
import ATProtoSyntax
import AppView
import Foundation
import Lexicon
import LexiconIndex
import VerifiedSync

/// Records as app.bsky has them, the same in every run: of a hundred, about 62 likes, 13 follows, 12
/// posts, 12 reposts, and a profile. A few posts and accounts are much more popular than others.
struct IndexSample: Sendable {
  static let post: NSID = "app.bsky.feed.post"
  static let like: NSID = "app.bsky.feed.like"
  static let repost: NSID = "app.bsky.feed.repost"
  static let follow: NSID = "app.bsky.graph.follow"
  static let profile: NSID = "app.bsky.actor.profile"
  /// The time of the first record, in microseconds.
  private static let start: Int64 = 1_760_000_000_000_000
  private static let interval: Int64 = 20_000
  private static let vocabulary = 20_000

  struct Record: Sendable {
    var address: RecordAddress
    var value: DataValue
    var time: Int64
  }

  let plan: IndexPlan
  /// The number of accounts.
  let accounts: Int
  private let dids: [DID]

  /// - Parameter lexicons: the folder with the lexicons of app.bsky.
  init(lexicons: String, accounts: Int) throws {
    var files: [SourceFile] = []
    let folder = URL(filePath: lexicons)
    let walk = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = walk?.nextObject() as? URL {
      guard file.pathExtension == "json" else { continue }
      files.append(SourceFile(path: file.path, bytes: Array(try Data(contentsOf: file))))
    }
    let wanted: Set<NSID> = [Self.post, Self.like, Self.repost, Self.follow, Self.profile]
    plan = IndexPlan(CheckedCatalog.check(files).catalog) { wanted.contains($0) }
    self.accounts = accounts
    dids = (0..<accounts).compactMap { try? DID(LabelSample.account($0)) }
  }

  // MARK: Records

  /// Distributes numbers evenly.
  static func hash(_ number: Int, _ salt: UInt64) -> UInt64 {
    var mixed = UInt64(bitPattern: Int64(number)) &+ salt &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below a bound; small ones are much more frequent.
  private static func popular(_ hash: UInt64, below bound: Int) -> Int {
    let fraction = Double(hash >> 11) / Double(1 << 53)
    return min(Int(Double(bound) * fraction * fraction * fraction), bound - 1)
  }

  func did(_ number: Int) -> DID { dids[number] }

  private static func key(_ number: Int) -> RecordKey {
    RecordKey(
      TID(microseconds: UInt64(start + Int64(number) * interval), clockIdentifier: 7)
        ?? TID(rawValue: UInt64(number))
    )
  }

  private enum Kind { case post, like, repost, follow, profile }

  private func kind(_ number: Int) -> Kind {
    switch number % 100 {
    case 0..<12: .post
    case 12..<74: .like
    case 74..<86: .repost
    case 86..<99: .follow
    default: .profile
    }
  }

  private func author(_ number: Int) -> Int {
    Self.popular(Self.hash(number, 1), below: accounts)
  }

  /// The address of a post before a record; all of the first twelve of a hundred are posts.
  func post(before number: Int, _ salt: UInt64) -> RecordAddress {
    let posts = max(number / 100 * 12, 12)
    let hash = Self.hash(number, salt)
    // Half of what people do is about what is new.
    let back = Self.popular(hash, below: hash & 1 == 0 ? posts : min(posts, 2_000))
    let index = hash & 1 == 0 ? back : posts - 1 - back
    return address(index / 12 * 100 + index % 12, Self.post)
  }

  private func address(
    _ number: Int,
    _ collection: NSID,
    of account: DID? = nil
  ) -> RecordAddress {
    RecordAddress(
      did: account ?? did(author(number)),
      collection: collection,
      recordKey: Self.key(number)
    )
  }

  /// - Parameter account: whose record it is; nil for the one that the number has.
  func record(_ number: Int, of account: DID? = nil) -> Record {
    let time = Self.start + Int64(number) * Self.interval
    let createdAt = DataValue.string(Self.text(time))
    switch kind(number) {
    case .post:
      return Record(
        address: address(number, Self.post, of: account),
        value: postValue(number, createdAt),
        time: time
      )
    case .like, .repost:
      let collection = kind(number) == .like ? Self.like : Self.repost
      return Record(
        address: address(number, collection, of: account),
        value: [
          "$type": .string(collection.string), "createdAt": createdAt,
          "subject": Self.reference(post(before: number, 2)),
        ],
        time: time
      )
    case .follow:
      let subject = did(Self.popular(Self.hash(number, 3), below: accounts))
      return Record(
        address: address(number, Self.follow, of: account),
        value: [
          "$type": .string(Self.follow.string), "createdAt": createdAt,
          "subject": .string(subject.string),
        ],
        time: time
      )
    case .profile:
      return Record(
        address: address(number, Self.profile, of: account),
        value: [
          "$type": .string(Self.profile.string), "createdAt": createdAt,
          "displayName": .string("Account \(number)"),
          "description": .string(Self.words(number, 12)),
        ],
        time: time
      )
    }
  }

  private func postValue(_ number: Int, _ createdAt: DataValue) -> DataValue {
    var value: DataValue = [
      "$type": .string(Self.post.string), "createdAt": createdAt,
      "text": .string(Self.words(number, 5 + Int(Self.hash(number, 4) % 30))),
      "langs": [.string(["en", "en", "en", "ja", "pt", "de"][Int(Self.hash(number, 5) % 6)])],
    ]
    if Self.hash(number, 6) % 10 < 4 {
      value["reply"] = [
        "root": Self.reference(post(before: number, 7)),
        "parent": Self.reference(post(before: number, 8)),
      ]
    }
    if Self.hash(number, 9) % 10 < 3 {
      let feature: DataValue =
        Self.hash(number, 10) & 1 == 0
        ? [
          "$type": "app.bsky.richtext.facet#mention",
          "did": .string(did(Int(Self.hash(number, 11) % UInt64(accounts))).string),
        ]
        : [
          "$type": "app.bsky.richtext.facet#link",
          "uri": .string("https://example.com/\(Self.hash(number, 12) % 1_000)"),
        ]
      value["facets"] = [["index": ["byteStart": 0, "byteEnd": 4], "features": [feature]]]
    }
    if Self.hash(number, 13) % 10 < 1 {
      value["embed"] = [
        "$type": "app.bsky.embed.record", "record": Self.reference(post(before: number, 14)),
      ]
    }
    return value
  }

  private static func reference(_ address: RecordAddress) -> DataValue {
    let digest = CID(hashingRaw: Array(address.recordKey.string.utf8)).digest
    return [
      "uri": .string(address.uri),
      "cid": .string(CID(codec: .dagCBOR, sha256Digest: digest).string),
    ]
  }

  /// Words of which few are frequent.
  private static func words(_ number: Int, _ count: Int) -> String {
    (0..<count).map { index in
      word(popular(hash(number &* 64 &+ index, 15), below: vocabulary))
    }.joined(separator: " ")
  }

  static func word(_ number: Int) -> String { "w" + String(number, radix: 36) }

  private static func text(_ time: Int64) -> String {
    let instant = Datetime.Instant(
      seconds: time / 1_000_000,
      nanoseconds: Int32(time % 1_000_000) * 1_000
    )
    return Datetime(instant)?.string ?? ""
  }

  // MARK: Storing

  func prepare(_ store: any AppViewStore) async throws {
    try await store.write { transaction in
      for collection in plan.collections {
        try transaction.recordWriting.prepare(collection, for: collection.collection)
      }
    }
    for start in stride(from: 0, to: accounts, by: 2_000) {
      try await store.write { transaction in
        var changes = SyncChanges()
        changes.added = (start..<min(start + 2_000, accounts)).map(did)
        try transaction.syncWriting.apply(changes)
      }
    }
  }

  /// Indexes records by their numbers.
  func fill(
    _ store: any AppViewStore,
    _ numbers: Range<Int>,
    batch: Int,
    of account: DID? = nil
  ) async throws {
    let records = numbers.map { record($0, of: account) }
    try await fill(store, records, batch: batch)
  }

  /// Indexes records, with the derivation of what is indexed.
  func fill(_ store: any AppViewStore, _ records: [Record], batch: Int) async throws {
    for start in stride(from: 0, to: records.count, by: batch) {
      let end = min(start + batch, records.count)
      try await store.write { transaction in
        for record in records[start..<end] {
          let bytes = record.value.cborBytes()
          try transaction.recordWriting.put(
            record.address,
            cid: CID(codec: .dagCBOR, sha256Digest: CID(hashingRaw: bytes).digest),
            bytes: bytes,
            entries: plan.entries(of: record.value, in: record.address.collection),
            at: record.time
          )
        }
      }
    }
  }
}
