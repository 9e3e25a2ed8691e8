import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import ComAtprotoAPI

/// The lexicon of a record, as the type that is generated from it: validating by generated types is ten
/// times as fast as validating by a catalog of schemas.
struct RecordLexicon: Sendable {
  /// Record Key specification, "Record Key Types".
  enum KeyType: Sendable {
    case any
    case tid
    case nsid
    case literal(String)

    func allows(_ recordKey: RecordKey) -> Bool {
      switch self {
      case .any: true
      case .tid: (try? TID(recordKey.string)) != nil
      case .nsid: (try? NSID(recordKey.string)) != nil
      case .literal(let value): recordKey.string == value
      }
    }
  }

  let keyType: KeyType
  private let type: any LexiconRecord.Type

  /// Why a record is not valid. Returns nil if it is.
  func problem(with block: [UInt8], recordKey: RecordKey) -> String? {
    guard keyType.allows(recordKey) else {
      return "record key '\(recordKey)' does not match the key type of the lexicon"
    }
    do throws(DataError) {
      return try type.init(cbor: block).validate().first.map { "\($0)" }
    } catch {
      return "\(error)"
    }
  }

  /// By NSID. A test compares this with the directory of lexicons.
  static let bundled: [String: RecordLexicon] = {
    let own: KeyType = .literal("self")
    let all: [(any LexiconRecord.Type, KeyType)] = [
      (AppBsky.Actor.ContentVisibilityDeclaration.self, own),
      (AppBsky.Actor.Profile.self, own),
      (AppBsky.Actor.Status.self, own),
      (AppBsky.Feed.Generator.self, .any),
      (AppBsky.Feed.Like.self, .tid),
      (AppBsky.Feed.Post.self, .tid),
      (AppBsky.Feed.Postgate.self, .tid),
      (AppBsky.Feed.Repost.self, .tid),
      (AppBsky.Feed.Threadgate.self, .tid),
      (AppBsky.Graph.Block.self, .tid),
      (AppBsky.Graph.Follow.self, .tid),
      (AppBsky.Graph.List.self, .tid),
      (AppBsky.Graph.Listblock.self, .tid),
      (AppBsky.Graph.Listitem.self, .tid),
      (AppBsky.Graph.Starterpack.self, .tid),
      (AppBsky.Graph.Verification.self, .tid),
      (AppBsky.Labeler.Service.self, own),
      (AppBsky.Notification.Declaration.self, own),
      (ComAtproto.Lexicon.Schema.self, .nsid),
    ]
    return Dictionary(
      uniqueKeysWithValues: all.map { type, keyType in
        (type.nsid, RecordLexicon(keyType: keyType, type: type))
      }
    )
  }()
}
