import ATProtoData
import ATProtoSyntax
import AppBskyAPI
import AppView
import ComAtprotoAPI

typealias Post = AppBsky.Feed.Post
typealias Profile = AppBsky.Actor.Profile
typealias Generator = AppBsky.Feed.Generator
typealias Threadgate = AppBsky.Feed.Threadgate
typealias Postgate = AppBsky.Feed.Postgate

/// The collections of records that the methods read.
enum Collections {
  static let post = nsid(AppBsky.Feed.Post.self)
  static let like = nsid(AppBsky.Feed.Like.self)
  static let repost = nsid(AppBsky.Feed.Repost.self)
  static let threadgate = nsid(AppBsky.Feed.Threadgate.self)
  static let postgate = nsid(AppBsky.Feed.Postgate.self)
  static let generator = nsid(AppBsky.Feed.Generator.self)
  static let profile = nsid(AppBsky.Actor.Profile.self)
  static let follow = nsid(AppBsky.Graph.Follow.self)
  static let block = nsid(AppBsky.Graph.Block.self)
  static let list = nsid(AppBsky.Graph.List.self)
  static let listItem = nsid(AppBsky.Graph.Listitem.self)
  static let labeler = nsid(AppBsky.Labeler.Service.self)

  /// The record key of profiles and labelers.
  static let selfKey = recordKey("self")

  private static func nsid<Record: LexiconRecord>(_ type: Record.Type) -> NSID {
    guard let nsid = try? NSID(Record.nsid) else {
      preconditionFailure("a generated record type has an NSID that is not valid")
    }
    return nsid
  }

  private static func recordKey(_ text: String) -> RecordKey {
    guard let key = try? RecordKey(text) else {
      preconditionFailure("'\(text)' is not a valid record key")
    }
    return key
  }
}

extension LinkSource {
  static let likes = LinkSource(Collections.like, "subject.uri")
  static let reposts = LinkSource(Collections.repost, "subject.uri")
  static let follows = LinkSource(Collections.follow, "subject")
  static let blocks = LinkSource(Collections.block, "subject")
  static let replies = LinkSource(Collections.post, "reply.parent.uri")
  static let listItems = LinkSource(Collections.listItem, "list")
  /// Accounts that signed up through a starter pack.
  static let joins = LinkSource(Collections.profile, "joinedViaStarterPack.uri")
  static let quotes = LinkSource(Collections.post, "embed.record.uri")
  static let quotesWithMedia = LinkSource(Collections.post, "embed.record.record.uri")
  /// Mentions, in facets with and without `$type`.
  static let mentions = [
    LinkSource(Collections.post, "facets[].features[app.bsky.richtext.facet#mention].did"),
    LinkSource(
      Collections.post,
      "facets[app.bsky.richtext.facet].features[app.bsky.richtext.facet#mention].did"
    ),
  ]
}

extension RecordAddress {
  /// The address of an account's profile record.
  static func profile(of did: DID) -> RecordAddress {
    RecordAddress(did: did, collection: Collections.profile, recordKey: Collections.selfKey)
  }

  /// The address of an account's labeler declaration.
  static func labeler(of did: DID) -> RecordAddress {
    RecordAddress(did: did, collection: Collections.labeler, recordKey: Collections.selfKey)
  }

  /// The only address at which a post can have a thread gate.
  var threadgate: RecordAddress {
    RecordAddress(did: did, collection: Collections.threadgate, recordKey: recordKey)
  }

  /// The only address at which a post can have a gate for quotes.
  var postgate: RecordAddress {
    RecordAddress(did: did, collection: Collections.postgate, recordKey: recordKey)
  }

  var isPost: Bool { collection == Collections.post }
}

extension Post {
  /// The URI of the record that the post embeds.
  var embeddedURI: String? {
    switch embed {
    case .record(let embed): embed.record.uri.string
    case .recordWithMedia(let embed): embed.record.record.uri.string
    default: nil
    }
  }

  var embeddedAddress: RecordAddress? { embeddedURI.flatMap { RecordAddress($0) } }

  var parentAddress: RecordAddress? { reply.flatMap { RecordAddress($0.parent.uri.string) } }

  var rootAddress: RecordAddress? { reply.flatMap { RecordAddress($0.root.uri.string) } }

  /// The accounts that the text mentions.
  var mentions: Set<String> {
    var dids: Set<String> = []
    for facet in facets ?? [] {
      for case .mention(let mention) in facet.features { dids.insert(mention.did.string) }
    }
    return dids
  }
}
